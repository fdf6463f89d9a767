"""The story of a job: as a stream for whoever listens, as JSON for whoever asks."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from uuid import UUID

import peewee
from flask import Blueprint, Response, request

from reachly import watching
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.jobs import found
from reachly.api.paging import after, cursor, link
from reachly.api.problem import Problem
from reachly.api.schemas.common import Paged
from reachly.api.schemas.jobs import Events
from reachly.database import StoreAway, one, scope
from reachly.engine import look
from reachly.models import JobEvent
from reachly.settings import settings

bp = Blueprint("api_events", __name__)
STREAM = "text/event-stream"
BATCH = 200
AWAY_SECONDS = 2.0


@call(
    bp,
    "GET",
    "/api/jobs/<uuid:job_id>/events",
    scope="read",
    reads=Paged,
    answers={200: Events, 204: None},
    problems=(404, 503),
    headers=("Link",),
)
def job_events(person: Person, job_id: UUID, query: Paged) -> Response | tuple[Events, int, dict[str, str]]:
    """A job's story, oldest first.

    With `Accept: text/event-stream` it is a stream that goes on until the job is done; `Last-Event-ID` resumes it
    without a gap, and one that has seen all of a finished job gets 204. The `id` of an event is its number.
    """
    if request.accept_mimetypes.best_match(["application/json", STREAM]) == STREAM:
        return _streamed(person, job_id)
    seen = after(query.cursor, "events") or 0
    with scope(person.workspace_id, person.user_id):
        found(job_id)
        lines = look.events(job_id, seen, query.limit + 1)
        counted = (
            one("SELECT count(*) AS events FROM job_events WHERE job_id = %s", (str(job_id),)) if query.count else None
        )
    more = len(lines) > query.limit
    lines = lines[: query.limit]
    following = cursor("events", lines[-1].seq) if more else None
    told = {"data": [look.event_as_dict(line) for line in lines], "next_cursor": following}
    if counted:
        told["total"] = counted["events"]
    return Events.model_validate(told), 200, link(following)


def _streamed(person: Person, job_id: UUID) -> Response:
    last = request.headers.get("Last-Event-ID", "0").strip()
    seen = int(last) if last.isascii() and last.isdigit() and len(last) < 16 else 0
    with scope(person.workspace_id, person.user_id):
        job = found(job_id)
    if job.finished and seen >= job.event_seq:
        return Response(status=204)
    watch = ExitStack()
    try:
        watcher = watch.enter_context(watching.watching(person.workspace_id, job_id))
    except watching.TooManyWatchers:
        raise Problem(503, "Too many streams are open: ask without one.", headers={"Retry-After": "5"}) from None
    response = Response(_lines(person, job_id, seen, watcher), content_type=STREAM)
    response.call_on_close(watch.close)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _lines(person: Person, job_id: UUID, seen: int, watcher: watching.Watcher) -> Iterator[str]:
    """Every event after ``seen`` in order, each once, until the job is done; a comment where little happens."""
    yield "retry: 2000\n\n"
    pinged = time.monotonic()
    while not watching.stopping():
        try:
            with scope(person.workspace_id, person.user_id):
                lines = look.events(job_id, seen, BATCH)
        except (StoreAway, peewee.OperationalError, peewee.InterfaceError):
            watcher.wait(AWAY_SECONDS)
            yield ": the database is away\n\n"
            continue
        for line in lines:
            seen = line.seq
            yield _line(line)
            if line.kind == "done":
                return
        if len(lines) == BATCH:
            continue
        left = settings().stream_ping - (time.monotonic() - pinged)
        if left <= 0 or lines:
            pinged = time.monotonic()
            if not lines:
                yield ": still here\n\n"
            left = settings().stream_ping
        watcher.wait(left)


def _line(event: JobEvent) -> str:
    told = look.event_as_dict(event)
    data = told["data"] | {"created_at": told["created_at"]}
    return f"id: {told['id']}\nevent: {told['event']}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
