"""What is done on `/team`: inviting, giving roles, removing, leaving, renaming."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import abort, flash, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reachly import accounts, invitations, mail, teams
from reachly.invitations import Invited
from reachly.teams import letters
from reachly.web.asked import go, identifier, text
from reachly.web.mailed import mailed
from reachly.web.roles import NotYourRole
from reachly.web.session import enter_as, me
from reachly.web.team.page import bp, page

Done = TypeVar("Done")


@bp.post("/team/invitations")
def invite() -> ResponseReturnValue:
    """Invite an address; where no mail goes out, its link is shown this once."""
    typed = {"email": text(request.form.get("email"), 300), "role": text(request.form.get("role"), 20)}
    try:
        made = teams.invite(current_user.person, typed["email"], typed["role"])
    except accounts.Invalid as wrong:
        return page(wrong.errors, typed), 422
    except teams.AlreadyIn:
        return page({"email": "Somebody with this address is here already."}, typed), 422
    except invitations.TooManyInvitations as full:
        return page({"email": full.words}, typed), 422
    except (teams.NotYours, teams.SharedDemo) as refusal:
        raise NotYourRole(refusal.words) from refusal
    return _sent(made, f"{made.email} is invited.")


@bp.post("/team/invitations/<invitation_id>/resend")
def resend(invitation_id: str) -> ResponseReturnValue:
    """A new link; the one before is worth nothing."""
    try:
        made = _decided(lambda: teams.resend(current_user.person, identifier(invitation_id)))
    except invitations.InvitedTooOften as often:
        flash(often.words, "error")
        return go("/team")
    except accounts.Invalid as wrong:
        flash(next(iter(wrong.errors.values())), "error")
        return go("/team")
    if made is None:
        abort(404)
    return _sent(made, f"A new invitation goes to {made.email}; the link before works no more.")


@bp.post("/team/invitations/<invitation_id>/revoke")
def revoke(invitation_id: str) -> ResponseReturnValue:
    """Take an invitation back."""
    if _decided(lambda: teams.take_back(current_user.person, identifier(invitation_id))):
        flash("The invitation is revoked: its link works no more.", "ok")
    return go("/team")


@bp.post("/team/people/<user_id>/role")
def set_role(user_id: str) -> ResponseReturnValue:
    """Give somebody another role."""
    role = text(request.form.get("role"), 20)
    if role not in teams.ROLES:
        abort(400)
    whose = identifier(user_id)
    if _decided(lambda: teams.set_role(current_user.person, whose, role)):
        names = {one.user_id: one.name for one in teams.people(*me())}
        flash(f"{names.get(whose, 'This person')} is {letters.AS[role]} now.", "ok")
    return go("/team")


@bp.post("/team/people/<user_id>/remove")
def remove(user_id: str) -> ResponseReturnValue:
    """Put somebody out."""
    whose = identifier(user_id)
    if whose == current_user.user_id:
        return leave()
    _decided(lambda: teams.remove(current_user.person, whose))
    flash("Removed. Their sessions here have ended; their jobs go on, and their lists are the owner's now.", "ok")
    return go("/team")


@bp.post("/team/leave")
def leave() -> ResponseReturnValue:
    """Belong here no more, and go on in a workspace of one's own."""
    person = current_user.person
    _decided(lambda: teams.leave(person))
    enter_as(accounts.home(person.user_id))
    flash(f"You left {person.workspace}.", "ok")
    return go("/leads")


@bp.post("/team/name")
def rename() -> ResponseReturnValue:
    """Call the workspace something else."""
    name = request.form.get("workspace", "")
    try:
        _decided(lambda: teams.rename(current_user.person, name))
    except accounts.Invalid as wrong:
        return page(wrong.errors, {"workspace": name[:200]}), 422
    flash("The workspace has a new name.", "ok")
    return go("/team")


def _decided(decide: Callable[[], Done]) -> Done:
    """What comes of a decision about people; why there is none, as a page or a message."""
    try:
        return decide()
    except teams.NotYours as refusal:
        raise NotYourRole(refusal.words) from refusal
    except (teams.IsOwner, teams.SharedDemo) as refusal:
        raise NotYourRole(refusal.words) from refusal
    except teams.NoSuchColleague:
        abort(404)


def _sent(made: Invited, words: str) -> ResponseReturnValue:
    if mail.sending():
        flash(mailed(words, made.email), "ok")
        return go("/team")
    return page(fresh={"email": made.email, "link": invitations.link(made.token)})
