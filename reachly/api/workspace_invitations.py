"""Calls of invitations into a workspace."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint

from reachly import invitations, mail, teams
from reachly.accounts import Invalid, Person
from reachly.api.call import call
from reachly.api.problem import Problem
from reachly.api.schemas.workspace import InvitationMade, Invitations, InvitationTold, Invite
from reachly.api.workspace import decided
from reachly.database import scope

bp = Blueprint("api_invitations", __name__)


@call(bp, "GET", "/api/workspace/invitations", scope="read", answers={200: Invitations})
def list_invitations(person: Person) -> Invitations:
    """Who was invited and has not come yet; for its owner and admins, empty for the others."""
    if not person.runs:
        return Invitations(data=[])
    with scope(person.workspace_id, person.user_id):
        found = [row for row in invitations.standing() if not row.pop("expired")]
    return Invitations(data=[InvitationTold(**row) for row in found])


@call(
    bp,
    "POST",
    "/api/workspace/invitations",
    scope="write",
    asks=Invite,
    answers={201: InvitationMade},
    problems=(409,),
)
def invite_member(person: Person, body: Invite) -> tuple[InvitationMade, int]:
    """Invite somebody by mail; for its owner and admins.

    A second invitation of an address takes the place of the first. Who is here already is not invited: 409.
    """
    with decided():
        try:
            made = teams.invite(person, body.email, body.role)
        except teams.AlreadyIn:
            raise Problem(409, "Somebody with this address belongs to the workspace already.") from None
        except invitations.TooManyInvitations as full:
            raise Invalid({"email": full.words}) from full
    return _made(made), 201


@call(
    bp,
    "POST",
    "/api/workspace/invitations/<uuid:invitation_id>/resend",
    scope="write",
    answers={200: InvitationMade},
    problems=(404, 409),
)
def resend_invitation(person: Person, invitation_id: UUID) -> InvitationMade:
    """Send it again with a new link and a new date; the link before works no more."""
    with decided():
        try:
            made = teams.resend(person, invitation_id)
        except invitations.InvitedTooOften as often:
            raise Problem(409, often.words) from None
    if made is None:
        raise Problem(404)
    return _made(made)


@call(
    bp,
    "DELETE",
    "/api/workspace/invitations/<uuid:invitation_id>",
    scope="write",
    answers={204: None},
    problems=(404,),
)
def revoke_invitation(person: Person, invitation_id: UUID) -> tuple[None, int]:
    """Take it back: its link works no more."""
    with decided():
        done = teams.take_back(person, invitation_id)
    if not done:
        raise Problem(404)
    return None, 204


def _made(made: invitations.Invited) -> InvitationMade:
    link = None if mail.sending() else invitations.link(made.token)
    told = {name: getattr(made, name) for name in ("id", "email", "role", "expires_at")}
    return InvitationMade.model_validate(told | {"link": link})
