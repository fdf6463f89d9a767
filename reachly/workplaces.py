"""The workspaces of one person, and moving a session from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from reachly.accounts.sessions import digest
from reachly.database import one, rows, scope, transaction


@dataclass(frozen=True, slots=True)
class Workplace:
    """A workspace that a person belongs to; ``personal`` marks the one that is their own."""

    id: UUID
    name: str
    role: str
    personal: bool
    people: int
    plan: str


def mine(workspace_id: UUID | str, user_id: UUID | str) -> list[Workplace]:
    """Where this person belongs, their own first."""
    with scope(workspace_id, user_id):
        return [Workplace(**row) for row in rows("SELECT * FROM my_workplaces()")]


def move(token: str, user_id: UUID | str, from_id: UUID | str, to_id: UUID | str) -> bool:
    """Have a session of this person work in another of their workspaces; false where they do not belong there.

    Remembered for their next sign-in.
    """
    with scope(from_id, user_id):
        moved = one("SELECT session_move(%s, %s) AS moved", (digest(token), str(to_id)))
    return bool(moved and moved["moved"])


def last(user_id: UUID | str, home_id: UUID) -> UUID:
    """Where this person worked last and still belongs; ``home_id`` where there is no other."""
    with scope(home_id, user_id):
        found = one(
            "SELECT w.id FROM my_workspaces() w, users u WHERE u.id = scope_user()"
            " AND w.id::text = u.preferences ->> 'workspace'"
        )
    return found["id"] if found else home_id


def put_out(token: str) -> str | None:
    """The name of the workspace that a session ended with, because its person was removed from it; ``None`` where it
    ended otherwise, or goes on.
    """
    with transaction():
        row = one("SELECT workspace FROM session_put_out(%s)", (digest(token),))
    return row["workspace"] if row else None
