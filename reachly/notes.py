"""Notes about a lead: who wrote them and when, changed by who wrote them, deleted with an undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reachly import actions, plain
from reachly.accounts import Invalid
from reachly.actions import Action
from reachly.database import execute, one, rows, scope

LONGEST = 4_000
SHOWN = 50


class NoSuchNote(Exception):
    """There is no such note, or it is not this person's to change."""


@dataclass(frozen=True, slots=True)
class Note:
    """One note; ``mine`` tells whether the person who asks wrote it."""

    id: UUID
    text: str
    user: str
    mine: bool
    created_at: datetime
    updated_at: datetime

    @property
    def changed(self) -> bool:
        """Whether it was changed after it was written."""
        return self.updated_at > self.created_at


_SELECT = (
    "SELECT n.id, n.text, coalesce((SELECT u.name FROM users u WHERE u.id = n.user_id), 'Somebody') AS user,"
    " n.user_id = scope_user() AS mine, n.created_at, n.updated_at FROM lead_notes n WHERE n.deleted_at IS NULL"
)


def of(
    workspace_id: UUID | str,
    user_id: UUID | str,
    contact_id: UUID | str,
    most: int = SHOWN,
    before: UUID | None = None,
) -> list[Note]:
    """The notes about a lead's contact, the newest first; those older than the note ``before`` where one is named."""
    older = (
        " AND (n.created_at, n.id) < (SELECT b.created_at, b.id FROM lead_notes b WHERE b.id = %s)" if before else ""
    )
    with scope(workspace_id, user_id):
        found = rows(
            f"{_SELECT} AND n.contact_id = %s{older} ORDER BY n.created_at DESC, n.id DESC LIMIT %s",
            (str(contact_id), *([str(before)] if before else []), most),
        )
    return [Note(**row) for row in found]


def get(workspace_id: UUID | str, user_id: UUID | str, note_id: UUID | str) -> Note:
    """One note; raises :class:`NoSuchNote`."""
    with scope(workspace_id, user_id):
        row = one(f"{_SELECT} AND n.id = %s", (str(note_id),))
    if row is None:
        raise NoSuchNote(str(note_id))
    return Note(**row)


def write(workspace_id: UUID | str, user_id: UUID | str, lead_id: UUID | str, text: str) -> UUID:
    """Write a note about a lead and give its id; raises ``Invalid``, and :class:`NoSuchNote` for no such lead."""
    said = _said(text)
    with scope(workspace_id, user_id):
        row = one(
            "INSERT INTO lead_notes (workspace_id, contact_id, user_id, text)"
            " SELECT l.workspace_id, l.contact_id, scope_user(), %s FROM leads l"
            " WHERE l.id = %s AND l.deleted_at IS NULL RETURNING id, contact_id",
            (said, str(lead_id)),
        )
        if row is None:
            raise NoSuchNote(str(lead_id))
        _note("leads.note", row["contact_id"], row["id"])
    return row["id"]


def change(workspace_id: UUID | str, user_id: UUID | str, note_id: UUID | str, text: str) -> None:
    """Say something else in a note of this person's; raises ``Invalid`` and :class:`NoSuchNote`."""
    said = _said(text)
    with scope(workspace_id, user_id):
        row = one(
            "UPDATE lead_notes SET text = %s, updated_at = clock_timestamp()"
            " WHERE id = %s AND user_id = scope_user() AND deleted_at IS NULL RETURNING contact_id",
            (said, str(note_id)),
        )
        if row is None:
            raise NoSuchNote(str(note_id))
        _note("leads.renote", row["contact_id"], note_id)


def delete(workspace_id: UUID | str, user_id: UUID | str, note_id: UUID | str) -> UUID:
    """Delete a note and give the act that brings it back; raises :class:`NoSuchNote`."""
    with scope(workspace_id, user_id):
        row = one(
            "UPDATE lead_notes SET deleted_at = clock_timestamp() WHERE id = %s AND deleted_at IS NULL"
            " RETURNING contact_id",
            (str(note_id),),
        )
        if row is None:
            raise NoSuchNote(str(note_id))
        return _note("leads.unnote", row["contact_id"], note_id, undoable=True)


@actions.undoes("leads.unnote")
def _undelete(action: Action) -> int:
    return execute(
        "UPDATE lead_notes SET deleted_at = NULL WHERE id = %s AND deleted_at IS NOT NULL",
        (str(action.data.get("note")),),
    ).rowcount


def _note(kind: str, contact_id: UUID, note_id: UUID | str, undoable: bool = False) -> UUID:
    """The act, about the lead whose name it keeps."""
    lead = one(
        "SELECT id, concat_ws(' ', first_name, last_name) AS name FROM leads WHERE contact_id = %s", (contact_id,)
    )
    assert lead is not None
    told = {"name": lead["name"] or "somebody", "note": str(note_id)}
    return actions.note(kind, subject_id=lead["id"], data=told, undoable=undoable, contacts=[contact_id])


def _said(text: str) -> str:
    said = plain.lines(text)
    if not said:
        raise Invalid({"text": "Write something first."})
    if len(said) > LONGEST:
        raise Invalid({"text": f"A note has at most {LONGEST:,} characters."})
    return said
