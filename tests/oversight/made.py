"""Jobs and calls in the states that operators look for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reachly.engine.claim import Claim, take
from reachly.oversight import Picked
from tests.engine.work import ask, job
from tests.planted import as_owner


def claimed(team: Any, worker: str = "host:1", **more: Any) -> Claim:
    """A job as its worker holds it."""
    claim = take(ask(team, **more).job_id, worker)
    assert claim is not None
    return claim


def aged(job_id: UUID, **columns: str) -> None:
    """Move times of a job into the past, each by an interval in PostgreSQL's words."""
    for name, by in columns.items():
        as_owner(f"UPDATE jobs SET {name} = clock_timestamp() - %s::interval WHERE id = %s", (by, job_id))


def seen(team: Any, job_id: UUID) -> Picked:
    """The job as an operator who looks now would pick it."""
    return Picked(job_id, job(team, job_id)["attempt"])


def call(
    team: Any,
    job_id: UUID,
    status: str = "unknown",
    credits: int | None = None,
    ago: str = "5 minutes",
    provider: str = "lusha",
) -> UUID:
    """A call of a job to a provider."""
    [(made,)] = as_owner(
        "INSERT INTO provider_calls (workspace_id, job_id, attempt, step, provider, operation, repeat, status, credits,"
        " requested_at, request) VALUES (%s, %s, 1, 's', %s, 'enrich', 'charged', %s, %s,"
        ' clock_timestamp() - %s::interval, \'{"json": {"email": "secret@lead.example"}}\') RETURNING id',
        (team.workspace_id, job_id, provider, status, credits, ago),
    )
    return made


def acts_on(job_id: UUID) -> list[tuple[Any, ...]]:
    """What is written down about operators' acts on a job."""
    return as_owner("SELECT act, user_id, reason FROM operator_acts WHERE job_id = %s ORDER BY id", (job_id,))
