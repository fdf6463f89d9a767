"""Making people of the catalogue leads: free, with their e-mail and phone locked until they are unlocked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from reachly import actions, news
from reachly.actions import Action
from reachly.database import afterwards, execute, rows, scope

MOST = 1_000
"""The most people saved at once by hand."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The leads in the order of their contacts, how many are new, and the act that takes those away again."""

    lead_ids: list[UUID]
    added: int
    action: UUID | None


def save(contact_ids: Sequence[UUID | str]) -> list[UUID]:
    """Make these contacts leads, inside a scope that may write, and give the leads' ids in the same order.

    Who is a lead already stays one. Who opted out, is hidden in the workspace or is not in the catalogue is left out.
    """
    return [lead for _, lead, _ in _save(contact_ids)]


def _save(contact_ids: Sequence[UUID | str]) -> list[tuple[UUID, UUID, bool]]:
    wanted = [str(contact) for contact in dict.fromkeys(contact_ids)]
    found = {str(row["contact_id"]): row for row in rows("SELECT * FROM catalogue_save(%s::uuid[])", (wanted,))}
    ordered = [found[contact] for contact in wanted if contact in found]
    return [(row["contact_id"], row["lead_id"], row["added"]) for row in ordered]


def keep(workspace_id: UUID | str, user_id: UUID | str, contact_ids: Sequence[UUID | str]) -> Saved:
    """Save people as leads as one act that can be taken back for a while."""
    with scope(workspace_id, user_id):
        saved = _save(contact_ids)
        new = [contact for contact, _, added in saved if added]
        act = actions.note("leads.save", len(new), undoable=True, contacts=new) if new else None
        afterwards(lambda: news.publish(workspace_id))
    return Saved([lead for _, lead, _ in saved], len(new), act)


@actions.undoes("leads.save")
def _unsave(action: Action) -> int:
    """Take away again who was saved, but whom the workspace has paid for or put on a list since."""
    return int(
        execute(
            "UPDATE leads l SET deleted_at = now(), updated_at = now() FROM action_items i"
            " WHERE i.action_id = %s AND l.contact_id = i.contact_id AND l.deleted_at IS NULL"
            " AND l.email IS NULL AND l.phone IS NULL"
            " AND NOT EXISTS (SELECT FROM list_contacts m WHERE m.contact_id = l.contact_id)",
            (str(action.id),),
        ).rowcount
    )


def leads_of(workspace_id: UUID | str, user_id: UUID | str, contact_ids: Sequence[UUID | str]) -> dict[UUID, UUID]:
    """Who of these is a lead of the workspace: the lead's id by the contact's."""
    with scope(workspace_id, user_id):
        found = rows(
            "SELECT contact_id, id FROM leads WHERE contact_id = ANY (%s::uuid[]) AND deleted_at IS NULL",
            ([str(contact) for contact in contact_ids],),
        )
    return {row["contact_id"]: row["id"] for row in found}
