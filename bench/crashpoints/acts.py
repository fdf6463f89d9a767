"""What the acting process does, by name: always the product's own calls, with plain values in and out."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import dramatiq

from bench.crashpoints.people import Team
from jobs import actors
from jobs.broker import broker, send
from reachly.database import one, scope
from reachly.engine.claim import take
from reachly.engine.forget import forget
from reachly.engine.outcomes import Outcome
from reachly.engine.run import run
from reachly.engine.sweep import sweep
from reachly.export.expire import expire
from reachly.oversight import as_admin

MOST_TURNS = 40


def post(team: dict[str, Any], path: str, body: Any = None, key: str | None = None) -> Any:
    """A request of the API, through the whole application."""
    with_team = Team.of(team)
    with_team.use()
    answer = with_team.post(path, body, key)
    return {"status": answer.status_code, "body": answer.get_json()}


def work(team: dict[str, Any], job_id: str) -> str:
    """A worker's way with one job: run it, and again when its waits are over."""
    Team.of(team).use()
    for _ in range(MOST_TURNS):
        came_to = run(job_id, actors.KINDS, "victim")
        if came_to != "waiting":
            return came_to
        with scope(team["workspace_id"], team["user_id"]):
            row = one("SELECT wake_at FROM jobs WHERE id = %s", (job_id,))
        assert row is not None
        time.sleep(max(0.0, (row["wake_at"] - datetime.now(UTC)).total_seconds()) + 0.005)
    return "never ended"


def hand_back(team: dict[str, Any], job_id: str) -> str:
    """A worker that is told to stop while it takes its first step."""
    Team.of(team).use()
    looks = iter((False,))
    return run(job_id, actors.KINDS, "victim", lambda: next(looks, True))


def stumble(team: dict[str, Any], job_id: str) -> str:
    """A step that raises what no step should."""
    Team.of(team).use()

    def broken(_: Any) -> Outcome:
        raise ArithmeticError("a step that goes wrong")

    return run(job_id, {"generate_leads": broken}, "victim")


def renew(team: dict[str, Any], job_id: str) -> bool:
    """A lease taken, and renewed by its keeper."""
    Team.of(team).use()
    claim = take(job_id, "victim")
    return claim is not None and claim.renew()


def sweep_and_send() -> int:
    """One round of the scheduler."""
    return sweep(send)


def consume(team: dict[str, Any], jobs: int) -> int:
    """A worker of the queue's own: fetches, works, acknowledges, until so many messages are done."""
    Team.of(team).use()
    done = 0

    class Count(dramatiq.Middleware):
        def after_process_message(self, *_: Any, **__: Any) -> None:
            nonlocal done
            done += 1

    broker.add_middleware(Count())
    worker = dramatiq.Worker(broker, queues={"interactive"}, worker_threads=1, worker_timeout=100)
    worker.start()
    ends = time.monotonic() + 10
    while done < jobs and time.monotonic() < ends:
        time.sleep(0.005)
    worker.stop(2000)
    return done


def merge(team: dict[str, Any], kept: str, gone: str) -> str:
    """An operator who makes two people of the catalogue one."""
    return as_admin(team["workspace_id"], team["user_id"]).merge("contact", UUID(kept), UUID(gone)).outcome


def split(team: dict[str, Any], merge_id: str, **_: str) -> str:
    """An operator who takes that back."""
    return as_admin(team["workspace_id"], team["user_id"]).split(UUID(merge_id)).outcome


ACTS: dict[str, Callable[..., Any]] = {
    "post": post,
    "work": work,
    "hand_back": hand_back,
    "stumble": stumble,
    "renew": renew,
    "sweep": sweep_and_send,
    "consume": consume,
    "forget": forget,
    "expire": expire,
    "merge": merge,
    "split": split,
}
