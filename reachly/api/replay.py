"""The header that makes a repeated request the same request."""

from __future__ import annotations

from flask import request

from reachly.accounts import Person
from reachly.api.problem import Problem
from reachly.database import scope
from reachly.engine import look
from reachly.engine.request import KeyReused
from reachly.models import Job

HEADER = "Idempotency-Key"
LONGEST = 200


def key() -> str | None:
    """The request's key as it is kept, ``None`` where it has none; raises :class:`Problem` 400."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    given = given.strip()
    if not given or len(given) > LONGEST or not given.isascii() or not given.isprintable():
        raise Problem(400, f"{HEADER} is 1 to {LONGEST} plain characters.", errors=[(HEADER, "Use a UUID.")])
    return f"api:{given}"


def seen(person: Person, kept: str | None, kind: str) -> Job | None:
    """The job that an earlier request with this key made; raises ``KeyReused`` where it was of another kind."""
    if kept is None:
        return None
    with scope(person.workspace_id, person.user_id):
        known = look.of_key(kept)
    if known is not None and known.kind != kind:
        raise KeyReused(kept)
    return known
