"""The door for people: pages and fragments.

Each module of this package that exposes ``bp`` is one group of pages; :func:`register` finds those that are there.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

PAGES = (
    "operations",
    "auth",
    "shell",
    "find",
    "jobs",
    "leads",
    "credits",
    "exports",
    "sources",
    "settings",
    "streams",
)
"""The modules with pages, in the order in which their blueprints are registered."""


def register(app: Flask) -> None:
    """Give the application its pages."""
    for name in PAGES:
        if find_spec(f"reachly.web.{name}") is not None:
            app.register_blueprint(import_module(f"reachly.web.{name}").bp)
