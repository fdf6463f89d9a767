"""Coming in and going out: register, sign in, the demo, sign out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask_login import current_user, login_required

from reachly import accounts, workplaces
from reachly.accounts import Account, DemoOff, Invalid, NotThem, TooManyAttempts
from reachly.settings import settings
from reachly.web import errors
from reachly.web.asked import go
from reachly.web.limits import limited
from reachly.web.session import address, agent, enter, leave, safe_next

bp = Blueprint("auth", __name__)
HOME = "/find"


@bp.get("/")
def home() -> Response:
    """What this is, for whoever is not signed in; the others go to work."""
    if current_user.is_authenticated:
        return make_response(redirect(HOME))
    return _page("home.html")


@bp.get("/terms")
def terms() -> Response:
    """What one agrees to."""
    return _page("terms.html")


@bp.get("/register")
def register_form() -> Response:
    """The empty form."""
    if current_user.is_authenticated:
        return make_response(redirect(HOME))
    return _page("register.html", form=dict.fromkeys(("name", "company", "email", "accept_terms"), ""), errors={})


@bp.post("/register")
@limited("registrations")
def register() -> Response:
    """A new account, signed in at once; what is wrong stands beside its field."""
    typed = {name: request.form.get(name, "") for name in ("name", "company", "email", "accept_terms")}
    try:
        account = accounts.register(
            typed["email"],
            typed["name"],
            request.form.get("password", ""),
            bool(typed["accept_terms"]),
            company=typed["company"],
        )
    except Invalid as wrong:
        return _page("register.html", 422, form=typed, errors=wrong.errors)
    return _entered(account, HOME)


@bp.get("/login")
def login_form() -> Response:
    """The empty form; ``next`` is where it leads."""
    target = safe_next(request.args.get("next"))
    if current_user.is_authenticated:
        return make_response(redirect(target or HOME))
    return _page("login.html", form={"email": "", "next": target}, errors={})


@bp.post("/login")
def login() -> Response:
    """Sign in. A wrong e-mail and a wrong password are the same mistake and take the same time."""
    typed = {"email": request.form.get("email", ""), "next": safe_next(request.form.get("next"))}
    try:
        account = accounts.sign_in(typed["email"], request.form.get("password", ""), address())
    except NotThem:
        return _page("login.html", 422, form=typed, errors={"password": "E-mail and password do not match."})
    except TooManyAttempts as wait:
        response = _page("login.html", 429, form=typed, errors={"": wait.words})
        response.headers["Retry-After"] = str(wait.seconds)
        return response
    last = workplaces.last(account.user_id, account.workspace_id)
    return _entered(Account(account.user_id, last), typed["next"] or HOME)


@bp.post("/demo")
@limited("registrations")
def demo() -> Response:
    """Into the shared demo with one click, where this installation offers it."""
    try:
        enter(accounts.start_demo(agent()))
    except DemoOff:
        return errors.page(404)
    return go(HOME)


@bp.post("/logout")
def logout() -> Response:
    """Sign this browser out."""
    leave()
    return go("/login")


@bp.post("/logout/everywhere")
@login_required
def logout_everywhere() -> Response:
    """End every other session and access token of this person; this browser stays signed in.

    The demo is shared: there it ends nobody's.
    """
    if current_user.demo:
        flash("The demo is shared: you can only sign yourself out.", "info")
    else:
        ended = accounts.end_sessions(current_user.person, keep=current_user.token)
        flash(f"Signed out of {ended} other {'place' if ended == 1 else 'places'}.", "ok")
    return go("/settings")


def _entered(account: Account, target: str) -> Response:
    enter(accounts.start_session(account.user_id, account.workspace_id, agent()))
    return go(target)


def _page(template: str, status: int = 200, **names: Any) -> Response:
    config = settings()
    shared = {
        "embedded": accounts.demo_offered(),
        "trial_credits": config.trial_credits,
        "terms_version": config.terms_version,
    }
    return make_response(render_template(template, **shared, **names), status)
