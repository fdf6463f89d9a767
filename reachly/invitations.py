"""Letting people in by a link: into a workspace, or to one list of it.

For a list, a verb that shares does this, in one scope of the list's workspace::

    made = invitations.invite(email, "viewer", name=the_list.name, list_id=the_list.id)   # or "editor"
    mail.post(made.email, "lists.invited", subject, text_with(invitations.link(made.token)))

It decides itself who may share, writes its own mail and notes its own act (``actions.note``). The page
``/invitations/TOKEN`` shows and accepts invitations of both kinds: for a list, accepting writes the row of
``list_members`` and leads to ``/lists/ID``. To take an invitation back, :func:`revoke`; to read those of a list,
:func:`standing` with ``list_id``. Whoever has been let in and is to be put out again is the list's business:
``list_members.revoked_at``.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from reachly import database, mail
from reachly.database import execute, one, rows, scope
from reachly.settings import settings

MOST_OPEN = 200
"""Open invitations of one workspace, so that nobody makes a mail machine of it."""
MOST_AN_HOUR = 5
"""Mails of invitation from one workspace to one address, whether each revokes the one before or not."""
LONGEST_TOKEN = 100


class TooManyInvitations(Exception):
    """The workspace has as many open invitations as it may."""

    words = f"There are {MOST_OPEN} open invitations. Revoke some that are not needed, or wait until they expire."


class InvitedTooOften(TooManyInvitations):
    """The address has got as many mails from here as it may in an hour."""

    words = f"{MOST_AN_HOUR} invitations went to this address within the hour. Wait a while before you send another."


class NotForYou(Exception):
    """The link cannot be used. ``reason`` is missing, used, revoked, expired, or stranger: for another address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation; ``token`` is in no other place and cannot be shown again."""

    id: UUID
    token: str
    email: str
    role: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a link stands for; ``state`` is open, accepted, revoked or expired, ``known`` whether its address has an
    account.
    """

    id: UUID
    workspace_id: UUID
    list_id: UUID | None
    email: str
    role: str
    name: str
    invited_by: str
    state: str
    expires_at: datetime
    known: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """Where somebody has been let in.

    ``joined`` is false for who was in before, maybe in another role; ``mailed`` says that the link was in no other
    place than in a mail to their address.
    """

    id: UUID
    workspace_id: UUID
    list_id: UUID | None
    role: str
    joined: bool
    mailed: bool


def invite(
    email: str, role: str, *, name: str, list_id: UUID | str | None = None, days: float | None = None
) -> Invited:
    """Invite an address, inside a scope; one that was open for the same address and place is revoked.

    ``name`` is what the link's page calls the place. Raises :class:`TooManyInvitations`, and the database's
    insufficient_privilege for whoever may not. Tells nobody: that is the caller's.
    """
    _seldom(email)
    execute(
        "UPDATE invitations SET revoked_at = clock_timestamp() WHERE email = %s AND list_id IS NOT DISTINCT FROM %s"
        " AND accepted_at IS NULL AND revoked_at IS NULL",
        (email, list_id and str(list_id)),
    )
    count = one(
        "SELECT count(*) AS n FROM invitations WHERE accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()"
    )
    if count and count["n"] >= MOST_OPEN:
        raise TooManyInvitations
    token = secrets.token_urlsafe(32)
    lasts = timedelta(days=days or settings().invitation_days)
    row = one(
        "INSERT INTO invitations (workspace_id, list_id, email, role, name, token_hash, mailed, invited_by, expires_at)"
        " VALUES (scope_workspace(), %s, %s, %s, %s, %s, %s, scope_user(), clock_timestamp() + %s)"
        " RETURNING id, email::text AS email, role, expires_at",
        (list_id and str(list_id), email, role, name[:120], digest(token), mail.sending(), lasts),
    )
    assert row is not None
    return Invited(token=token, **row)


