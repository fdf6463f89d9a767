"""Starting a stopped job again from where it got to: a new job, so that the old one's books stay closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from reachly.database import one, rows, scope
from reachly.engine.request import Requested, Wish, request
from reachly.engine.stop import NoSuchJob
from reachly.generate.asking import again
from reachly.models import Job, JobSource


class NothingToRetry(Exception):
    """The job is still at work, or brought all that was wanted."""


def can_retry(job: Job, sources: Sequence[JobSource]) -> bool:
    """Whether going on could bring more: it failed, was cancelled, or ended short with a source that failed."""
    if job.status in ("failed", "cancelled"):
        return job.kind != "generate_leads" or job.progress_done < job.progress_total
    short = job.status == "succeeded" and job.progress_done < job.progress_total
    return short and any(source.state == "failed" for source in sources)


def retry(workspace_id: UUID | str, user_id: UUID | str, job_id: UUID | str) -> Requested:
    """Ask for what the job did not bring; asked any number of times, it is one new job.

    Raises :class:`NoSuchJob`, :class:`NothingToRetry`, and ``NotEnoughCredits`` when what is left cannot be held.
    """
    with scope(workspace_id, user_id):
        job = Job.get_or_none(Job.id == str(job_id))
        if job is None:
            raise NoSuchJob(str(job_id))
        sources = list(JobSource.select().where(JobSource.job_id == job.id).order_by(JobSource.position))
        if not can_retry(job, sources):
            raise NothingToRetry(str(job_id))
        found = one("SELECT * FROM jobs WHERE id = %s", (job.id,))
        assert found is not None
        told = rows("SELECT source, own_key FROM job_sources WHERE job_id = %s ORDER BY position", (job.id,))
    wish = again(found | {"sources": told}) if job.kind == "generate_leads" else _anew(found)
    return request(workspace_id, user_id, wish, f"retry:{job.id}")


def _anew(job: dict[str, Any]) -> Wish:
    """The same wish from its beginning, for jobs whose result is whole or nothing."""
    return Wish(
        kind=job["kind"],
        queue=job["queue"],
        name=job["name"],
        params=job["params"],
        total=job["progress_total"],
        hold=job["credits_held"],
        prices=job["prices"],
        retry_of=job["id"],
        opening=f"Asked again after job {job['number']}",
    )
