"""Looking at jobs: one, many, their sources, their story, and what they brought. Free, and changes nothing.

Everything here reads inside the caller's scope, so that a page's reads are one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from reachly.database import one, rows
from reachly.hidden import SHOWN_LEADS
from reachly.models import Job, JobEvent, JobSource, Lead
from reachly.models.job import OPEN

STATES: dict[str, tuple[str, ...]] = {
    "open": OPEN,
    "finished": ("succeeded",),
    "failed": ("failed",),
    "cancelled": ("cancelled",),
}
"""The groups of statuses that people choose by."""
_BROUGHT = f"""
FROM leads l WHERE l.deleted_at IS NULL AND {SHOWN_LEADS} AND l.job_id = %s
"""
_UNLOCKED = f"""
FROM leads l WHERE l.deleted_at IS NULL AND {SHOWN_LEADS}
 AND l.contact_id IN (SELECT u.contact_id FROM unlocks u WHERE u.job_id = %s)
"""  # noqa: S608 - a condition of our own


def job(job_id: UUID | str) -> Job | None:
    """The job, ``None`` when the workspace in scope has none of that id."""
    return Job.get_or_none(Job.id == str(job_id))


def jobs(
    statuses: Sequence[str] = (), kind: str | None = None, before: int | None = None, limit: int = 50
) -> list[Job]:
    """Jobs newest first; ``before`` is the number of the last one seen, so pages neither skip nor repeat."""
    query = _chosen(Job.select(), statuses, kind).order_by(Job.number.desc()).limit(limit)
    return list(query if before is None else query.where(Job.number < before))


def how_many(statuses: Sequence[str] = (), kind: str | None = None) -> int:
    """How many jobs there are."""
    return int(_chosen(Job.select(), statuses, kind).count())


def _chosen(query: Any, statuses: Sequence[str], kind: str | None) -> Any:
    if statuses:
        query = query.where(Job.status.in_(tuple(statuses)))
    return query.where(Job.kind == kind) if kind else query


def sources(job_id: UUID | str) -> list[JobSource]:
    """The job's sources in the order they are asked."""
    return list(JobSource.select().where(JobSource.job_id == str(job_id)).order_by(JobSource.position))


def events(job_id: UUID | str, after: int = 0, limit: int = 200) -> list[JobEvent]:
    """The job's story after the event numbered ``after``, oldest first."""
    told = JobEvent.select().where(JobEvent.job_id == str(job_id), JobEvent.seq > after)
    return list(told.order_by(JobEvent.seq).limit(limit))


def latest_events(job_id: UUID | str, limit: int = 40) -> list[JobEvent]:
    """The newest lines of the job's story that say something in words, newest first."""
    return list(_in_words(job_id).order_by(JobEvent.seq.desc()).limit(limit))


def event_count(job_id: UUID | str) -> int:
    """How many lines of the job's story say something in words."""
    return int(_in_words(job_id).count())


def _in_words(job_id: UUID | str) -> Any:
    return JobEvent.select().where(JobEvent.job_id == str(job_id), JobEvent.kind.in_(("log", "done")))


def latest_leads(job: Job, limit: int = 20) -> list[Lead]:
    """The leads the job brought or unlocked last that nobody deleted or hid, newest first."""
    columns = ", ".join(f"l.{column}" for column in Lead._meta.columns)
    found = rows(f"SELECT {columns} {_brought(job)} ORDER BY l.id DESC LIMIT %s", (job.id, limit))
    return [Lead(**row) for row in found]


def lead_count(job: Job) -> int:
    """How many leads that the job brought or unlocked the workspace has and does not hide."""
    found = one(f"SELECT count(*) AS leads {_brought(job)}", (job.id,))
    return found["leads"] if found else 0


def _brought(job: Job) -> str:
    return _UNLOCKED if job.kind == "enrich_leads" else _BROUGHT


def names(user_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of people of the workspace."""
    found = rows("SELECT id, name FROM users WHERE id = ANY (%s)", (list(set(user_ids)),))
    return {row["id"]: row["name"] for row in found}


def etag(job: Job, variant: str = "") -> str:
    """A strong tag, without its quotes, that changes with everything shown of the job; ``variant`` tells
    representations of one job apart.
    """
    shown = (job.id, job.status, job.attempt, job.event_seq, job.updated_at.isoformat(), variant)
    return hashlib.blake2b(repr(shown).encode(), digest_size=12).hexdigest()


def job_as_dict(job: Job) -> dict[str, Any]:
    """The job as programs see it, instants as RFC 3339 in UTC."""
    return {
        "id": str(job.id),
        "number": job.number,
        "name": job.name,
        "kind": job.kind,
        "status": job.status,
        "progress": {"done": job.progress_done, "total": job.progress_total, "percent": job.percent},
        "credits": {"reserved": job.credits_reserved, "spent": job.credits_spent, "released": job.credits_released},
        "result": job.result,
        "error": {"code": job.error_code, "message": job.error_message} if job.error_code else None,
        "retry_of": str(job.retry_of) if job.retry_of else None,
        "icp_profile_id": job.params.get("icp_profile_id"),
        "created_at": _instant(job.created_at),
        "started_at": _instant(job.started_at),
        "finished_at": _instant(job.finished_at),
    }


def event_as_dict(event: JobEvent) -> dict[str, Any]:
    """One line of a job's story as programs see it; ``id`` is what ``Last-Event-ID`` names."""
    return {"id": event.seq, "event": event.kind, "data": event.data, "created_at": _instant(event.created_at)}


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