def _seldom(email: str) -> None:
    """Nobody's inbox is filled from here; raises :class:`InvitedTooOften`."""
    _in_turn()
    sent = one(
        "SELECT count(*) AS n FROM mails WHERE workspace_id = scope_workspace() AND lower(recipient) = lower(%s)"
        " AND kind IN ('invitations.invite', 'lists.invited') AND created_at > clock_timestamp() - interval '1 hour'",
        (email,),
    )
    if sent and sent["n"] >= MOST_AN_HOUR:
        raise InvitedTooOften


def _in_turn() -> None:
    """One after the other, so that two at once pass no limit, and nobody invites beside losing the right to."""
    execute("SELECT FROM workspaces WHERE id = scope_workspace() FOR NO KEY UPDATE")


def renew(invitation_id: UUID | str) -> Invited | None:
    """A new link and a new date for an open one, inside a scope; the link before is worth nothing from then on.

    Raises :class:`InvitedTooOften`.
    """
    _in_turn()
    token = secrets.token_urlsafe(32)
    row = one(
        "UPDATE invitations SET token_hash = %s, mailed = %s, expires_at = clock_timestamp() + %s"
        " WHERE id = %s AND accepted_at IS NULL AND revoked_at IS NULL"
        " RETURNING id, email::text AS email, role, expires_at",
        (digest(token), mail.sending(), timedelta(days=settings().invitation_days), str(invitation_id)),
    )
    if row:
        _seldom(row["email"])
    return Invited(token=token, **row) if row else None


def revoke(invitation_id: UUID | str) -> dict[str, Any] | None:
    """Take one back, inside a scope; what it was (``email, role, list_id``), ``None`` where there is none open."""
    return one(
        "UPDATE invitations SET revoked_at = clock_timestamp()"
        " WHERE id = %s AND accepted_at IS NULL AND revoked_at IS NULL RETURNING email::text AS email, role, list_id",
        (str(invitation_id),),
    )


def standing(list_id: UUID | str | None = None) -> list[dict[str, Any]]:
    """Who was invited and has not come yet, to the workspace or to a list, inside a scope; the newest first.

    ``id, email, role, invited_by, created_at, expires_at, expired`` of each.
    """
    return rows(
        "SELECT i.id, i.email::text AS email, i.role, u.name AS invited_by, i.created_at, i.expires_at,"
        " i.expires_at <= now() AS expired FROM invitations i LEFT JOIN users u ON u.id = i.invited_by"
        " WHERE i.list_id IS NOT DISTINCT FROM %s AND i.accepted_at IS NULL AND i.revoked_at IS NULL"
        " ORDER BY i.created_at DESC, i.id DESC LIMIT 500",
        (list_id and str(list_id),),
    )


def find(token: str) -> Invitation | None:
    """What a link stands for, whoever asks; ``None`` for one that is none of ours."""
    if len(token) > LONGEST_TOKEN:
        return None
    with database.transaction():
        row = one("SELECT * FROM invitation_find(%s)", (digest(token),))
    return Invitation(**row) if row else None


def accept(token: str, workspace_id: UUID | str, user_id: UUID | str) -> Accepted:
    """Let this person in, who works in ``workspace_id`` at the moment; raises :class:`NotForYou`.

    Of many at once one is let in, and the others find the link used. The invitation's address must be the person's.
    """
    with scope(workspace_id, user_id):
        row = one("SELECT * FROM invitation_accept(%s)", (digest(token[:LONGEST_TOKEN]),))
    assert row is not None
    outcome = row.pop("outcome")
    if outcome != "accepted":
        raise NotForYou(outcome)
    return Accepted(**row)


def link(token: str) -> str:
    """The address that goes into the mail."""
    return f"{(settings().public_url or '').rstrip('/')}/invitations/{token}"


def moment(at: datetime) -> str:
    """A point in time in words that mean the same wherever they are read."""
    return f"{at.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


def digest(token: str) -> bytes:
    """What is kept of a token that is random and long, so that one plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
