"""Works on one job, step by step, until it ends, waits, is handed back or is somebody else's."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import peewee
import structlog

from reachly.database import StoreAway, sqlstate
from reachly.engine.claim import Claim, LeaseLost, Unknown, take
from reachly.engine.lease import keeper
from reachly.engine.outcomes import Failed, Succeeded, Wait
from reachly.engine.places import others_wait
from reachly.engine.steps import Step, versions
from reachly.settings import settings

_log = structlog.get_logger()

_AGAIN = ("40P01", "40001", "55P03")
"""Deadlock, serialization failure, lock time-out: the transaction rolled back and may be tried again."""
_LOOK_EVERY = 1.0


Apart = Callable[[Claim, Step], str | None]


def run(
    job_id: UUID | str,
    kinds: Mapping[str, Step],
    worker: str,
    stopping: Callable[[], bool] = lambda: False,
    apart: Apart = lambda _claim, _step: None,
) -> str:
    """Claim the job and take its steps; returns how it left this worker (``gone`` when it was not there to be claimed,
    ``left`` when only another version's workers know it).

    May be called any number of times for one id, from any number of processes: one of them works. ``apart`` may go on
    with the claimed job somewhere else and tell how that came out.
    """
    try:
        claim = take(job_id, worker, versions(kinds))
    except Unknown:
        return "left"
    if claim is None:
        return "gone"
    claim.stopping = stopping
    step = kinds[claim.kind]
    try:
        came_to = apart(claim, step) if claim.crashes < settings().job_crashes else None
    except (StoreAway, peewee.OperationalError, peewee.InterfaceError):
        return "lost"
    return came_to or go_on(claim, step)


def go_on(claim: Claim, step: Step) -> str:
    """Take the steps of a claimed job, and keep its lease meanwhile; returns how it left this worker."""
    with keeper.keeping(claim):
        try:
            return _work(claim, step, claim.stopping)
        except LeaseLost:
            _log.warning("lease_lost", job=str(claim.id), attempt=claim.attempt)
            return "lost"
        except (StoreAway, peewee.OperationalError, peewee.InterfaceError) as error:
            # The lease runs out and the sweep brings the job back: nothing to save, nowhere to save it.
            _log.warning("store_away", job=str(claim.id), error=type(error).__name__)
            return "lost"


def _work(claim: Claim, step: Step, stopping: Callable[[], bool]) -> str:
    if claim.crashes >= settings().job_crashes:
        claim.end(
            "failed",
            code="crashed_repeatedly",
            text=f"The job stopped {claim.crashes} workers and was given up. What was found is kept, the rest of"
            " the credits is back. Try it again with fewer leads, or tell your operator its number.",
        )
        return "failed"
    if claim.found.status == "running":
        with claim.transaction():
            claim.tell("Another worker took over", tone="warn", **_why(claim))
    turn = _Turn(claim)
    while True:
        if claim.cancel_wanted():
            claim.end("cancelled")
            return "cancelled"
        if stopping():
            claim.hand_back()
            return "handed back"
        if turn.over():
            claim.let_others()
            return "yielded"
        try:
            outcome = step(claim)
        except (LeaseLost, StoreAway):
            raise
        except peewee.PeeweeException as error:
            if sqlstate(error) == "RL409":
                raise LeaseLost(str(claim.id)) from error
            if sqlstate(error) in _AGAIN:
                continue
            if isinstance(error, peewee.OperationalError | peewee.InterfaceError):
                raise
            return _stumble(claim, error)
        except Exception as error:
            return _stumble(claim, error)
        if isinstance(outcome, Wait):
            claim.wait(outcome.until, outcome.reason)
            return "waiting"
        if isinstance(outcome, Succeeded):
            claim.end("succeeded", outcome.result)
            return "succeeded"
        if isinstance(outcome, Failed):
            claim.end("failed", code=outcome.code, text=outcome.message)
            return "failed"


class _Turn:
    """How long a job works while others wait: it ends when its time is up and somebody is there to follow."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._asks_at = time.monotonic() + settings().job_turn

    def over(self) -> bool:
        """Whether it is somebody else's turn; looks for them once a second at most."""
        now = time.monotonic()
        if now < self._asks_at:
            return False
        self._asks_at = now + _LOOK_EVERY
        return others_wait(self._claim.id)


def _why(claim: Claim) -> dict[str, Any]:
    """Why the job had to be taken over, for people and for programs."""
    before = claim.found
    if before.worker == claim.worker:
        detail = "The one before had lost the database for a while; nothing was lost"
    else:
        detail = "The one before stopped answering; nothing was lost"
    late = round(before.late or 0, 1)
    return {
        "detail": detail,
        "attempt": claim.attempt,
        "worker": claim.worker,
        "before": before.worker,
        "lease_over_for_s": late,
    }


def _stumble(claim: Claim, error: Exception) -> str:
    """A step raised what no step should: count it as a crash and come back later, so that it cannot spin."""
    _log.exception("step_raised", job=str(claim.id), kind=claim.kind, exc_info=error)
    claim.crashed("A step went wrong and will be tried again", type(error).__name__)
    return "stumbled"
