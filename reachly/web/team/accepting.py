"""`/invitations/TOKEN`: what a link lets in to, and going in, with the account one has or with a new one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reachly import accounts, invitations, teams
from reachly.invitations import Invitation, NotForYou
from reachly.settings import settings
from reachly.teams import letters
from reachly.web.asked import go
from reachly.web.limits import limited
from reachly.web.session import agent, enter, move_to

bp = Blueprint("invitations", __name__)
GONE = {
    "missing": "This link is none of ours, or a newer one has taken its place. Look for a later mail, or ask again.",
    "accepted": "This link was used already.",
    "used": "This link was used already.",
    "revoked": "This invitation was taken back. Ask whoever invited you.",
    "expired": "This invitation has expired. Ask for a new one.",
}


@bp.get("/invitations/<token>")
def show(token: str) -> ResponseReturnValue:
    """What the link is, and the way in for whoever looks at it."""
    found = invitations.find(token)
    if found is not None and found.state == "accepted" and _mine(found):
        return _in(found)
    return _page(token, found)


@bp.post("/invitations/<token>/accept")
def accept(token: str) -> ResponseReturnValue:
    """Go in with the account that is signed in."""
    if not current_user.is_authenticated:
        return go(f"/login?next=/invitations/{token}")
    try:
        done = teams.accept(token, current_user.person)
    except NotForYou as refusal:
        return _page(token, invitations.find(token), refusal=refusal.reason)
    if done.list_id is not None:
        return go(f"/lists/{done.list_id}")
    move_to(done.workspace_id)
    flash("Welcome." if done.joined else "You were here already, in the role you have.", "ok")
    return go("/leads")


@bp.post("/invitations/<token>/join")
@limited("registrations")
def accept_as_new(token: str) -> ResponseReturnValue:
    """Register with the invitation's address, and go in."""
    found = invitations.find(token)
    if found is None or found.state != "open":
        return _page(token, found)
    typed = {"name": request.form.get("name", ""), "accept_terms": request.form.get("accept_terms", "")}
    try:
        account = accounts.register(
            found.email, typed["name"], request.form.get("password", ""), bool(typed["accept_terms"]), verify=False
        )
    except accounts.Invalid as wrong:
        return _page(token, found, errors=wrong.errors, form=typed)
    enter(accounts.start_session(account.user_id, account.workspace_id, agent()))
    return accept(token)


def _mine(found: Invitation) -> bool:
    return current_user.is_authenticated and current_user.email.casefold() == found.email.casefold()


def _in(found: Invitation) -> ResponseReturnValue:
    if found.list_id is not None:
        return go(f"/lists/{found.list_id}")
    move_to(found.workspace_id)
    return go("/leads")


def _page(token: str, found: Invitation | None, refusal: str = "", **more: Any) -> ResponseReturnValue:
    state = "missing" if found is None else found.state
    gone = GONE.get(refusal) or GONE.get(state, "")
    names: dict[str, Any] = {
        "token": token,
        "invitation": found if not gone else None,
        "role": (letters.AS.get(found.role, "an editor") if found else ""),
        "gone": gone,
        "signed_in": current_user.email if current_user.is_authenticated else "",
        "mine": bool(found and _mine(found)),
        "errors": {},
        "form": {"name": "", "accept_terms": ""},
        "terms_version": settings().terms_version,
    }
    status = 404 if found is None else 410 if gone else 422 if more.get("errors") else 200
    return render_template("team/invitation.html", **(names | more)), status
