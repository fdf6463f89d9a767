"""The budget that all workers share: learned from headers, kept in Redis, and kept without it."""

from __future__ import annotations

import threading
import time
from uuid import uuid4

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reachly.providers.failures import ProviderBusy
from reachly.providers.limits import Limiter
from reachly.providers.shared_state import SharedState, account_of
from reachly.providers.values import Answer, Call

CALL = Call("search", "POST", "/x")
NOON = 1_795_348_800.0
STORES = ["valkey", "alone"]


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=STORES)
def store(request, valkey):
    return valkey if request.param == "valkey" else None


@pytest.fixture
def clock() -> Clock:
    return Clock()


def limiter(store, clock, account=None, **more) -> Limiter:
    return Limiter(store, "lusha", account or uuid4().hex, label="Lusha", clock=clock, **more)


def left(minute: int | None = None, **headers: str) -> Answer:
    counted = {} if minute is None else {"x-minute-requests-left": str(minute)}
    return Answer(200, counted | {name.replace("_", "-"): value for name, value in headers.items()}, b"")


def refused(**headers: str) -> Answer:
    return Answer(429, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


def wait(one: Limiter) -> float | None:
    try:
        one.before(CALL)
    except ProviderBusy as busy:
        return None if busy.reached else busy.retry_after
    return None


def test_nothing_is_held_back_before_anything_is_known(store, clock):
    one = limiter(store, clock)
    assert [wait(one) for _ in range(100)] == [None] * 100


def test_calls_count_down_what_the_provider_told_and_wait_for_the_window(store, clock):
    one = limiter(store, clock)
    one.after(left(3))
    assert [wait(one) for _ in range(3)] == [None] * 3
    clock.now += 20
    assert wait(one) == 40
    clock.now += 40
    assert wait(one) is None


def test_the_budget_is_one_for_all_who_use_the_same_account(store, clock):
    account = uuid4().hex
    first, second = limiter(store, clock, account), limiter(store, clock, account)
    first.after(left(2))
    assert [wait(second), wait(first), wait(second)] == [None, None, 60]
    assert wait(limiter(store, clock)) is None


def test_answers_that_overtake_each_other_give_nothing_back(store, clock):
    one = limiter(store, clock)
    one.after(left(5))
    assert [wait(one) for _ in range(4)] == [None] * 4
    one.after(left(4))
    assert [wait(one), wait(one)] == [None, 60]


def test_a_count_that_jumps_up_is_a_new_window(store, clock):
    one = limiter(store, clock)
    one.after(left(0))
    assert wait(one) == 60
    one.after(left(299))
    assert wait(one) is None


def test_stated_resets_are_taken_as_told(store, clock):
    one = limiter(store, clock)
    one.after(left(ratelimit_remaining="0", ratelimit_reset="3"))
    assert wait(one) == 3
    clock.now += 3
    one.after(left(x_ratelimit_remaining="0", x_ratelimit_reset=str(int(clock.now) + 8)))
    assert wait(one) == 8


def test_retry_after_stops_everybody_until_then(store, clock):
    one = limiter(store, clock)
    one.after(refused(retry_after="17"))
    assert wait(one) == 17
    clock.now += 17
    assert wait(one) is None
    one.after(refused(retry_after="Sun, 22 Nov 2026 12:05:00 GMT"))
    assert wait(one) == 300 - 17


def test_refusals_without_a_hint_double_the_pause_until_one_goes_through(store, clock):
    one, waits = limiter(store, clock), []
    for _ in range(9):
        one.after(refused())
        waits.append(wait(one))
        clock.now += waits[-1]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    one.after(left(50))
    one.after(refused())
    assert wait(one) == 1


def test_an_answer_that_tells_nothing_ends_the_doubling_too(store, clock):
    one = limiter(store, clock)
    for _ in range(3):
        one.after(refused())
        assert wait(one) == 1
        clock.now += 1
        assert wait(one) is None
        one.after(Answer(200, {}, b""))


def test_calls_that_were_under_way_together_are_refused_once(store, clock):
    one = limiter(store, clock)
    for _ in range(8):
        one.after(refused())
        clock.now += 0.01
    assert wait(one) == pytest.approx(1 - 0.08)
    clock.now += 1
    one.after(refused())
    assert wait(one) == 2


def test_a_documented_burst_limit_is_a_bucket_that_refills(store, clock):
    one = limiter(store, clock, per_second=25)
    assert [wait(one) for _ in range(25)] == [None] * 25
    assert wait(one) == 0.04
    clock.now += 0.4
    assert [wait(one) for _ in range(11)] == [None] * 10 + [0.04]


def test_nonsense_headers_hold_nobody_back(store, clock):
    one = limiter(store, clock)
    one.after(left(x_minute_requests_left="many", ratelimit_remaining="0", ratelimit_reset="nan"))
    one.after(left(x_ratelimit_remaining="", retry_after="soon"))
    assert wait(one) is None


def test_fifty_threads_take_no_more_than_there_is(valkey, clock):
    account, taken = uuid4().hex, []
    limiter(valkey, clock, account).after(left(20))

    def take() -> None:
        if wait(limiter(valkey, clock, account)) is None:
            taken.append(1)

    threads = [threading.Thread(target=take) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 20


HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "x-minute-requests-left": st.integers(0, 60).map(str),
        "x-hourly-requests-left": st.integers(0, 5).map(str),
        "ratelimit-remaining": st.integers(0, 3).map(str),
        "ratelimit-reset": st.integers(0, 90).map(str),
        "retry-after": st.integers(0, 30).map(str),
    },
)
STEP = st.tuples(st.integers(0, 40_000), st.sampled_from([200, 200, 200, 429]), HEADERS)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=25), per_second=st.sampled_from([None, 0.5, 3]))
def test_redis_and_a_process_on_its_own_decide_alike(steps, per_second, valkey):
    clock, account = Clock(), uuid4().hex
    shared = limiter(valkey, clock, account, per_second=per_second)
    alone = limiter(None, clock, account, per_second=per_second)
    for pause, status, headers in steps:
        clock.now += pause / 1000
        assert wait(shared) == wait(alone)
        shared.after(Answer(status, headers, b""))
        alone.after(Answer(status, headers, b""))
    assert wait(shared) == wait(alone)


def test_a_redis_that_is_away_holds_up_no_call_and_is_not_asked_again_at_once(clock):
    away = redis.Redis(port=1, socket_connect_timeout=1, retry=None)
    one = limiter(away, clock)
    one.after(left(2))
    started = time.monotonic()
    assert [wait(one) for _ in range(3)] == [None, None, 60]
    assert time.monotonic() - started < 0.5


def test_a_redis_that_lost_everything_only_forgets(valkey, clock):
    one = limiter(valkey, clock)
    one.after(left(0))
    valkey.flushall()
    assert wait(one) is None


def test_the_state_goes_by_a_name_that_does_not_tell_the_key(valkey):
    key = "lusha-key-of-ours"
    Limiter(valkey, "lusha", account_of(key)).after(left(5))
    (name,) = valkey.keys()
    assert key.encode() not in name
    assert SharedState(valkey, name.decode()).read()["left:minute"] == "5"
    assert 0 < valkey.ttl(name) <= 90_000
