"""A browser that comes to this worker's application."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PASSWORD = "a long way to Tipperary"


@pytest.fixture(scope="session")
def app() -> Flask:
    """The whole application, strict about its templates."""
    from reachly.app import create_app

    return create_app(strict=True)


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit is in the way unless a test is about it."""
    from reachly.settings import settings

    monkeypatch.setattr(settings(), "rate_limit_scale", 1000)


class Browser:
    """Keeps cookies, fills the form's token in, follows nothing by itself."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, form: dict[str, str] | None = None, page: str = "/login", **options: Any) -> TestResponse:
        """Send a form with the token that ``page`` has."""
        return self.client.post(path, data={"csrf_token": self.token(page)} | (form or {}), **options)

    def token(self, page: str = "/terms") -> str:
        """The form token of this browser, from a page that has a form."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).text)
        return found.group(1) if found else ""

    def form_token(self) -> str:
        """A form token for a browser that is signed in, and so sees no form of the doors."""
        from flask_wtf.csrf import generate_csrf

        with self.client.session_transaction() as session:
            raw = session.setdefault("csrf_token", "0" * 40)
        with self.client.application.test_request_context():
            from flask import session as mine

            mine["csrf_token"] = raw
            return generate_csrf()

    def cookie(self) -> str | None:
        """The session's cookie as it is kept."""
        kept = self.client.get_cookie("reachly")
        return kept.value if kept else None

    def secret(self) -> str | None:
        """The session's secret inside the cookie."""
        with self.client.session_transaction() as session:
            return session.get("_user_id")

    def inside(self) -> bool:
        """Whether somebody is signed in."""
        return self.client.get("/login").status_code == 302


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A fresh browser."""
    return Browser(app)


@pytest.fixture
def make_browser(app: Flask) -> Callable[[], Browser]:
    """As many browsers as a test needs."""
    return lambda: Browser(app)


@pytest.fixture
def email() -> str:
    """An address that nobody has yet."""
    return f"{uuid4().hex[:12]}@team.example"


@pytest.fixture
def alice(browser: Browser, email: str) -> Browser:
    """Alice's browser, signed in by registering."""
    form = {"name": "Alice", "email": email, "password": PASSWORD, "accept_terms": "1"}
    answer = browser.post("/register", form, page="/register")
    assert answer.status_code == 303, answer.text
    return browser
