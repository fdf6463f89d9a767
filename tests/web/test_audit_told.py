"""What an audit found is told: to administrators on every page, to the platform by figures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from reachly.audit import Breach, Found, store
from tests.planted import as_owner
from tests.web.browsing import Browser, words

WRONG = Found(breaches=[Breach("entries sum to zero", None, "Transaction 7 does not")] * 2)


@pytest.fixture(autouse=True)
def no_audits() -> Iterator[None]:
    """Nobody has looked yet, and nobody remembers afterwards."""
    as_owner("DELETE FROM audits")
    yield
    as_owner("DELETE FROM audits")


def test_administrators_see_on_every_page_that_something_is_wrong(browser: Browser, other_browser: Browser) -> None:
    as_owner("UPDATE users SET role = 'admin' WHERE id = %s", (str(browser.team.user_id),))
    assert "audit" not in words(browser.get("/leads"))
    store(WRONG)
    assert "The last audit found 2 things wrong in the books" in words(browser.get("/leads"))
    assert "audit" not in words(other_browser.get("/leads"))
    store(Found())
    assert "audit" not in words(browser.get("/leads"))


def test_the_platform_is_told_in_figures(stranger: Browser) -> None:
    assert "reachly_audit" not in stranger.get("/metrics").get_data(as_text=True)
    assert stranger.get("/readyz").get_json()["audit"] == "none yet"
    store(WRONG)
    shown = stranger.get("/metrics").get_data(as_text=True)
    assert "reachly_audit_breaches 2.0" in shown
    assert "reachly_audit_last_success_timestamp" not in shown
    assert stranger.get("/readyz").get_json() == {"ready": True, "away": [], "audit": "wrong"}
    store(Found())
    shown = stranger.get("/metrics").get_data(as_text=True)
    assert "reachly_audit_breaches 0.0" in shown
    assert "reachly_audit_last_success_timestamp 1." in shown
    assert stranger.get("/readyz").get_json()["audit"] == "right"
