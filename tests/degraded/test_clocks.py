"""Clocks that are wrong, or are set while a job runs: the database's clock decides, nobody else's matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from jobs.actors import KINDS
from reachly import database
from reachly.database import scope
from reachly.engine.claim import Claim, take
from reachly.engine.outcomes import Continue, Outcome, Succeeded, Wait
from reachly.engine.run import run
from tests.engine.work import ask, job
from tests.generate.finding import find

HOUR = timedelta(hours=1)


def _wrong_by(offset: timedelta) -> time_machine.travel:
    return time_machine.travel(datetime.now(UTC) + offset, tick=True)


def _seconds_to_wake(team: Any, job_id: Any) -> float:
    with scope(team.workspace_id, team.user_id):
        told = database.one(
            "SELECT extract(epoch FROM wake_at - clock_timestamp())::float8 AS left FROM jobs WHERE id = %s", (job_id,)
        )
    assert told is not None
    return told["left"]


@pytest.mark.parametrize("offset", [HOUR, -HOUR])
def test_a_wait_is_as_long_as_was_asked_for_whatever_the_workers_clock_says(team: Any, offset: timedelta) -> None:
    asked = ask(team)
    with _wrong_by(offset):
        waits = {"generate_leads": lambda claim: Wait(claim.now() + timedelta(seconds=20), "a pause")}
        assert run(asked.job_id, waits, "w") == "waiting"
    assert 5 < _seconds_to_wake(team, asked.job_id) <= 20


@pytest.mark.parametrize("offset", [HOUR, -HOUR])
def test_a_provider_that_is_busy_is_asked_again_in_time_by_a_worker_whose_clock_is_wrong(
    team: Any, outside: Any, offset: timedelta
) -> None:
    outside.play(faults=[{"kind": "429", "times": 1, "retry_after": 20}])
    job_id = find(team, 3)
    with _wrong_by(offset):
        assert run(job_id, KINDS, "w") == "waiting"
    assert 5 < _seconds_to_wake(team, job_id) <= 20
    # Another worker, whose clock is right, takes the pause for what it is.
    with scope(team.workspace_id, team.user_id):
        database.execute("UPDATE jobs SET wake_at = clock_timestamp() WHERE id = %s", (job_id,))
    assert run(job_id, KINDS, "v") == "waiting"
    assert 0 < _seconds_to_wake(team, job_id) <= 20


@pytest.mark.parametrize("offset", [HOUR, -HOUR])
def test_a_worker_whose_clock_is_wrong_neither_steals_nor_loses_a_job(team: Any, offset: timedelta) -> None:
    asked = ask(team)
    mine = take(asked.job_id, "one")
    assert mine is not None
    with _wrong_by(offset):
        assert take(asked.job_id, "two") is None
        assert mine.renew()
    assert mine.renew()
    assert job(team, asked.job_id)["attempt"] == 1


def test_a_clock_that_is_set_during_a_step_changes_nothing(team: Any) -> None:
    steps: list[Callable[[Claim], Outcome]] = [
        lambda _claim: Continue(),
        lambda claim: Wait(claim.now() + timedelta(seconds=20), "a pause"),
    ]
    asked = ask(team)
    moved = time_machine.travel(datetime.now(UTC) + HOUR, tick=True)

    def step(claim: Claim) -> Outcome:
        if len(steps) == 2:
            moved.start()
        return steps.pop(0)(claim)

    try:
        assert run(asked.job_id, {"generate_leads": step}, "w") == "waiting"
    finally:
        moved.stop()
    assert 5 < _seconds_to_wake(team, asked.job_id) <= 20


def test_a_session_lives_as_long_as_the_database_says(team: Any) -> None:
    from reachly import accounts

    token = accounts.start_session(team.user_id, team.workspace_id, "a test")
    for offset in (HOUR * 24 * 365, -HOUR * 24 * 365):
        with _wrong_by(offset):
            assert accounts.find_session(token) is not None


def test_a_limit_is_counted_in_time_that_passes_not_in_time_of_day(monkeypatch: pytest.MonkeyPatch) -> None:
    from reachly import counter

    monkeypatch.setattr(counter, "_away_until", float("inf"))
    assert [counter.count("a test of clocks", 60).used for _ in range(2)] == [1, 2]
    with _wrong_by(HOUR):
        assert counter.count("a test of clocks", 60).used == 3


def test_a_finished_job_of_a_worker_with_a_wrong_clock_has_its_times_in_order(team: Any) -> None:
    asked = ask(team)
    with _wrong_by(-HOUR):
        assert run(asked.job_id, {"generate_leads": lambda _claim: Succeeded({})}, "w") == "succeeded"
    row = job(team, asked.job_id)
    assert row["created_at"] <= row["started_at"] <= row["finished_at"]
