"""A worker that is told to stop hands its jobs over, whatever they are at, and the next one goes on from there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from jobs.broker import send
from reachly.export import ExportWish
from reachly.export import ask as ask_export
from tests.conftest import Team
from tests.engine.work import balances, job
from tests.generate.finding import find, rows
from tests.outside import Outside
from tests.reliability.workers import until, worker

EVERYONE = {"seniorities": ["c_level", "vp", "director", "manager", "senior"]}
STOP = 5
"""Seconds a worker is given here; 15 where nobody says otherwise."""


@pytest.fixture
def silent() -> Iterator[str]:
    """A storage that takes every connection and answers nobody."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def take() -> None:
            while True:
                try:
                    taken.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=take, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    for one in taken:
        one.close()


def _ended(row: dict) -> bool:
    return row["finished_at"] is not None


def _resting(row: dict) -> bool:
    return row["status"] == "waiting"


def _calls(team: Team, job_id: UUID) -> list[dict[str, Any]]:
    return rows(team, "SELECT operation, step, status FROM provider_calls WHERE job_id = %s", job_id)


def _asking(team: Team, operation: str) -> Callable[[dict], bool]:
    """Whether a call of this operation is out."""
    return lambda row: any(
        one["operation"] == operation and one["status"] == "intent" for one in _calls(team, row["id"])
    )


@pytest.mark.slow
def test_whatever_its_jobs_are_at_a_stopped_worker_hands_them_over(make_team, outside: Outside) -> None:
    at_once = [make_team(500) for _ in range(5)]
    searching, enriching, collecting, delivering, resting = at_once
    jobs: dict[UUID, Team] = {}

    def meets(team: Team, there: Callable[[dict], bool], *sources: str, limit: int = 8, **fault: Any) -> UUID:
        """A job that is ``there`` when this returns, by what its provider does to it."""
        outside.play(faults=[{"times": 1, "seconds": 30, **fault}] if fault else [])
        job_id = find(team, limit, *sources, filters=EVERYONE)
        send("interactive", job_id)
        until(team, job_id, there)
        jobs[job_id] = team
        return job_id

    with worker(outside, WORKER_STOP=str(STOP), JOB_LEASE="30", WORKER_THREADS="8") as leaving:
        meets(searching, _asking(searching, "search"), kind="hang", operation="lusha.search")
        bought = meets(enriching, _asking(enriching, "enrich"), kind="hang", operation="lusha.enrich", limit=60)
        meets(collecting, _asking(collecting, "results"), "clay", kind="hang", operation="clay.results")
        outside.play(latency_ms=300)
        steps = find(delivering, 400, filters=EVERYONE)
        send("interactive", steps)
        jobs[steps] = delivering
        until(delivering, steps, lambda row: row["progress_done"] > 10)
        meets(resting, _resting, "clay", kind="429", operation="clay.create_search", retry_after=12)
        took = leaving.stop()
    assert took < STOP + 5
    for job_id, team in jobs.items():
        row = job(team, job_id)
        assert (row["status"], row["crashes"]) == ("waiting" if team is resting else "queued", 0)
    outside.play(latency_ms=0, faults=[])
    with worker(outside):
        for job_id, team in jobs.items():
            row = until(team, job_id, _ended)
            assert (row["status"], row["crashes"], row["progress_done"]) == ("succeeded", 0, row["progress_total"])
            assert (balances(team)["held"], balances(team)["spent"]) == (0, row["progress_total"])
    for job_id in (bought, steps):
        pages = [one["step"] for one in _calls(jobs[job_id], job_id) if one["operation"] == "search"]
        assert len(pages) == len(set(pages)), "a page was asked for again"


@pytest.mark.slow
def test_an_export_whose_storage_hangs_is_handed_over_too(make_team, outside: Outside, silent: str) -> None:
    team = make_team()
    asked = ask_export(team.workspace_id, team.user_id, ExportWish())
    send(asked.queue, asked.job_id)
    hung = {"STORAGE_URL": "s3://reachly", "AWS_ENDPOINT": silent, "AWS_ACCESS_KEY_ID": "x"}
    hung |= {"AWS_SECRET_ACCESS_KEY": "x", "AWS_REGION": "x", "STORAGE_ALLOW_HTTP": "1"}
    with worker(outside, WORKER_STOP="3", JOB_LEASE="30", **hung) as leaving:
        until(team, asked.job_id, lambda row: row["status"] == "running")
        assert leaving.stop() < 10
    row = job(team, asked.job_id)
    assert (row["status"], row["crashes"]) == ("queued", 0)
    with worker(outside):
        assert until(team, asked.job_id, _ended)["status"] == "succeeded"
