"""A search as a browser types it, and what its page says back."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from reachly.database import one, scope
from tests.web.browsing import Browser, hidden

SEARCH: dict[str, Any] = {"industries": ["Software"], "limit": "5", "reveal": ["email"], "sources": ["lusha"]}


def chips(page: Any, name: str) -> list[str]:
    """The chosen values of a facet as the form would send them."""
    found = re.findall(rf'<input type="checkbox" name="{name}" value="([^"]*)" checked', page.text)
    return [unescape(value) for value in found]


def form_of(browser: Browser) -> dict[str, Any]:
    """A search as this browser's page would send it, with the hidden key of the page."""
    return SEARCH | {"idempotency_key": dict(hidden(browser.get("/find")))["idempotency_key"]}


def go_of(page: Any) -> tuple[str, bool]:
    """What the main button says, and whether it can be pressed."""
    found = re.search(r'<button [^>]*id="go"([^>]*)>(.*?)</button>', page.text, flags=re.S)
    assert found, page.text
    return " ".join(unescape(found[2]).split()), "disabled" not in found[1]


def available(team: Any) -> int:
    with scope(team.workspace_id, team.user_id):
        return one("SELECT balance FROM accounts WHERE name = 'available'")["balance"]
