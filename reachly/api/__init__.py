"""The door for programs: JSON, bearer tokens, problem details."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from reachly.api import problem

GROUPS = (
    "auth",
    "users",
    "workspace",
    "workspace_invitations",
    "generate",
    "merging",
    "leads",
    "tags",
    "notes",
    "views",
    "catalogue",
    "lists",
    "functions",
    "unlock",
    "hidden",
    "profiles",
    "activity",
    "export",
    "imports",
    "jobs",
    "events",
    "files",
    "hooks",
    "rest",
    "document",
)
"""The modules with calls; each exposes ``bp``."""

__all__ = ["problem", "start"]


def start(app: Flask) -> None:
    """Give the application its calls. They use no cookie, so their forms need no proof."""
    from reachly.api import caller
    from reachly.web.security import csrf

    caller.start(app)
    for name in GROUPS:
        bp = import_module(f"reachly.api.{name}").bp
        csrf.exempt(bp)
        app.register_blueprint(bp)
