"""What a role may do on pages: asked of every form before anything else is, and answered in words.

The database refuses the same again, and knows better: this is so that nobody has to wait for it to be told.
"""

from __future__ import annotations

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reachly.web.security import for_programs

LOOKS = "Your role in this workspace may look but not change. Ask its owner or an admin for another one."
RUNS = "Only the owner and the admins of this workspace may do that."
OWNS = "Only the owner of this workspace may do that."
PERSONAL = {
    "auth.demo",
    "auth.login",
    "auth.logout",
    "auth.logout_everywhere",
    "auth.register",
    "credits.read_warning",
    "find.estimate",
    "find.reorder",
    "invitations.accept",
    "invitations.accept_as_new",
    "leads.columns",
    "leads.view_change",
    "leads.view_delete",
    "leads.view_open_with",
    "leads.view_reset",
    "leads.view_save",
    "leads.view_update",
    "notices.open_notice",
    "settings.change_password",
    "settings.change_profile",
    "settings.make_key",
    "settings.revoke_key",
    "shared.leave",
    "shared.member",
    "team.leave",
    "team.switch",
    "team.take_over",
    "team.withdraw",
}
"""Forms that change nothing but what is somebody's own, or nothing at all: whoever only looks sends them too.

``oversight`` has rights of its own: it is for whoever runs the server, in whichever role here.
"""
RUNNING = {"sources.save", "sources.remove"}
"""Forms for who runs the workspace; those of ``/team`` ask for themselves."""

ASKING = {
    "exports.new": ("exports", "Export", "make files of them"),
    "find.find": ("find", "Find leads", "look for new ones or spend credits"),
    "imports.new": ("imports", "Import a file", "bring files in"),
    "lists.combination": ("lists", "Combine lists", "make lists"),
    "lists.edit": ("lists", "Edit the list", "change lists"),
    "lists.new": ("lists", "New list", "make lists"),
    "lists.sharing": ("lists", "Share the list", "share lists"),
}
"""Pages whose only use is a form that is not for who only looks: where they stand in the menu, what they are called,
and what whoever looks may not do there.
"""


class NotYourRole(Exception):
    """The role of this person does not reach that far; ``words`` say so."""

    def __init__(self, words: str = LOOKS) -> None:
        super().__init__(words)
        self.words = words


def start(app: Flask) -> None:
    """Ask of every form."""
    app.before_request(_ask)


def _ask() -> ResponseReturnValue | None:
    endpoint = request.endpoint or ""
    reads = request.method in ("GET", "HEAD", "OPTIONS")
    if (reads and endpoint not in ASKING) or for_programs(request.path):
        return None
    if endpoint in PERSONAL or endpoint.startswith("oversight.") or not current_user.is_authenticated:
        return None
    if not current_user.may_write:
        if reads and request.headers.get("HX-Request") != "true":
            return _only_looks(*ASKING[endpoint])
        raise NotYourRole
    if endpoint in RUNNING and not current_user.runs:
        raise NotYourRole(RUNS)
    return None


def _only_looks(active: str, heading: str, not_for_you: str) -> ResponseReturnValue:
    """The page that says who may do this, in the frame that leads on to what can be looked at."""
    return render_template("only_looks.html", active=active, heading=heading, not_for_you=not_for_you), 403
