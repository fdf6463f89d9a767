"""Deleting leads; the act can be taken back for a while. What was paid for a deleted lead stays paid for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from reachly import actions, news
from reachly.actions import Action
from reachly.database import execute, scope
from reachly.leads.query import LeadQuery
from reachly.leads.where import where


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many leads went, exactly, and the act that brings them back; no act where none went."""

    action: UUID | None
    count: int


class _Nothing(Exception):
    """Nothing went: let there be no act either."""


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
    try:
        with scope(workspace_id, user_id):
            act = actions.note("leads.delete", 0, undoable=True)
            gone = execute(
                "UPDATE leads l SET deleted_at = now(), updated_at = now(), deletion_id = %s"
                f" WHERE {condition} AND l.deleted_at IS NULL",
                [str(act), *params],
            ).rowcount
            if not gone:
                raise _Nothing
            execute("UPDATE actions SET count = %s WHERE id = %s", (gone, str(act)))
    except _Nothing:
        return Deleted(None, 0)
    news.publish(workspace_id)
    return Deleted(act, gone)


@actions.undoes("leads.delete")
def _restore(action: Action) -> int:
    """A lead that a job found again meanwhile is there already, one that was deleted again is another act's."""
    return execute(
        "UPDATE leads SET deleted_at = NULL, updated_at = now() WHERE deletion_id = %s AND deleted_at IS NOT NULL",
        (str(action.id),),
    ).rowcount
