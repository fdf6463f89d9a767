"""Looking at how a job was worked on: who took it up, which calls got no answer, which job it went on as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reachly.database import rows
from reachly.models import Job, JobAttempt

_UNANSWERED = """
SELECT provider, operation, repeat, status, attempt, requested_at FROM provider_calls
 WHERE job_id = %s AND status IN ('intent', 'unknown') AND (status = 'unknown' OR attempt < %s OR %s)
 ORDER BY requested_at DESC LIMIT %s
"""
_RETRIES = """
SELECT id, number, id = %s AS before FROM jobs WHERE id = %s OR idempotency_key = %s
"""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A call whose answer nobody got; sending it again is ``free``, ``charged``, or happens ``never``."""

    provider: str
    operation: str
    repeat: str
    attempt: int
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class Related:
    """The job this one goes on from, and the one that goes on from this: id and number each."""

    before: tuple[UUID, int] | None = None
    after: tuple[UUID, int] | None = None


def attempts(job: Job, limit: int = 30) -> list[JobAttempt]:
    """Who took the job up again, newest first; inside a scope. A job of one attempt costs no question."""
    if job.attempt < 2:
        return []
    query = JobAttempt.select().where(JobAttempt.job_id == job.id)
    return list(query.order_by(JobAttempt.attempt.desc()).limit(limit))


def unanswered(job: Job, limit: int = 20) -> list[Unanswered]:
    """The job's calls that got no answer, newest first; one that is out at this moment is not among them. Inside a
    scope.
    """
    found = rows(_UNANSWERED, (job.id, job.attempt, job.finished, limit))
    return [Unanswered(**{name: row[name] for name in Unanswered.__slots__}) for row in found]


def related(job: Job) -> Related:
    """What the job goes on from and what goes on from it; inside a scope."""
    found = rows(_RETRIES, (job.retry_of, job.retry_of, f"retry:{job.id}"))
    links: dict[bool, tuple[UUID, int]] = {bool(row["before"]): (row["id"], row["number"]) for row in found}
    return Related(links.get(True), links.get(False))
