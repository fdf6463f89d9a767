"""`/verify`: confirming that an address is one's own, by the link that was mailed to it."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required

from reachly.accounts import verifying
from reachly.web.asked import go
from reachly.web.session import safe_next

bp = Blueprint("verify", __name__)


@bp.get("/verify/<token>")
def show(token: str) -> ResponseReturnValue:
    """The question; a program that only looks at links in mail confirms nothing."""
    return _page(token)


@bp.post("/verify/<token>")
def confirm(token: str) -> ResponseReturnValue:
    """The answer; whoever follows the link need not be signed in."""
    return _page(token, verifying.verify(token))


@bp.post("/verify")
@login_required
def send() -> ResponseReturnValue:
    """A new link by mail."""
    try:
        verifying.send(current_user.person)
    except verifying.SentEnough as enough:
        flash(enough.words, "warn")
    else:
        flash(f"A new link is on its way to {current_user.email}.", "ok")
    return go(safe_next(request.form.get("next")) or "/settings")


def _page(token: str, done: bool | None = None) -> ResponseReturnValue:
    found = verifying.read(token)
    email = found[1] if found and done is not False else ""
    return render_template("verify.html", token=token, email=email, done=bool(done)), 200 if email else 410
