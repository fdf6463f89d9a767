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
        raise UndoOver(str(action.id))
    return 2 if row and row["done"] else 0


def merged_into(lead_id: UUID | str) -> UUID | None:
    """The lead that stands for this one, inside a scope; ``None`` where it stands for itself."""
    row = one("SELECT m.kept_id FROM lead_merges m WHERE m.gone_id = %s AND m.undone_at IS NULL", (str(lead_id),))
    return row["kept_id"] if row else None
