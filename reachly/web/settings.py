"""`/settings`: profile, password, sessions and API keys."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reachly import accounts
from reachly.web.asked import chosen, fragment, identifier, members_only

bp = members_only(Blueprint("settings", __name__))

SCOPES = ({"value": "read", "label": "Read"}, {"value": "write", "label": "Find and export"})
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@bp.get("/settings")
def settings() -> ResponseReturnValue:
    """Everything about the person and their ways in."""
    return _page()


@bp.post("/settings/profile")
def change_profile() -> ResponseReturnValue:
    """A new name, a new e-mail; the e-mail only with the password."""
    name, email = request.form.get("name", ""), request.form.get("email", "")
    try:
        accounts.change_profile(
            current_user.person,
            name=name,
            email=email,
            current_password=request.form.get("profile_password"),
            keep=current_user.token,
        )
    except accounts.Invalid as invalid:
        errors = dict(invalid.errors)
        if "current_password" in errors:
            errors["profile_password"] = errors.pop("current_password")
        return _page(errors, typed={"name": name, "email": email}), 422
    except accounts.TooManyAttempts as too_many:
        return _page({"profile_password": too_many.words}, typed={"name": name, "email": email}), 429
    flash("Profile saved", "ok")
    return redirect("/settings", 303)


@bp.post("/settings/password")
def change_password() -> ResponseReturnValue:
    """A new password, which ends every other session."""
    try:
        accounts.change_profile(
            current_user.person,
            password=request.form.get("password", ""),
            current_password=request.form.get("current_password"),
            keep=current_user.token,
        )
    except accounts.Invalid as invalid:
        return _page(invalid.errors), 422
    except accounts.TooManyAttempts as too_many:
        return _page({"current_password": too_many.words}), 429
    flash("Password changed. You are signed out everywhere else.", "ok")
    return redirect("/settings", 303)


@bp.post("/settings/keys")
def make_key() -> ResponseReturnValue:
    """A new API key, shown this once."""
    try:
        place = chosen(request.form.get("workspace"), UUID)
        made = accounts.create_key(
            current_user.person, request.form.get("label", ""), request.form.getlist("scopes"), place
        )
    except accounts.Invalid as invalid:
        errors = {"label" if field == "name" else field: message for field, message in invalid.errors.items()}
        return _keys(errors, label=request.form.get("label", "")[:200]), 422
    return _keys(fresh=made.secret)


@bp.post("/settings/keys/<key_id>/revoke")
def revoke_key(key_id: str) -> ResponseReturnValue:
    """Refuse a key from now on."""
    if not accounts.revoke_key(current_user.person, identifier(key_id)):
        abort(404)
    return _keys() if fragment() else redirect("/settings#keys-card", 303)


def _keys(errors: dict[str, str] | None = None, fresh: str | None = None, label: str = "") -> str:
    if not fragment():
        return _page(errors, fresh=fresh, label=label)
    return render_template("settings/_keys.html", **_key_list(), errors=errors or {}, fresh=fresh, label=label)


def _page(errors: dict[str, str] | None = None, typed: dict[str, str] | None = None, **more: Any) -> str:
    told = accounts.profile(current_user.person)
    return render_template(
        "settings.html",
        profile=told | {"plan": told["plan"].capitalize()} | (typed or {}),
        sessions=[_session(each) for each in accounts.open_sessions(current_user.person)],
        errors=errors or {},
        **({"fresh": None, "label": ""} | _key_list() | more),
    )


def _key_list() -> dict[str, Any]:
    words = {scope["value"]: scope["label"].lower() for scope in SCOPES}
    found = accounts.list_keys(current_user.person)
    keys = [key | {"label": key["name"], "scopes": [words[scope] for scope in key["scopes"]]} for key in found]
    return {"keys": keys, "scopes": SCOPES}


def _session(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "browser": "A program, with an access token" if told["kind"] == "token" else browser(told["agent"]),
        "created_at": told["created_at"],
        "seen_at": told["used_at"],
        "here": told["current"],
    }


def browser(agent: str) -> str:
    """What a browser calls itself, in two words."""
    name = next((word for sign, word in BROWSERS if re.search(rf"\b{sign}\w*/", agent)), "")
    system = next((word for sign, word in SYSTEMS if sign in agent), "")
    return " on ".join(filter(None, (name or "A browser", system)))
