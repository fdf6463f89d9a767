"""Workers of two versions take from one queue, in processes of their own."""

from __future__ import annotations

import signal
import time

import pytest

from jobs.broker import send
from reachly.export import ExportWish
from reachly.export import ask as ask_export
from tests.engine.work import job
from tests.generate.finding import find
from tests.reliability.workers import until, worker

EVERYONE = {"seniorities": ["c_level", "vp", "director", "manager", "senior"]}


def _ended(row: dict) -> bool:
    return row["finished_at"] is not None


@pytest.mark.slow
def test_two_versions_of_workers_share_a_queue_and_each_job_comes_to_one_that_knows_it(make_team, outside) -> None:
    team = make_team(500)
    with worker(outside, "tests.deploys.older") as old:
        known = find(team, 5)
        send("interactive", known)
        assert until(team, known, _ended)["status"] == "succeeded"
        exports = [
            ask_export(team.workspace_id, team.user_id, ExportWish(name=f"File {number}")) for number in range(3)
        ]
        search = find(team, 5, key="second")
        for asked in exports:
            send(asked.queue, asked.job_id)
        send("interactive", search)
        assert until(team, search, _ended)["status"] == "succeeded"
        time.sleep(1)
        for asked in exports:
            row = job(team, asked.job_id)
            assert (row["status"], row["attempt"], row["crashes"], row["waits"]) == ("queued", 0, 0, 0)
        with worker(outside, "tests.deploys.newer") as new:
            for asked in exports:
                row = until(team, asked.job_id, _ended)
                assert (row["status"], row["attempt"], row["crashes"], row["waits"]) == ("succeeded", 1, 0, 0)
            old.signal(signal.SIGSTOP)
            outside.play(latency_ms=300)
            large = find(team, 300, key="large", filters=EVERYONE)
            send("interactive", large)
            until(team, large, lambda row: row["progress_done"] > 20)
            new.stop()
        old.signal(signal.SIGCONT)
        began = job(team, large)
        assert began["checkpoint"]["version"] == 2
        time.sleep(1.5)
        row = job(team, large)
        assert (row["status"], row["attempt"], row["crashes"]) == ("queued", began["attempt"], 0)
        outside.play(latency_ms=0)
        with worker(outside, "tests.deploys.newer"):
            row = until(team, large, _ended)
        assert (row["status"], row["crashes"], row["progress_done"]) == ("succeeded", 0, 300)
        assert old.process.poll() is None
