"""Making two leads one, in one transaction, and two again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import peewee

from reachly import news
from reachly.actions import Action, UndoOver, note, undoes
from reachly.database import one, scope, sqlstate

UNDO = timedelta(days=365)
"""Whether two people were one shows late: a merge can be taken back for a year."""

_LAST = """
WITH RECURSIVE above AS (
    SELECT m.*, 0 AS height FROM lead_merges m WHERE m.id = %s
    UNION ALL
    SELECT m.*, b.height + 1 FROM above b JOIN lead_merges m ON m.gone_id = b.kept_id AND m.undone_at IS NULL)
SELECT concat_ws(' ', g.first_name, g.last_name) AS gone, concat_ws(' ', k.first_name, k.last_name) AS kept,
       (SELECT a.id FROM actions a WHERE a.kind = 'leads.merge' AND a.subject_id = k.id
           AND a.data ->> 'merge_id' = b.id::text LIMIT 1) AS action_id
  FROM above b JOIN leads g ON g.id = b.gone_id JOIN leads k ON k.id = b.kept_id
 WHERE b.height > 0 ORDER BY b.height DESC LIMIT 1
"""
"""The last of the merges that stand upon one."""


class CannotMerge(Exception):
    """One of the two is not there, was deleted, hidden or merged before, or both are the same."""


@dataclass(frozen=True, slots=True)
class Merged:
    """The lead that stands for both, and the act that can be undone."""

    kept: UUID
    gone: UUID
    action_id: UUID


def merge(workspace_id: UUID | str, user_id: UUID | str, kept: UUID | str, gone: UUID | str) -> Merged:
    """Let ``kept`` stand for ``gone`` as well: it takes what it lacks, keeps what it has, and costs nothing.

    ``gone`` leaves every list and search, and a provider that finds that person again is told that they are there. Its
    unlocks, its story and its place on lists remain. Raises :class:`CannotMerge`.
    """
    try:
        with scope(workspace_id, user_id):
            made = one("SELECT lead_merge(%s, %s) AS id", (str(kept), str(gone)))
            who = one(
                "SELECT array_agg(l.contact_id) AS contacts, max(concat_ws(' ', l.first_name, l.last_name))"
                " FILTER (WHERE l.id = %s) AS name FROM leads l WHERE l.id IN (%s, %s)",
                (str(kept), str(kept), str(gone)),
            )
            assert made is not None
            assert who is not None
            action = note(
                "leads.merge",
                2,
                subject_id=kept,
                data={"name": who["name"], "merge_id": str(made["id"])},
                undoable=UNDO,
                contacts=who["contacts"],
            )
    except peewee.DataError as error:
        raise CannotMerge(str(gone)) from error
    except peewee.PeeweeException as error:
        if sqlstate(error) in ("P0002", "23505"):
            raise CannotMerge(str(gone)) from error
        raise
    news.publish(workspace_id)
    return Merged(UUID(str(kept)), UUID(str(gone)), action)


@undoes("leads.merge")
def _split(action: Action) -> int:
    """Both leads are there again; raises :class:`UndoOver` while the one that stayed stands behind another itself."""
    row = one("SELECT lead_split(%s) AS done", (action.data["merge_id"],))
    if row and row["done"] is None:
        last = one(_LAST, (action.data["merge_id"],))
        words = "These leads were merged with another one since. Take that merge back first."
        if last:
            gone, kept = (last[end] or "a lead without a name" for end in ("gone", "kept"))
            words = f"Merges are taken back last first. Take back first that {gone} was merged into {kept}."
        raise UndoOver(str(action.id), words, last["action_id"] if last else None)
    return 2 if row and row["done"] else 0


def merged_into(lead_id: UUID | str) -> UUID | None:
    """The lead that stands for this one, inside a scope; ``None`` where it stands for itself."""
    row = one("SELECT m.kept_id FROM lead_merges m WHERE m.gone_id = %s AND m.undone_at IS NULL", (str(lead_id),))
    return row["kept_id"] if row else None
