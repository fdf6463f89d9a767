"""The plainest page there is, for `pages` to compare with."""

from __future__ import annotations

from flask import Flask


def create_app() -> Flask:
    """One route, no store, no template."""
    app = Flask(__name__)

    @app.get("/")
    def hello() -> str:
        return "<!doctype html><title>Hello</title><p>Hello, world"

    return app
