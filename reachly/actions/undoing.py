"""Taking an act back: once, in time, by the verb that knows how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from reachly import news
from reachly.actions.feed import COLUMNS, get
from reachly.actions.noting import Action, NoSuchAction, UndoOver
from reachly.database import one, scope

Undoer = Callable[[Action], int]
_UNDOERS: dict[str, Undoer] = {}


@dataclass(frozen=True, slots=True)
class Undone:
    """The act that was taken back, and how many things that brought back."""

    action: Action
    count: int

    @property
    def stayed(self) -> int:
        """How many of those the act touched did not come back, because they changed since by other hands."""
        return max(0, self.action.count - self.count)


def undoes(kind: str) -> Callable[[Undoer], Undoer]:
    """Make a function the way to take acts of one kind back.

    It runs inside the scope, in the one transaction that also marks the act, and gives how many it brought back. What
    has changed since by other hands stays as it is now.
    """

    def register(undoer: Undoer) -> Undoer:
        assert kind not in _UNDOERS, kind
        _UNDOERS[kind] = undoer
        return undoer

    return register


def undo(workspace_id: UUID | str, user_id: UUID | str, action_id: UUID | str) -> Undone:
    """Take an act back; raises :class:`NoSuchAction`, and :class:`UndoOver` where it is too late, was done before, or
    would bring nothing back.

    Anybody who may write in the workspace may take back what anybody did there.
    """
    with scope(workspace_id, user_id):
        row = one(
            "UPDATE actions a SET undone_at = now(), undone_by = scope_user()"
            " WHERE a.id = %s AND a.undone_at IS NULL AND a.undoable_until > now() AND (SELECT scope_writes())"
            f" RETURNING {COLUMNS}",
            (str(action_id),),
        )
        if row is None:
            if get(action_id) is None:
                raise NoSuchAction(str(action_id))
            raise UndoOver(str(action_id))
        action = Action(**row)
        if action.kind not in _UNDOERS:  # an act of a newer release, which runs beside this one
            raise UndoOver(str(action_id))
        undone = Undone(action, _UNDOERS[action.kind](action))
        if action.count and not undone.count:  # nothing came back, so that whoever may can still take it back
            raise UndoOver(str(action_id))
    news.publish(workspace_id)
    return undone


def standing(workspace_id: UUID | str, user_id: UUID | str) -> Action | None:
    """The last act of this person that can still be taken back."""
    with scope(workspace_id, user_id):
        row = one(
            f"SELECT {COLUMNS} FROM actions a WHERE a.user_id = scope_user() AND a.undone_at IS NULL"
            " AND a.undoable_until > now() AND a.created_at > now() - interval '1 day'"
            " ORDER BY a.created_at DESC, a.id DESC LIMIT 1"
        )
    return Action(**row) if row else None
