"""Calls of jobs: look, cancel, start again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from jobs.broker import wake
from reachly import retry
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.paging import after, cursor, link
from reachly.api.problem import Problem
from reachly.api.schemas.jobs import Job, JobAnswer, JobQuery, Jobs
from reachly.database import scope
from reachly.engine import look, stop
from reachly.export import ListGone
from reachly.models import Job as Row
from reachly.profiles import CannotRun

bp = Blueprint("api_jobs", __name__)


@call(bp, "GET", "/api/jobs", scope="read", reads=JobQuery, answers={200: Jobs}, headers=("Link",))
def list_jobs(person: Person, query: JobQuery) -> tuple[Jobs, int, dict[str, str]]:
    """The workspace's jobs, newest first."""
    before = after(query.cursor, "jobs")
    statuses = (query.status,) if query.status else ()
    with scope(person.workspace_id, person.user_id):
        found = look.jobs(statuses, query.kind, before, query.limit + 1)
        total = look.how_many(statuses, query.kind) if query.count else None
    more = len(found) > query.limit
    found = found[: query.limit]
    following = cursor("jobs", found[-1].number) if more else None
    told: dict[str, Any] = {"data": [look.job_as_dict(row) for row in found], "next_cursor": following}
    if total is not None:
        told["total"] = total
    return Jobs.model_validate(told), 200, link(following)


@call(
    bp,
    "GET",
    "/api/jobs/<uuid:job_id>",
    scope="read",
    answers={200: Job, 304: None},
    problems=(404,),
    headers=("ETag",),
)
def get_job(person: Person, job_id: UUID) -> Response:
    """One job; a poll that finds nothing new is a 304."""
    with scope(person.workspace_id, person.user_id):
        row = found(job_id)
    response = Response(Job.model_validate(look.job_as_dict(row)).model_dump_json(), content_type="application/json")
    response.set_etag(look.etag(row, "api"))
    response.cache_control.private = True
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


@call(
    bp,
    "POST",
    "/api/jobs/<uuid:job_id>/cancel",
    scope="write",
    answers={202: JobAnswer},
    problems=(404, 409),
    headers=("Location",),
    idempotent=True,
)
def cancel_job(person: Person, job_id: UUID) -> tuple[JobAnswer, int, dict[str, str]]:
    """Stop a job. What was delivered stays, what was reserved comes back."""
    try:
        stop.cancel(person.workspace_id, person.user_id, job_id)
    except stop.NoSuchJob:
        raise Problem(404) from None
    except stop.JobEnded:
        raise Problem(409, "The job has ended already.") from None
    return answer(person, job_id)


@call(
    bp,
    "POST",
    "/api/jobs/<uuid:job_id>/retry",
    scope="write",
    answers={202: JobAnswer},
    problems=(402, 404, 409),
    headers=("Location",),
    idempotent=True,
)
def retry_job(person: Person, job_id: UUID) -> tuple[JobAnswer, int, dict[str, str]]:
    """Go on where a job stopped, as a new job; asked twice, it is one."""
    try:
        asked = retry.retry(person.workspace_id, person.user_id, job_id)
    except stop.NoSuchJob:
        raise Problem(404) from None
    except retry.NothingToRetry:
        raise Problem(409, "The job is still at work, or has brought all that was wanted.") from None
    except CannotRun as refused:
        raise Problem(409, refused.words, code=refused.code) from None
    except ListGone as gone:
        raise Problem(409, gone.words) from None
    wake(asked)
    return answer(person, asked.job_id, replayed=asked.replayed)


def answer(person: Person, job_id: UUID, *, replayed: bool = False) -> tuple[JobAnswer, int, dict[str, str]]:
    """202 with the job and where to look for it."""
    with scope(person.workspace_id, person.user_id):
        row = found(job_id)
    headers = {"Location": f"/api/jobs/{job_id}"} | ({"Idempotent-Replayed": "true"} if replayed else {})
    return JobAnswer(job=Job.model_validate(look.job_as_dict(row))), 202, headers


def found(job_id: UUID) -> Row:
    """The job of the workspace in scope; raises :class:`Problem` 404."""
    row = look.job(job_id)
    if row is None:
        raise Problem(404)
    return row
