"""Making a list from a form, once however often the form is sent."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from reachly import lists
from reachly.answers import Answer, once
from reachly.web.session import me


def make(name: str, description: str, visibility: str, editing: str, key: str) -> UUID:
    """The list's id, of the same list for the same ``key``; raises ``Invalid``, and ``KeyReused`` for another form."""

    def act() -> Answer:
        return Answer(201, body=str(lists.create(*me(), name, description, visibility, editing).id))

    asked = ("list", name, description, visibility, editing)
    return UUID(once(*me(), f"list:{key}", asked, act).body if key else act().body)


def made_for(form: dict[str, Any] | None) -> dict[str, str]:
    """The key that a form carries: the one it came with, or a fresh one."""
    return {"idempotency_key": (form or {}).get("idempotency_key") or str(uuid4())}
