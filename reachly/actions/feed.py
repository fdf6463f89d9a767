"""Reading what was done: the newest first, of a workspace, of one lead, or about one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reachly.actions.noting import Action
from reachly.database import one, rows, scope

COLUMNS = (
    "a.id, a.kind, a.count, a.subject_id, a.data, a.user_id, a.created_at, a.undoable_until, a.undone_at,"
    " (SELECT u.name FROM users u WHERE u.id = a.user_id) AS user"
)


@dataclass(frozen=True, slots=True)
class Page:
    """Some acts, and the id of the last of them where older ones follow."""

    actions: list[Action]
    next: UUID | None


def get(action_id: UUID | str) -> Action | None:
    """One act, inside a scope."""
    row = one(f"SELECT {COLUMNS} FROM actions a WHERE a.id = %s", (str(action_id),))
    return Action(**row) if row else None


def feed(
    workspace_id: UUID | str,
    user_id: UUID | str | None,
    *,
    contact_id: UUID | str | None = None,
    subject_id: UUID | str | None = None,
    kinds: Sequence[str] = (),
    by: UUID | str | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
    after: UUID | str | None = None,
    limit: int = 50,
) -> Page:
    """What was done, the newest first, from behind the act ``after``.

    Narrowed to what touched a contact, was about one subject, is of these kinds (a noun alone, as ``leads``, means all
    its kinds), was done by one person, or within a time of which ``before`` is the first instant that is out of it.
    """
    conditions, params = ["true"], list[Any]()
    if contact_id is not None:
        # A deletion of a million leads writes no million items: each lead names the act that took it last.
        conditions.append(
            "(a.id IN (SELECT i.action_id FROM action_items i WHERE i.contact_id = %s)"
            " OR a.id IN (SELECT l.deletion_id FROM leads l WHERE l.contact_id = %s))"
        )
        params += [str(contact_id), str(contact_id)]
    if subject_id is not None:
        conditions.append("a.subject_id = %s")
        params.append(str(subject_id))
    if kinds:
        conditions.append("(a.kind = ANY (%s) OR split_part(a.kind, '.', 1) = ANY (%s))")
        params += [list(kinds), list(kinds)]
    if by is not None:
        conditions.append("a.user_id = %s")
        params.append(str(by))
    for instant, condition in ((since, "a.created_at >= %s"), (before, "a.created_at < %s")):
        if instant is not None:
            conditions.append(condition)
            params.append(instant)
    if after is not None:
        conditions.append("(a.created_at, a.id) < (SELECT b.created_at, b.id FROM actions b WHERE b.id = %s)")
        params.append(str(after))
    with scope(workspace_id, user_id):
        found = rows(
            f"SELECT {COLUMNS} FROM actions a WHERE {' AND '.join(conditions)}"
            " ORDER BY a.created_at DESC, a.id DESC LIMIT %s",
            [*params, limit + 1],
        )
    acts = [Action(**row) for row in found[:limit]]
    return Page(acts, acts[-1].id if len(found) > limit else None)
