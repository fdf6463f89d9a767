"""Remembers which columns a person wants to see on a page, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from reachly.database import execute, one, scope


def remembered(workspace_id: UUID | str, user_id: UUID | str, page: str) -> tuple[str, ...] | None:
    """The columns chosen for ``page``, ``None`` when this person never chose any."""
    with scope(workspace_id, user_id):
        row = one("SELECT columns FROM saved_columns WHERE user_id = %s AND page = %s", (str(user_id), page))
    return tuple(row["columns"]) if row else None


def remember(workspace_id: UUID | str, user_id: UUID | str, page: str, columns: Sequence[str]) -> None:
    """Keep this choice instead of the one before; no columns at all is a choice too."""
    with scope(workspace_id, user_id):
        execute(
            "INSERT INTO saved_columns (workspace_id, user_id, page, columns) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (workspace_id, user_id, page) DO UPDATE SET columns = excluded.columns",
            (str(workspace_id), str(user_id), page, list(columns)),
        )
