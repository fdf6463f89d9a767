"""Writing an act down, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from reachly.database import as_json, execute, one

UNDO = timedelta(minutes=10)
"""How long what was done in bulk can be taken back."""


class NoSuchAction(Exception):
    """There is no such act in this workspace."""


class UndoOver(Exception):
    """The act is too old to be taken back, was taken back before, or is none that can be.

    ``words`` say what stands in the way where it is none of these, and ``first`` is the act to be taken back before.
    """

    def __init__(self, action_id: str, words: str = "", first: UUID | None = None) -> None:
        super().__init__(action_id)
        self.words = words
        self.first = first


@dataclass(frozen=True, slots=True)
class Action:
    """One act: who (``None``: the house itself), what (``kind``), how many it touched, and what it was about.

    ``data`` holds the words of its time, such as the name that a list had then.
    """

    id: UUID
    kind: str
    count: int
    subject_id: UUID | None
    data: Mapping[str, Any]
    user_id: UUID | None
    created_at: datetime
    undoable_until: datetime | None
    undone_at: datetime | None
    user: str | None = None

    @property
    def undoable(self) -> bool:
        """Whether it can be taken back now."""
        return self.undone_at is None and self.undoable_until is not None and self.undoable_until > datetime.now(UTC)


def note(
    kind: str,
    count: int = 1,
    *,
    subject_id: UUID | str | None = None,
    data: Mapping[str, Any] | None = None,
    undoable: bool | timedelta = False,
    contacts: Iterable[UUID | str] = (),
) -> UUID:
    """Write an act of the person in scope down and give its id; ``kind`` is ``noun.verb`` such as ``leads.delete``.

    What is ``undoable`` is so for :data:`UNDO`, or for as long as it says. ``contacts`` are those it touched; where
    taking it back needs to know how each was before, use :func:`touch`.
    """
    row = one(
        "INSERT INTO actions (workspace_id, user_id, kind, count, subject_id, data, undoable_until)"
        " VALUES (scope_workspace(), scope_user(), %s, %s, %s, %s::jsonb, clock_timestamp() + %s::interval)"
        " RETURNING id",
        (kind, count, subject_id and str(subject_id), as_json(dict(data or {})), _until(undoable)),
    )
    assert row is not None
    touched = [str(contact) for contact in contacts]
    if touched:
        touch(row["id"], "SELECT unnest(%s::uuid[]), '{}'::jsonb", (touched,))
    return row["id"]


def _until(undoable: bool | timedelta) -> timedelta | None:
    if isinstance(undoable, timedelta):
        return undoable
    return UNDO if undoable else None


def touch(action_id: UUID, select: str, params: Iterable[Any] = ()) -> int:
    """Write down whom an act touches: a query of ``contact_id`` and ``before`` (``jsonb``); gives their number.

    Run it before the act changes anything, in the same transaction.
    """
    return execute(
        "INSERT INTO action_items (workspace_id, action_id, contact_id, before)"
        f" SELECT scope_workspace(), %s, touched.* FROM ({select}) touched(contact_id, before) ON CONFLICT DO NOTHING",
        (str(action_id), *params),
    ).rowcount
