"""What a role may do on pages: asked of every form before anything else is, and answered in words.

The database refuses the same again, and knows better: this is so that nobody has to wait for it to be told.
"""

from __future__ import annotations

from flask import Flask, request
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

ASKING = {"exports.new"}
"""Pages whose only use is a form that is not for who only looks."""


class NotYourRole(Exception):
    """The role of this person does not reach that far; ``words`` say so."""

    def __init__(self, words: str = LOOKS) -> None:
        super().__init__(words)
        self.words = words


def start(app: Flask) -> None:
    """Ask of every form."""
    app.before_request(_ask)


def _ask() -> None:
    endpoint = request.endpoint or ""
    reads = request.method in ("GET", "HEAD", "OPTIONS") and endpoint not in ASKING
    if reads or for_programs(request.path):
        return
    if endpoint in PERSONAL or endpoint.startswith("oversight.") or not current_user.is_authenticated:
        return
    if not current_user.may_write:
        raise NotYourRole
    if endpoint in RUNNING and not current_user.runs:
        raise NotYourRole(RUNS)
