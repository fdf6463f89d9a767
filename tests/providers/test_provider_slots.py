"""How many calls are under way at a provider at once: bounded for all workers, fewer when it slows down."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest
import redis

from reachly.providers.failures import ProviderBusy, ProviderSlow
from reachly.providers.slots import Slots
from reachly.settings import settings


class Now:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture(params=["redis", "without"])
def store(request: pytest.FixtureRequest) -> Any:
    """Redis, or none: then each process counts its own."""
    return redis.Redis.from_url(settings().redis_at(2)) if request.param == "redis" else None


def slots(store: Any, account: str, clock: Any = None, **more: Any) -> Slots:
    """Room for four calls at an account."""
    return Slots(store, "lusha", account, most=4, slow=5, kept=20, clock=clock or Now(), **more)


def room_for(room: Slots) -> int:
    """How many calls get a slot at this moment; all are freed again."""
    taken = []
    while True:
        try:
            taken.append(room.take())
        except ProviderSlow:
            break
    for token in taken:
        room._state.change("redis.call('HDEL', KEYS[1], ARGV[1]) return 0", _drop, (f"slot:{token}",))
    return len(taken)


def _drop(state: dict[str, str], name: str) -> int:
    state.pop(name, None)
    return 0


def test_no_more_calls_than_there_is_room_for_however_many_workers_ask(store) -> None:
    account = uuid4().hex
    workers = [slots(store, account) for _ in range(8)]
    start = threading.Barrier(8)
    got: list[str] = []
    refused: list[ProviderBusy] = []

    def ask(worker: Slots) -> None:
        start.wait()
        try:
            got.append(worker.take())
        except ProviderBusy as busy:
            refused.append(busy)

    threads = [threading.Thread(target=ask, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 4
    assert all(busy.retry_after and not busy.reached for busy in refused)
    workers[0].give(got[0], 10)
    assert workers[1].take()


def test_slow_calls_halve_the_room_once_a_round_and_good_ones_bring_it_back(store) -> None:
    clock = Now()
    room = slots(store, uuid4().hex, clock)
    taken = [room.take() for _ in range(4)]
    clock.at += 6
    for token in taken:
        room.give(token, 6000)
    assert (room_for(room), room.room().slow) == (2, True)
    clock.at += 10
    room.give(room.take(), 6000)
    assert room_for(room) == 1
    clock.at += 10
    room.give(room.take(), 0, failed=True)
    assert room_for(room) == 1  # one is always let through, else nobody would learn that it is well again
    for _ in range(20):
        room.give(room.take(), 100)
    assert (room_for(room), room.room().slow) == (4, False)


def test_the_slot_of_a_worker_that_died_frees_itself(store) -> None:
    clock = Now()
    room = slots(store, uuid4().hex, clock)
    for _ in range(4):
        room.take()
    assert room_for(room) == 0
    clock.at += 21
    assert room_for(room) == 4


def test_a_slot_whose_call_was_never_made_tells_nothing_of_the_provider(store) -> None:
    room = slots(store, uuid4().hex)
    room.give(room.take(), 6000)
    assert room_for(room) == 2
    for _ in range(20):
        room.give(room.take())
    assert (room_for(room), room.room().slow) == (2, True)
