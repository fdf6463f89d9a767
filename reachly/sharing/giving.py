"""Letting people in to a list, and out again: invitations, roles, an end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from reachly import actions, invitations, mail, notices
from reachly.accounts import Invalid, Person, verifying
from reachly.accounts.fields import email_of
from reachly.database import execute, one, rows, scope
from reachly.invitations import Accepted
from reachly.lists import List, MayNotEdit
from reachly.lists.row import edited, found
from reachly.sharing import letters

ROLES = {"viewer": "View", "editor": "Edit notes, tags and order"}
DAYS = {0: "Until revoked", 7: "7 days", 30: "30 days", 90: "90 days"}
"""For how long access can be given."""


class AlreadyTheirs(Exception):
    """Somebody with this address has the list already, in this role; or sees it as one of the team."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation; ``link`` lets its address in, once, and is known here alone: none for who was in before."""

    id: UUID
    list_id: UUID
    email: str
    role: str
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    access_until: datetime | None
    link: str | None = None


def share(person: Person, list_id: UUID | str, email: str, role: str, days: int | None = None) -> Sent:
    """Invite an address to a list by mail, which is written in the same transaction.

    ``days`` is for how long they may see it once they are in, 0 until it is revoked. Whoever is in already gets role
    and end at once, and no mail; where ``days`` is not given their end stays.
    Raises ``Invalid``, :class:`AlreadyTheirs`, ``NoSuchList``, ``MayNotEdit`` and ``TooManyInvitations``.
    """
    email, wrong = email_of(email)
    errors = {"email": wrong} if wrong else {}
    if role not in ROLES:
        errors["role"] = f"Choose one of: {', '.join(ROLES)}."
    if email.casefold() == person.email.casefold():
        errors["email"] = "That is your own address."
    if errors:
        raise Invalid({field: words for field, words in errors.items() if words})
    until = datetime.now(UTC) + timedelta(days=days) if days else None
    with scope(person.workspace_id, person.user_id):
        of = edited(list_id)
        if person.demo:
            raise MayNotEdit(of.name)
        if not of.personal and _colleague(email):
            raise AlreadyTheirs("They belong to this workspace and see the list already.")
        known = _guest(of.id, email)
        if known is not None:
            return _again(of, known, role, known["expires_at"] if days is None else until)
        verifying.barred(person)
        made = invitations.invite(email, role, name=of.name, list_id=of.id)
        execute("UPDATE invitations SET access_until = %s WHERE id = %s", (until, str(made.id)))
        link = invitations.link(made.token)
        letter = letters.invited(person, of, role, link, made.expires_at)
        mail.post(made.email, "lists.invited", letter.subject, letter.text)
        notices.tell_address(made.email, "lists.invited", letter.notice)
        actions.note("list.share", subject_id=of.id, data=of.told | {"email": made.email, "role": role})
        row = _invitation(made.id)
    return Sent(**row, link=link)


def came(guest: Person, done: Accepted) -> None:
    """Tell who invited a guest, and whose list it is, that the invitation was accepted; inside a transaction."""
    with scope(done.workspace_id):
        of = one("SELECT name FROM lists WHERE id = %s", (str(done.list_id),))
        whom = rows(
            "SELECT DISTINCT m.user_id FROM lists l JOIN list_members g ON g.workspace_id = l.workspace_id"
            " AND g.list_id = l.id AND g.user_id = %s"
            " JOIN memberships m ON m.workspace_id = l.workspace_id AND m.user_id IN (g.invited_by, l.owner_id)"
            " WHERE l.id = %s AND m.user_id <> %s",
            (str(guest.user_id), str(done.list_id), str(guest.user_id)),
        )
        for one_of_them in whom:
            words = letters.accepted(guest, of["name"] if of else "")
            notices.tell(one_of_them["user_id"], "lists.accept", words, f"/lists/{done.list_id}")


def _colleague(email: str) -> bool:
    asked = "SELECT u.id FROM users u JOIN memberships m ON m.user_id = u.id WHERE u.email = %s"
    return one(f"{asked} AND m.workspace_id = scope_workspace()", (email,)) is not None


def _guest(list_id: UUID, email: str) -> dict[str, Any] | None:
    """Who came by an invitation to this address and has the list now."""
    return one(
        "SELECT g.user_id, g.role, g.expires_at, i.id FROM invitations i"
        " JOIN list_members g ON g.workspace_id = i.workspace_id AND g.list_id = i.list_id"
        " AND g.user_id = i.accepted_by WHERE i.list_id = %s AND i.email = %s"
        " AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now())"
        " ORDER BY i.accepted_at DESC LIMIT 1",
        (str(list_id), email),
    )


def _again(of: List, known: dict[str, Any], role: str, until: datetime | None) -> Sent:
    if (known["role"], known["expires_at"]) == (role, until):
        raise AlreadyTheirs("They have this list already.")
    _set(of, known["user_id"], role, until)
    return Sent(**_invitation(known["id"]) | {"role": role, "access_until": until})


