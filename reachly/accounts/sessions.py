"""Sessions: a secret in a browser's cookie or in an access token, of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any
from uuid import UUID

from reachly import database
from reachly.accounts.person import Person
from reachly.database import one, rows, scope
from reachly.settings import settings

DAY = 86_400


def start_session(
    user_id: UUID | str, workspace_id: UUID | str, agent: str = "", kind: str = "browser", seconds: int | None = None
) -> str:
    """The secret of a new session, which is nowhere else; by default it lasts for the configured days."""
    token = secrets.token_urlsafe(32)
    lasts = seconds if seconds is not None else settings().session_days * DAY
    with database.transaction():
        made = one(
            "SELECT session_start(%s, %s, %s, %s, %s, %s) AS id",
            (digest(token), kind, str(user_id), str(workspace_id), agent.replace("\0", "")[:300], lasts),
        )
    assert made is not None
    if made["id"] is None:
        raise LookupError(f"{user_id} is not in workspace {workspace_id}")
    return token


def find_session(token: str, kind: str = "browser") -> Person | None:
    """Who holds this session; ``None`` when it ended, expired, or its person was switched off."""
    with database.transaction():
        row = one("SELECT * FROM session_visitor(%s)", (digest(token),))
    return Person.of(row) if row and row["kind"] == kind else None


def end_session(token: str) -> None:
    """Sign this session out; nothing happens when it has ended."""
    with database.transaction():
        one("SELECT session_end(%s)", (digest(token),))


def end_sessions(person: Person, keep: str | None = None) -> int:
    """Sign out everywhere, browsers and access tokens alike, but for the session ``keep``; returns how many ended."""
    with scope(person.workspace_id, person.user_id):
        ended = one("SELECT sessions_end(%s) AS ended", (digest(keep) if keep else None,))
    return int(ended["ended"]) if ended else 0


def open_sessions(person: Person) -> list[dict[str, Any]]:
    """``id, kind, agent, created_at, used_at, current`` of each open session, the last used first."""
    with scope(person.workspace_id, person.user_id):
        found = rows("SELECT * FROM sessions_open()")
    return [row | {"current": row["id"] == person.credential} for row in found]


def digest(token: str) -> bytes:
    """What is kept of a secret that is random and long, so that one plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
