"""What people are told in the app: a sentence, a link to where it is about, read once they have looked.

A person sees their notices in whichever workspace they work, those of other workspaces among them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reachly import mail
from reachly.database import execute, one, rows, scope

LONGEST = 500
MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing somebody was told; ``link`` is a path of ours in the workspace ``workspace_id``, or empty."""

    id: UUID
    workspace_id: UUID
    kind: str
    words: str
    link: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some notices, and the id of the last of them where older ones follow."""

    notices: list[Notice]
    next: UUID | None


def tell(user_id: UUID | str, kind: str, words: str, link: str = "") -> None:
    """Tell one person, inside a scope and in the transaction that is the reason; ``kind`` is ``noun.verb``.

    ``link`` is a path such as ``/jobs/ID`` in the workspace in scope.
    """
    execute(
        "INSERT INTO notifications (workspace_id, user_id, kind, words, link)"
        " VALUES (scope_workspace(), %s, %s, %s, %s)",
        (str(user_id), kind, words[:LONGEST], link),
    )


def tell_running(kind: str, words: str, link: str = "", but: UUID | str | None = None) -> None:
    """Tell the owner and the admins of the workspace in scope, but for one of them."""
    execute(
        "INSERT INTO notifications (workspace_id, user_id, kind, words, link)"
        " SELECT m.workspace_id, m.user_id, %s, %s, %s FROM memberships m"
        " WHERE m.role IN ('owner', 'admin') AND m.user_id IS DISTINCT FROM %s",
        (kind, words[:LONGEST], link, but and str(but)),
    )


def tell_address(email: str, kind: str, words: str, link: str = "") -> None:
    """Tell whoever has an account with this address, if anybody; whether somebody has is not said.

    Where addresses are confirmed by mail, only who has done so: until then it may be anybody's.
    """
    confirmed = mail.sending() and not mail.inbox()
    one("SELECT notice_to_address(%s, %s, %s, %s, %s)", (email, kind, words[:LONGEST], link, confirmed))


def recent(workspace_id: UUID | str, user_id: UUID | str, after: UUID | str | None = None, limit: int = 30) -> Page:
    """What a person was told, the newest first, from behind the notice ``after``."""
    with scope(workspace_id, user_id):
        found = rows(
            "SELECT n.id, n.workspace_id, n.kind, n.words, n.link, n.created_at, n.read_at FROM notifications n"
            " WHERE n.user_id = scope_user() AND (%s::uuid IS NULL OR (n.created_at, n.id) <"
            " (SELECT b.created_at, b.id FROM notifications b WHERE b.id = %s AND b.user_id = scope_user()))"
            " ORDER BY n.created_at DESC, n.id DESC LIMIT %s",
            (after and str(after), after and str(after), limit + 1),
        )
    told = [Notice(**row) for row in found[:limit]]
    return Page(told, told[-1].id if len(found) > limit else None)


def get(workspace_id: UUID | str, user_id: UUID | str, notice_id: UUID | str) -> Notice | None:
    """One notice of this person."""
    with scope(workspace_id, user_id):
        row = one(
            "SELECT id, workspace_id, kind, words, link, created_at, read_at FROM notifications"
            " WHERE id = %s AND user_id = scope_user()",
            (str(notice_id),),
        )
    return Notice(**row) if row else None


def read(workspace_id: UUID | str, user_id: UUID | str) -> int:
    """Take all that this person was told as read; how many were not."""
    with scope(workspace_id, user_id):
        return execute(
            "UPDATE notifications SET read_at = clock_timestamp() WHERE user_id = scope_user() AND read_at IS NULL"
        ).rowcount
