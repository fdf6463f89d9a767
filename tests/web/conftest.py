"""Browsers, for tests of pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.outside import Outside, running, use
from tests.web.browsing import Browser


@pytest.fixture
def browser(team: Any) -> Browser:
    """Alice's browser, signed in."""
    return Browser(team)


@pytest.fixture
def other_browser(other_team: Any) -> Browser:
    """Bob's browser, signed in to his own workspace."""
    return Browser(other_team)


@pytest.fixture
def stranger() -> Browser:
    """The browser of somebody who is not signed in."""
    return Browser()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    """The address of the simulated providers."""
    with running() as url:
        yield url


@pytest.fixture
def outside(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> Outside:
    """Both providers with a fresh account, known to this process until the test ends."""
    from reachly.settings import settings

    for name in (
        "lusha_api_key",
        "clay_api_key",
        "lusha_base_url",
        "clay_base_url",
        "clay_email_routine",
        "clay_phone_routine",
        "smtp_url",
    ):
        monkeypatch.setattr(settings(), name, getattr(settings(), name))
    return use(sandbox)
