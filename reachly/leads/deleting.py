"""Deleting leads, and taking it back for a while. What was paid for a deleted lead stays paid for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from reachly import news
from reachly.database import execute, one, scope
from reachly.leads.query import LeadQuery
from reachly.leads.where import where

UNDO = timedelta(minutes=10)
"""How long a deletion can be taken back."""


class NoSuchDeletion(Exception):
    """There is no such deletion in this workspace."""


class UndoOver(Exception):
    """The deletion is too old to be taken back, or was taken back before."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many leads went, exactly, and the batch that brings them back; no batch where none went."""

    batch: UUID | None
    count: int


def delete(
    workspace_id: UUID | str, user_id: UUID | str, which: LeadQuery | Sequence[UUID | str], most: int | None = None
) -> Deleted:
    """Delete the leads with these ids, or all that match a query, in one transaction.

    ``most`` is the number a person agreed to: where more match by now, only so many go, the oldest first.
    """
    query = (
        which if isinstance(which, LeadQuery) else LeadQuery(lead_ids=tuple(UUID(str(lead_id)) for lead_id in which))
    )
    condition, params = where(replace(query, sort="newest"))
    if most is not None:
        condition = (
            f"l.id IN (SELECT l.id FROM leads l WHERE {condition} ORDER BY l.created_at, l.id LIMIT {int(most)})"
        )
    with scope(workspace_id, user_id):
        batch = one(
            "INSERT INTO lead_deletions (workspace_id, user_id) VALUES (%s, %s) RETURNING id",
            (str(workspace_id), str(user_id)),
        )
        assert batch is not None
        gone = execute(
            "UPDATE leads l SET deleted_at = now(), updated_at = now(), deletion_id = %s"
            f" WHERE {condition} AND l.deleted_at IS NULL",
            [batch["id"], *params],
        ).rowcount
        execute("UPDATE lead_deletions SET leads = %s WHERE id = %s", (gone, batch["id"]))
    news.publish(workspace_id)
    return Deleted(batch["id"] if gone else None, gone)


def restore(workspace_id: UUID | str, user_id: UUID | str, batch: UUID | str) -> int:
    """Bring a deletion's leads back and return how many came; raises :class:`NoSuchDeletion` and :class:`UndoOver`.

    A lead that a job found again meanwhile is there already and is not counted.
    """
    with scope(workspace_id, user_id):
        taken = execute(
            "UPDATE lead_deletions SET restored_at = now()"
            " WHERE id = %s AND restored_at IS NULL AND created_at > now() - %s::interval",
            (str(batch), UNDO),
        ).rowcount
        if not taken:
            if one("SELECT id FROM lead_deletions WHERE id = %s", (str(batch),)) is None:
                raise NoSuchDeletion(str(batch))
            raise UndoOver(str(batch))
        back = execute(
            "UPDATE leads SET deleted_at = NULL, deletion_id = NULL, updated_at = now()"
            " WHERE deletion_id = %s AND deleted_at IS NOT NULL",
            (str(batch),),
        ).rowcount
    news.publish(workspace_id)
    return back
