"""One answer per key: the same request asked again gives the first answer again, and does nothing again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from reachly.database import as_json, execute, one, scope
from reachly.engine.request import KeyReused
from reachly.settings import settings


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and whether to an earlier request (``replayed``)."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    replayed: bool = False


def digest_of(*parts: Any) -> bytes:
    """What tells whether two requests are the same one."""
    return hashlib.sha256(as_json(parts).encode()).digest()


def once(
    workspace_id: UUID | str, user_id: UUID | str, key: str, request: tuple[Any, ...], act: Callable[[], Answer]
) -> Answer:
    """What ``act`` answers, or what it answered the first time that this workspace used ``key``.

    ``act`` runs in the transaction that keeps its answer: what it changed and what it answered are there together or
    not at all, and whatever it raises leaves the key free. ``request`` is all that was asked for, as JSON can hold it;
    a key belongs to the person who used it first: everybody else's request is another one.

    Raises ``KeyReused`` where the key stands for another request. While an equal one is at work it waits, for two
    seconds at most, then raises the database's lock time-out. Keys are kept for ``idempotency_hours``.
    """
    digest = digest_of(str(user_id), *request)
    kept = timedelta(hours=settings().idempotency_hours)
    with scope(workspace_id, user_id):
        found = one("SELECT * FROM answer_begin(%s, %s, %s)", (key, digest, kept))
        assert found is not None
        if not found["fresh"]:
            if not found["same"]:
                raise KeyReused(key)
            return Answer(found["status"], found["headers"], found["body"], replayed=True)
        answer = act()
        execute(
            "UPDATE answers SET status = %s, headers = %s::jsonb, body = %s WHERE key = %s",
            (answer.status, as_json(dict(answer.headers)), answer.body, key),
        )
        return answer


def settle(workspace_id: UUID | str, user_id: UUID | str, key: str, begun: Answer, answer: Answer) -> Answer:
    """Keep ``answer`` in the place of what was begun, and give it; where somebody else was first, what they kept."""
    with scope(workspace_id, user_id):
        kept = one(
            "UPDATE answers SET status = %s, headers = %s::jsonb, body = %s"
            " WHERE key = %s AND status = %s AND body = %s RETURNING key",
            (answer.status, as_json(dict(answer.headers)), answer.body, key, begun.status, begun.body),
        )
        first = None if kept else one("SELECT status, headers, body FROM answers WHERE key = %s", (key,))
    return answer if first is None else Answer(first["status"], first["headers"], first["body"], answer.replayed)
