"""The header that makes a repeated request the same request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, request

from reachly.accounts import Person
from reachly.answers import Answer, once, settle
from reachly.api.problem import Problem

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
LONGEST = 200
KEPT = ("Content-Type", "Location")
"""The headers that belong to the answer; the others tell about the request at hand."""


def key() -> str | None:
    """The request's key as it is kept, ``None`` where it has none; raises :class:`Problem` 400."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    given = given.strip()
    if not given or len(given) > LONGEST or not given.isascii() or not given.isprintable():
        raise Problem(400, f"{HEADER} is 1 to {LONGEST} plain characters.", errors=[(HEADER, "Use a UUID.")])
    return f"api:{given}"


BEGUN = 202
"""The status of what was begun and is still to be finished, where there is something to finish."""
Finish = Callable[[Any, Response], Response]


def replayed(person: Person, body: Any, view: Callable[[], Response], finish: Finish | None = None) -> Response:
    """What ``view`` answers, once per key: the same request again gives its first answer again. What it only began is
    finished outside of the transaction, and is the answer from then on.

    Only what succeeded is kept, with what it did, in one transaction; after a refusal the same key may be tried again.
    Requests without a key, and dry runs, which do nothing, are answered as they come.
    """
    given = key()
    if given is None or getattr(body, "dry_run", False):
        only = view()
        return finish(person, only) if finish and only.status_code == BEGUN else only

    def act() -> Answer:
        made = view()
        headers = {name: made.headers[name] for name in KEPT if name in made.headers}
        return Answer(made.status_code, headers, made.get_data(as_text=True), made.headers.get(REPLAYED) == "true")

    asked = (request.method, request.path, body.model_dump(mode="json") if body is not None else None)
    told = once(person.workspace_id, person.user_id, given, asked, act)
    if finish and told.status == BEGUN:
        made = finish(person, Response(told.body, told.status))
        kept = {"Content-Type": str(made.content_type)}
        first = Answer(made.status_code, kept, made.get_data(as_text=True), told.replayed)
        told = settle(person.workspace_id, person.user_id, given, told, first)
    response = Response(told.body, told.status)
    response.headers.update(told.headers)
    if told.replayed:
        response.headers[REPLAYED] = "true"
    return response