def _invitation(invitation_id: UUID) -> dict[str, Any]:
    row = one(
        "SELECT id, list_id, email::text AS email, role, created_at, expires_at, accepted_at, access_until"
        " FROM invitations WHERE id = %s",
        (str(invitation_id),),
    )
    assert row is not None
    return row


def people(workspace_id: UUID | str, user_id: UUID | str, list_id: UUID | str) -> dict[str, list[dict[str, Any]]]:
    """Who has the list (``guests``: ``user_id, email, role, created_at, expires_at``) and who was invited and has not
    come yet (``invited``: as :func:`reachly.invitations.standing` tells). Raises ``NoSuchList``.
    """
    with scope(workspace_id, user_id):
        of = found(list_id)
        guests = rows(
            "SELECT g.user_id, g.role, g.created_at, g.expires_at, coalesce((SELECT i.email::text FROM invitations i"
            "  WHERE i.workspace_id = g.workspace_id AND i.list_id = g.list_id AND i.accepted_by = g.user_id"
            "  ORDER BY i.accepted_at DESC LIMIT 1), '') AS email FROM list_members g"
            " WHERE g.workspace_id = scope_workspace() AND g.list_id = %s AND g.revoked_at IS NULL"
            " AND (g.expires_at IS NULL OR g.expires_at > now()) ORDER BY g.created_at, g.user_id",
            (str(of.id),),
        )
        return {"guests": guests, "invited": invitations.standing(of.id)}


def change(
    workspace_id: UUID | str,
    user_id: UUID | str,
    list_id: UUID | str,
    guest_id: UUID | str,
    role: str,
    days: int | None = None,
) -> bool:
    """Give a guest another role, for so many days, 0 until it is revoked; where ``days`` is not given their end stays.

    False where there is no such guest. Raises ``MayNotEdit``.
    """
    if role not in ROLES:
        raise Invalid({"role": f"Choose one of: {', '.join(ROLES)}."})
    with scope(workspace_id, user_id):
        of = edited(list_id)
        until = datetime.now(UTC) + timedelta(days=days) if days else None
        return _set(of, guest_id, role, _end(of, guest_id) if days is None else until)


def _end(of: List, guest_id: UUID | str) -> datetime | None:
    known = one(
        "SELECT expires_at FROM list_members WHERE workspace_id = scope_workspace() AND list_id = %s AND user_id = %s",
        (str(of.id), str(guest_id)),
    )
    return known["expires_at"] if known else None


def _set(of: List, guest_id: UUID | str, role: str, until: datetime | None) -> bool:
    done = execute(
        "UPDATE list_members SET role = %s, expires_at = %s"
        " WHERE workspace_id = scope_workspace() AND list_id = %s AND user_id = %s AND revoked_at IS NULL",
        (role, until, str(of.id), str(guest_id)),
    ).rowcount
    if done:
        actions.note("list.share", subject_id=of.id, data=of.told | {"role": role})
    return bool(done)


def revoke(workspace_id: UUID | str, user_id: UUID | str, list_id: UUID | str, guest_id: UUID | str) -> bool:
    """Take the list away from a guest: with the commit they see nothing of it any more. Raises ``MayNotEdit``."""
    with scope(workspace_id, user_id):
        of = edited(list_id)
        gone = execute(
            "UPDATE list_members SET revoked_at = clock_timestamp()"
            " WHERE workspace_id = scope_workspace() AND list_id = %s AND user_id = %s AND revoked_at IS NULL",
            (str(of.id), str(guest_id)),
        ).rowcount
        if gone:
            actions.note("list.unshare", subject_id=of.id, data=of.told)
            notices.tell(guest_id, "lists.unshare", _ended(of))
    return bool(gone)


def _ended(of: List) -> str:
    """What a guest is told, in the name of whoever is in scope."""
    by = one(
        "SELECT u.name AS by, w.name AS workspace FROM users u, workspaces w"
        " WHERE u.id = scope_user() AND w.id = scope_workspace()"
    )
    assert by is not None
    return letters.ended(by["by"], by["workspace"], of.name)


def withdraw(workspace_id: UUID | str, user_id: UUID | str, list_id: UUID | str, invitation_id: UUID | str) -> bool:
    """Take an invitation back before it is used; its link opens nothing from then on. Raises ``MayNotEdit``."""
    with scope(workspace_id, user_id):
        of = edited(list_id)
        if one("SELECT id FROM invitations WHERE id = %s AND list_id = %s", (str(invitation_id), str(of.id))) is None:
            return False
        was = invitations.revoke(invitation_id)
        if was is not None:
            actions.note("list.unshare", subject_id=of.id, data=of.told | {"email": was["email"]})
    return was is not None
