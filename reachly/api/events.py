"""The story of a job: as a stream for whoever listens, as JSON for whoever asks."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request

from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.jobs import found
from reachly.api.paging import after, cursor, link
from reachly.api.problem import Problem
from reachly.api.schemas.jobs import Events
from reachly.api.schemas.parts import Paged
from reachly.database import scope
from reachly.engine import look
from reachly.web.streams.answer import STREAM, frame, respond
from reachly.web.streams.answer import Events as Followed
from reachly.web.streams.story import Event

bp = Blueprint("api_events", __name__)


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
        return _stream(person, job_id)
    seen = after(query.cursor, "events") or 0
    with scope(person.workspace_id, person.user_id):
        job = found(job_id)
        lines = look.events(job_id, seen, query.limit + 1)
    more = len(lines) > query.limit
    lines = lines[: query.limit]
    following = cursor("events", lines[-1].seq) if more else None
    told: dict[str, Any] = {"data": [look.event_as_dict(line) for line in lines], "next_cursor": following}
    if query.count:
        told["total"] = job.event_seq
    return Events.model_validate(told), 200, link(following)


def _stream(person: Person, job_id: UUID) -> Response:
    """Every event after the last one seen, in order, each once, until the job is done."""
    last = request.headers.get("Last-Event-ID", "").strip()
    seen = int(last) if last.isascii() and last.isdigit() and len(last) < 16 else 0
    with scope(person.workspace_id, person.user_id):
        job = found(job_id)
    if job.finished and seen >= job.event_seq:
        return Response(status=204)
    answer = respond(Followed((str(person.workspace_id), str(job_id)), seen, _written))
    if answer.status_code == 503:
        raise Problem(503, "Too many streams are open: ask without one.", headers={"Retry-After": "5"})
    return answer


def _written(event: Event) -> bytes:
    """An event as it goes over the wire."""
    told = event.data | {"created_at": event.created_at.isoformat().replace("+00:00", "Z")}
    return frame(event.kind, json.dumps(told, ensure_ascii=False), event.seq)
