"""A browser for tests: the product's own application, a signed-in person, forms sent with the token a page gave."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@lru_cache(maxsize=1)
def application() -> Flask:
    """The application, whose templates fail on names that nobody gave them."""
    from reachly.app import create_app

    return create_app(strict=True)


class Browser:
    """One person's browser; ``team`` is who is signed in, if anybody."""

    def __init__(self, team: Any = None) -> None:
        self.team = team
        self.client = application().test_client()
        self._token: str | None = None
        if team is not None:
            self.sign_in()

    def sign_in(self) -> None:
        """Put a fresh session's cookie into the jar, as signing in does."""
        from reachly import accounts

        with self.client.session_transaction() as held:
            held.clear()
            held["_user_id"] = accounts.start_session(self.team.user_id, self.team.workspace_id, "a test")
            held["_fresh"] = True

    def get(self, url: str, **headers: str) -> TestResponse:
        """The page at ``url``."""
        return self.client.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def fragment(self, url: str, at: str = "/leads", target: str = "") -> TestResponse:
        """What htmx gets from ``url`` while the page at ``at`` is open."""
        return self.client.get(url, headers=self._htmx(at, target))

    def post(self, url: str, data: Any = None, at: str | None = None, token: str | None = None) -> TestResponse:
        """Send a form: with htmx from the page at ``at``, without a script where that is ``None``."""
        pairs = list(data.items()) if isinstance(data, dict) else list(data or [])
        form: dict[str, Any] = {}
        for name, value in [*pairs, ("csrf_token", self.token() if token is None else token)]:
            for each in value if isinstance(value, list | tuple) else [value]:
                form.setdefault(name, []).append(each)
        return self.client.post(url, data=form, headers={} if at is None else self._htmx(at))

    def token(self) -> str:
        """The token that this person's pages carry in their forms."""
        if self._token is None:
            found = TOKEN.search(self.client.get("/settings" if self.team else "/login").text)
            assert found, "no form on the page"
            self._token = unescape(found[1])
        return self._token

    def _htmx(self, at: str, target: str = "") -> dict[str, str]:
        told = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{at}"}
        return told | ({"HX-Target": target} if target else {})


def words(response: TestResponse) -> str:
    """What a person reads on the page: no markup, single blanks."""
    text = re.sub(r"<(script|style|template)\b.*?</\1>", " ", response.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def hidden(response: TestResponse) -> list[tuple[str, str]]:
    """The hidden fields of the page's forms, without tokens."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.text)
    return [(name, unescape(value)) for name, value in found if name != "csrf_token"]
