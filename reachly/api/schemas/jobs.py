"""Jobs, their events, and the files they made."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from reachly.api.schemas.parts import Instant, Object, Paged, Told

Status = Literal["queued", "running", "waiting", "succeeded", "failed", "cancelled"]
Kind = Literal[
    "generate_leads", "export_leads", "import_leads", "enrich_leads", "find_emails", "validate_emails", "sync_source"
]


class Progress(Told):
    """How far a job is."""

    done: int
    total: int
    percent: int = Field(ge=0, le=100)


class JobCredits(Told):
    """What a job holds, has spent and has given back."""

    reserved: int
    spent: int
    released: int


class JobError(Told):
    """Why a job failed, in words a person understands."""

    code: str
    message: str | None


class Job(Told):
    """One request and how it is going."""

    id: UUID
    number: int
    name: str
    kind: Kind
    status: Status
    progress: Progress
    credits: JobCredits
    result: Object | None
    error: JobError | None
    retry_of: UUID | None
    icp_profile_id: UUID | None = Field(None, description="The profile of which this is a run.")
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None


class JobAnswer(Told):
    """The job that was asked for."""

    job: Job


class Jobs(Told):
    """Jobs, newest first."""

    data: list[Job]
    next_cursor: str | None
    total: int | None = None


class JobQuery(Paged):
    """Which jobs."""

    kind: Kind | None = None
    status: Status | None = None


class Event(Told):
    """One line of a job's story."""

    id: int
    event: Literal["log", "progress", "leads", "done"]
    data: Object
    created_at: Instant


class Events(Told):
    """A job's story, oldest first."""

    data: list[Event]
    next_cursor: str | None
    total: int | None = None
