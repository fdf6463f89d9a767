"""Browsers, for tests of pages."""

from __future__ import annotations

from typing import Any

import pytest

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
