"""Inviting people into a workspace, and letting them in."""

from __future__ import annotations

from uuid import UUID

from reachly import actions, database, invitations, mail, news, notices, sharing
from reachly.accounts import Invalid, Person, verifying
from reachly.accounts.fields import email_of
from reachly.database import one, rows, scope
from reachly.invitations import Accepted, Invited
from reachly.teams import letters
from reachly.teams.people import ROLES, deciding


class AlreadyIn(Exception):
    """Somebody with this address belongs to the workspace already."""


def invite(person: Person, email: str, role: str) -> Invited:
    """Invite an address by mail, which is written in the same transaction; who runs the workspace is asked.

    Raises ``Invalid``, :class:`AlreadyIn`, ``NotYours``, ``SharedDemo`` (strangers would send mail in our name) and
    ``TooManyInvitations``.
    """
    email, wrong = email_of(email)
    errors = {"email": wrong} if wrong else {}
    if role not in ROLES:
        errors["role"] = f"One of {', '.join(ROLES)}."
    if errors:
        raise Invalid({field: words for field, words in errors.items() if words})
    with deciding(person):
        verifying.barred(person)
        known = "SELECT id FROM users WHERE email = %s AND id IN (SELECT user_id FROM memberships)"
        if one(known, (email,)) is not None:
            raise AlreadyIn(email)
        made = invitations.invite(email, role, name=person.workspace)
        letter = _send(person, made)
        notices.tell_address(made.email, "invitations.invite", letter.notice)
        actions.note("invitations.invite", subject_id=made.id, data={"email": made.email, "role": role})
    return made


def resend(person: Person, invitation_id: UUID | str) -> Invited | None:
    """A new link by mail, with a new date; the one before is worth nothing. ``None`` where none is open."""
    with deciding(person):
        verifying.barred(person)
        made = invitations.renew(invitation_id)
        if made is not None:
            _send(person, made)
    return made


def take_back(person: Person, invitation_id: UUID | str) -> bool:
    """Revoke an open invitation; false where there is none."""
    with deciding(person):
        was = invitations.revoke(invitation_id)
        if was is not None:
            actions.note("invitations.revoke", subject_id=str(invitation_id), data=was)
    return was is not None


def accept(token: str, person: Person) -> Accepted:
    """Let this person in, and tell who runs the workspace, or who shared the list; raises ``NotForYou``."""
    with database.transaction():
        done = invitations.accept(token, person.workspace_id, person.user_id)
        if done.mailed:
            verifying.confirm(person.user_id, person.email)
        if done.list_id is not None:
            sharing.came(person, done)
        elif done.joined:
            _tell_joined(person, done)
    news.publish(done.workspace_id)
    return done


def _send(person: Person, made: Invited) -> letters.Letter:
    letter = letters.invited(person, made.role, invitations.link(made.token), made.expires_at)
    mail.post(made.email, "invitations.invite", letter.subject, letter.text)
    return letter


def _tell_joined(person: Person, done: Accepted) -> None:
    with scope(done.workspace_id):
        place = one("SELECT name FROM workspaces WHERE id = %s", (str(done.workspace_id),))
        assert place is not None
        letter = letters.joined(person.name, place["name"], done.role)
        notices.tell_running("members.join", letter.notice, "/team", but=person.user_id)
        asked = (
            "SELECT u.id, u.email::text AS email FROM invitations i JOIN users u ON u.id = i.invited_by WHERE i.id = %s"
        )
        for inviter in rows(asked, (str(done.id),)):
            mail.post(inviter["email"], "members.join", letter.subject, letter.text, user_id=inviter["id"])
