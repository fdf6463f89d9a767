"""With whom a list is shared: the dialog that shows it, invites, changes and takes back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reachly import lists, mail, sharing
from reachly.accounts import Invalid
from reachly.invitations import TooManyInvitations, moment
from reachly.web.asked import chosen, identifier, text
from reachly.web.lists.forms import shown
from reachly.web.lists.shown import card
from reachly.web.mailed import mailed
from reachly.web.session import me

USUAL = {"email": "", "role": "viewer", "days": "0"}


def start(bp: Blueprint) -> None:
    """Give the pages of lists their dialog of sharing."""
    bp.add_url_rule("/lists/<list_id>/sharing", "sharing", _look)
    bp.add_url_rule("/lists/<list_id>/share", "share", _share, methods=["POST"])
    bp.add_url_rule("/lists/<list_id>/guest", "change_guest", _change, methods=["POST"])
    bp.add_url_rule("/lists/<list_id>/unshare", "unshare", _take_back, methods=["POST"])


def _look(list_id: str) -> ResponseReturnValue:
    """Who has the list, and who was invited."""
    return _dialog(identifier(list_id))


def _share(list_id: str) -> ResponseReturnValue:
    """Invite an address; what is wrong stands beside its field."""
    form = {name: text(request.form.get(name), 300) for name in USUAL}
    of = identifier(list_id)
    try:
        sent = sharing.share(current_user.person, of, form["email"], form["role"], _days(form["days"]))
    except Invalid as wrong:
        return _dialog(of, form=form, errors=wrong.errors), 422
    except (sharing.AlreadyTheirs, TooManyInvitations) as no:
        return _dialog(of, form=form, errors={"email": no.words}), 422
    if sent.link is None:
        ends = f" until {moment(sent.access_until)}" if sent.access_until else ""
        return _dialog(of, done=f"{sent.email} has the list as {sharing.ROLES[sent.role].lower()} now{ends}.")
    if mail.sending():
        said = "An invitation for {} is written." if mail.inbox() else "An invitation is on its way to {}."
        return _dialog(of, done=mailed(said.format(sent.email), sent.email))
    return _dialog(of, done=f"No mail goes out from here. Give {sent.email} this link yourself:", link=sent.link)


def _change(list_id: str) -> ResponseReturnValue:
    """Another role for a guest."""
    of, role = identifier(list_id), request.form.get("role", "")
    try:
        sharing.change(*me(), of, identifier(request.form.get("guest")), role, _days(request.form.get("days")))
    except Invalid:
        return _dialog(of), 422
    return _dialog(of, done="Changed.")


def _take_back(list_id: str) -> ResponseReturnValue:
    """Take the list away from a guest, or an invitation back."""
    of = identifier(list_id)
    if request.form.get("guest"):
        done = sharing.revoke(*me(), of, identifier(request.form.get("guest")))
    else:
        done = sharing.withdraw(*me(), of, identifier(request.form.get("invitation")))
    return _dialog(of, done="Taken back. Nothing of this list is shown there any more." if done else "")


def _days(given: str | None) -> int | None:
    days = chosen(given, int)
    return days if days in sharing.DAYS else None


def _dialog(
    list_id: UUID,
    form: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    done: str = "",
    link: str = "",
) -> str:
    of = lists.get(*me(), list_id)
    names: dict[str, Any] = {
        "list": card(of),
        **sharing.people(*me(), list_id),
        "roles": sharing.ROLES,
        "days": sharing.DAYS,
        "form": form or USUAL,
        "errors": errors or {},
        "done": done,
        "link": link,
    }
    return shown("lists/_sharing.html", f"Share “{of.name}”", names)
