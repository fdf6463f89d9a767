"""Workers die, stores forget, and nothing is lost, doubled or paid twice."""

from __future__ import annotations

import os
import signal
import time

import pytest
import redis

from jobs.broker import send
from reachly.settings import settings
from tests.engine.work import balances
from tests.generate.finding import find, rows
from tests.reliability.workers import EVERYONE, searching, until, worker


def _ended(row: dict) -> bool:
    return row["finished_at"] is not None


def _prove(team, job_id, wanted: int) -> None:
    """Exactly the wanted leads, each captured once, the rest given back, the story without a gap."""
    assert len(rows(team, "SELECT id FROM leads")) == wanted
    captures = rows(team, "SELECT contact_id, field FROM transactions WHERE kind = 'capture'")
    assert len(captures) == wanted
    assert len({(one["contact_id"], one["field"]) for one in captures}) == wanted
    assert balances(team)["spent"] == wanted
    assert balances(team)["held"] == 0
    seqs = [row["seq"] for row in rows(team, "SELECT seq FROM job_events WHERE job_id = %s ORDER BY seq", job_id)]
    assert seqs == list(range(1, len(seqs) + 1))


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_nothing_and_buys_nothing_answered_twice(make_team, outside) -> None:
    team = make_team(2000)
    outside.play(latency_ms=25)
    job_id = find(team, 1000, filters=EVERYONE)
    send("bulk", job_id)
    for reached in (150, 500, 800):
        with worker(outside) as victim:
            until(team, job_id, lambda row, reached=reached: row["progress_done"] >= reached)
            victim.kill()
    with worker(outside):
        row = until(team, job_id, _ended)
    assert row["status"] == "succeeded"
    assert row["progress_done"] == 1000
    assert row["attempt"] >= 4
    _prove(team, job_id, 1000)
    answered = rows(
        team, "SELECT step, count(*) AS n FROM provider_calls WHERE status = 'answered' GROUP BY 1 HAVING count(*) > 1"
    )
    assert answered == []


@pytest.mark.slow
def test_a_frozen_worker_that_wakes_up_changes_nothing(make_team, outside) -> None:
    team, job_id = searching(make_team, outside, latency_ms=40)
    with worker(outside) as frozen:
        until(team, job_id, lambda row: row["progress_done"] > 30)
        frozen.signal(signal.SIGSTOP)
        with worker(outside):
            row = until(team, job_id, _ended)
            frozen.signal(signal.SIGCONT)
            time.sleep(1.5)
    assert row["status"] == "succeeded"
    _prove(team, job_id, 300)


@pytest.mark.slow
def test_jobs_queued_when_redis_forgets_everything_all_run(make_team, outside) -> None:
    team = make_team(500)
    jobs = [find(team, 5, key=f"job {number}") for number in range(12)]
    for job_id in jobs:
        send("interactive", job_id)
    redis.Redis.from_url(settings().redis_at(0)).flushdb()
    with worker(outside):
        for job_id in jobs:
            assert until(team, job_id, _ended)["status"] == "succeeded"
    assert balances(team) == {"available": 600 - 60, "held": 0, "spent": 60}


@pytest.mark.slow
def test_a_worker_told_to_stop_hands_its_job_over(make_team, outside) -> None:
    team, job_id = searching(make_team, outside, latency_ms=60)
    with worker(outside) as leaving:
        until(team, job_id, lambda row: row["progress_done"] > 30)
        assert leaving.stop() < 20
    with worker(outside):
        row = until(team, job_id, _ended)
    assert row["crashes"] == 0
    assert row["attempt"] >= 2
    _prove(team, job_id, 300)


@pytest.mark.slow
def test_a_worker_whose_schedule_died_makes_room_for_a_whole_one(make_team, outside) -> None:
    """Dramatiq keeps a worker without its schedule for ever, and then nothing sends what got lost."""
    with worker(outside) as half:
        schedule = half.schedule()
        time.sleep(4)  # so that it was seen beside the worker; else it is missed only when it is late
        os.kill(schedule, signal.SIGKILL)
        assert half.process.wait(60) == 0
