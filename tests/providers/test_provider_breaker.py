"""A provider that keeps failing is left alone, tried out by one, and people can see it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reachly.providers.breaker import Breaker, BreakerState
from reachly.providers.failures import ProviderBusy

NOON = 1_795_348_800.0


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["valkey", "alone"])
def store(request, valkey):
    return valkey if request.param == "valkey" else None


@pytest.fixture
def clock() -> Clock:
    return Clock()


def breaker(store, clock, account=None) -> Breaker:
    return Breaker(store, "clay", account or uuid4().hex, label="Clay", failures=3, open_for=20, clock=clock)


def wait(one: Breaker) -> float | None:
    try:
        one.before()
    except ProviderBusy as busy:
        return None if busy.reached else busy.retry_after
    return None


def fail(one: Breaker, times: int = 3) -> None:
    for _ in range(times):
        one.failed("Clay answered with HTTP 503.")


def test_it_opens_after_so_many_failures_in_a_row_for_everybody(store, clock):
    account = uuid4().hex
    one, other = breaker(store, clock, account), breaker(store, clock, account)
    fail(one, 2)
    one.answered()
    fail(one, 2)
    assert (wait(one), other.state().state) == (None, "closed")
    fail(one, 1)
    assert (wait(other), wait(breaker(store, clock))) == (20, None)


def test_its_state_says_since_when_until_when_and_why(store, clock):
    one = breaker(store, clock)
    assert one.state() == BreakerState()
    fail(one)
    noon = datetime.fromtimestamp(NOON, UTC)
    assert one.state() == BreakerState("open", noon, noon.replace(second=20), "Clay answered with HTTP 503.")
    clock.now += 21
    assert one.state().state == "half_open"
    one.answered()
    assert one.state() == BreakerState()


def test_one_call_tries_it_out_while_the_others_wait(store, clock):
    one = breaker(store, clock)
    fail(one)
    clock.now += 20
    assert [wait(one), wait(one), wait(one)] == [None, 1, 1]
    one.failed("still down")
    assert (wait(one), one.state().since) == (20, datetime.fromtimestamp(NOON, UTC))
    clock.now += 20
    assert wait(one) is None
    one.answered()
    assert [wait(one), wait(one)] == [None, None]


def test_a_try_that_was_not_made_or_whose_worker_died_makes_room_for_another(store, clock):
    one = breaker(store, clock)
    fail(one)
    clock.now += 20
    assert wait(one) is None
    one.abandoned()
    assert wait(one) is None
    clock.now += 20
    assert wait(one) is None


STEP = st.tuples(st.integers(0, 15_000), st.sampled_from(["before", "failed", "failed", "answered", "abandoned"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=30))
def test_redis_and_a_process_on_its_own_decide_alike(steps, valkey):
    clock, account = Clock(), uuid4().hex
    shared, alone = breaker(valkey, clock, account), breaker(None, clock, account)
    for pause, step in steps:
        clock.now += pause / 1000
        if step == "before":
            assert wait(shared) == wait(alone)
        elif step == "failed":
            fail(shared, 1)
            fail(alone, 1)
        else:
            getattr(shared, step)()
            getattr(alone, step)()
        assert shared.state() == alone.state()
