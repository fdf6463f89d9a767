"""Who is on a list, in its order, by keyset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reachly.database import one, rows, scope
from reachly.leads import LeadQuery, where
from reachly.leads.cursor import Key, Order, pack, unpack
from reachly.leads.listing import COLUMNS
from reachly.lists.row import found
from reachly.models import Lead

ORDER = Order((Key("m.position", "double precision"), Key("m.contact_id", "uuid")))
SORT = "place"
OWN = ("position", "note", "tags", "added_at")
_FROM = (
    "FROM list_contacts m JOIN leads l ON l.workspace_id = m.workspace_id AND l.contact_id = m.contact_id"
    " WHERE m.workspace_id = scope_workspace() AND m.list_id = %s"
)


class NotOnList(Exception):
    """Nobody like that is on the list."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A lead on a list; ``position`` orders it and means nothing else."""

    lead: Lead
    position: float
    note: str
    tags: list[str]
    added_at: datetime


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Some of the leads on a list in its order, and the cursors to go on from."""

    members: list[Listed]
    next_cursor: str | None
    previous_cursor: str | None


def members(
    workspace_id: UUID | str,
    user_id: UUID | str | None,
    list_id: UUID | str,
    cursor: str | None = None,
    limit: int = 50,
    backwards: bool = False,
) -> MemberPage:
    """The leads after the cursor, or before it going backwards; raises ``NoSuchList`` and ``BadCursor``."""
    condition, params = where(LeadQuery())
    params = [str(list_id), *params]
    if cursor:
        condition += f" AND {ORDER.beyond(backwards)}"
        params += unpack(cursor, SORT, ORDER)
    own = ", ".join(f"m.{name}" for name in OWN)
    with scope(workspace_id, user_id):
        found(list_id)
        seen = rows(
            f"SELECT {COLUMNS}, {own}, {ORDER.columns()} {_FROM} AND {condition}"
            f" ORDER BY {ORDER.by(backwards)} LIMIT %s",
            [*params, limit + 1],
        )
    more = len(seen) > limit
    seen = seen[:limit]
    if backwards:
        seen.reverse()
    ahead, behind = (bool(cursor), more) if backwards else (more, bool(cursor))
    return MemberPage(
        [_listed(row) for row in seen],
        pack(SORT, seen[-1], ORDER) if ahead and seen else None,
        pack(SORT, seen[0], ORDER) if behind and seen else None,
    )


def listed(workspace_id: UUID | str, user_id: UUID | str | None, list_id: UUID | str, lead_id: UUID | str) -> Listed:
    """One lead as it stands on a list; raises ``NoSuchList`` and :class:`NotOnList`."""
    condition, params = where(LeadQuery())
    own = ", ".join(f"m.{name}" for name in OWN)
    with scope(workspace_id, user_id):
        found(list_id)
        row = one(
            f"SELECT {COLUMNS}, {own} {_FROM} AND {condition} AND l.id = %s", [str(list_id), *params, str(lead_id)]
        )
    if row is None:
        raise NotOnList(str(lead_id))
    return _listed(row)


def listed_contact(
    workspace_id: UUID | str, user_id: UUID | str | None, list_id: UUID | str, contact_id: UUID | str
) -> Listed:
    """As :func:`listed`, by the contact."""
    with scope(workspace_id, user_id):
        row = one("SELECT l.id FROM leads l WHERE l.contact_id = %s", (str(contact_id),))
    if row is None:
        raise NotOnList(str(contact_id))
    return listed(workspace_id, user_id, list_id, row["id"])


def _listed(row: dict[str, Any]) -> Listed:
    own = {name: row[name] for name in OWN}
    return Listed(Lead(**{name: value for name, value in row.items() if name not in (*OWN, "k0", "k1")}), **own)
