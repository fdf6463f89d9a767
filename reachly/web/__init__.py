"""The door for people: pages and fragments.

Each module named in ``PAGES`` exposes ``bp``, one group of pages.
"""

from __future__ import annotations

from importlib import import_module

from flask import Flask

PAGES = (
    "operations",
    "auth",
    "verify",
    "shell",
    "find",
    "jobs",
    "unlock",
    "catalogue",
    "leads",
    "lists",
    "hidden",
    "profiles",
    "shared",
    "activity",
    "credits",
    "exports",
    "imports",
    "sources",
    "settings",
    "team",
    "team.accepting",
    "notices",
    "oversight",
    "streams",
)
"""The modules with pages, in the order in which their blueprints are registered."""


def register(app: Flask) -> None:
    """Give the application its pages."""
    for name in PAGES:
        app.register_blueprint(import_module(f"reachly.web.{name}").bp)
