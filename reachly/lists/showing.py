"""The lists that somebody sees in their workspace: one, or pages of them, what changed last first."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from reachly.database import one, rows, scope
from reachly.leads.cursor import Key, Order, pack, unpack
from reachly.lists.row import List, found, made, select

ORDER = Order((Key("s.updated_at", "timestamptz"), Key("s.id", "uuid")), descending=True)
SORT = "changed"


@dataclass(frozen=True, slots=True)
class ListPage:
    """Some lists, and the cursor to go on from where more follow."""

    lists: list[List]
    next_cursor: str | None


def get(workspace_id: UUID | str, user_id: UUID | str | None, list_id: UUID | str) -> List:
    """One list; raises ``NoSuchList``."""
    with scope(workspace_id, user_id):
        return found(list_id)


def lists(
    workspace_id: UUID | str,
    user_id: UUID | str | None,
    cursor: str | None = None,
    limit: int = 50,
    editable: bool = False,
) -> ListPage:
    """The lists, all or those this person may change; raises ``BadCursor``."""
    sql, params = select()
    if editable:
        sql += " AND s.id IN (SELECT scope_edited())"
    if cursor:
        sql += f" AND {ORDER.beyond()}"
        params += unpack(cursor, SORT, ORDER)
    sql = sql.replace("SELECT s.id,", f"SELECT {ORDER.columns()}, s.id,", 1)
    with scope(workspace_id, user_id):
        seen = rows(f"{sql} ORDER BY {ORDER.by()} LIMIT %s", [*params, limit + 1])
    more = len(seen) > limit
    seen = seen[:limit]
    return ListPage([made(row) for row in seen], pack(SORT, seen[-1], ORDER) if more else None)


def number(workspace_id: UUID | str, user_id: UUID | str | None) -> int:
    """How many lists this person sees."""
    with scope(workspace_id, user_id):
        row = one("SELECT count(*) AS lists FROM lists WHERE workspace_id = scope_workspace() AND deleted_at IS NULL")
    assert row is not None
    return int(row["lists"])
