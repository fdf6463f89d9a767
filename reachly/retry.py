"""Starting a stopped job again from where it got to: a new job, so that the old one's books stay closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from reachly import export, imports, unlock
from reachly.database import one, rows, scope
from reachly.engine.request import Requested, Wish, request
from reachly.engine.stop import NoSuchJob
from reachly.generate import asking
from reachly.models import Job, JobSource
from reachly.profiles.running import leave_for, remember

AGAIN: dict[str, Callable[[Mapping[str, Any]], Wish]] = {
    "generate_leads": asking.again,
    "export_leads": export.again,
    "import_leads": imports.again,
    "enrich_leads": unlock.again,
}
"""What each kind of job asks for when it is started again."""


class NothingToRetry(Exception):
    """The job is still at work, or brought all that was wanted."""


def can_retry(job: Job, sources: Sequence[JobSource]) -> bool:
    """Whether going on could bring more: it failed, was cancelled, or ended short with a source that failed."""
    if job.kind not in AGAIN:
        return False
    if job.status in ("failed", "cancelled"):
        return job.kind != "generate_leads" or job.progress_done < job.progress_total
    short = job.status == "succeeded" and job.progress_done < job.progress_total
    return short and any(source.state == "failed" for source in sources)


def over(job: Job) -> bool:
    """Whether what the job did was taken back as a whole, so that nothing goes on from it; inside a scope."""
    return job.kind == "import_leads" and job.params.get("act") != "undo" and imports.taken_back(job.params["import"])


def retry(workspace_id: UUID | str, user_id: UUID | str, job_id: UUID | str) -> Requested:
    """Ask for what the job did not bring; asked any number of times, it is one new job.

    Raises :class:`NoSuchJob`, :class:`NothingToRetry`, ``CannotRun`` where its profile has another run or no credits
    left for it this month, and ``NotEnoughCredits`` when what is left cannot be held.
    """
    with scope(workspace_id, user_id):
        job = Job.get_or_none(Job.id == str(job_id))
        if job is None:
            raise NoSuchJob(str(job_id))
        sources = list(JobSource.select().where(JobSource.job_id == job.id).order_by(JobSource.position))
        if not can_retry(job, sources) or over(job):
            raise NothingToRetry(str(job_id))
        found = one("SELECT * FROM jobs WHERE id = %s", (job.id,))
        assert found is not None
        told = rows("SELECT source, own_key FROM job_sources WHERE job_id = %s ORDER BY position", (job.id,))
        wish, key = AGAIN[job.kind](found | {"sources": told}), f"retry:{job.id}"
        profile = found["params"].get("icp_profile_id")
        if profile and one("SELECT id FROM jobs WHERE idempotency_key = %s", (key,)) is None:
            leave_for(profile, wish.hold)
        asked = request(workspace_id, user_id, wish, key)
        if profile:
            remember(profile, asked.job_id)
    return asked
