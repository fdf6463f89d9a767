"""Sources: how they are doing, what they cost, and the workspace's own keys, which nobody sees again."""

from __future__ import annotations

import pytest

from reachly import provider_keys
from reachly.database import one, scope
from reachly.settings import settings
from reachly.sources import source_of
from tests.planted import as_owner
from tests.web.browsing import Browser, words

OWN = "sandbox-of-our-own-4f2c"


@pytest.fixture(autouse=True)
def _outside(outside) -> None:
    """Every test has an account of its own at the providers."""


def stored(team) -> dict | None:
    with scope(team.workspace_id, team.user_id):
        return one("SELECT * FROM provider_keys")


def test_each_source_says_how_it_is_and_what_it_costs(browser: Browser) -> None:
    page = words(browser.get("/sources"))
    assert "Lusha" in page
    assert "Clay" in page
    assert "Ready" in page
    assert "1 credit a lead with e-mail, 5 more with a phone" in page
    assert "Health Answering normally" in page


def test_what_is_left_at_the_provider_comes_beside_the_page(browser: Browser, outside) -> None:
    left = browser.fragment("/sources/lusha/left", at="/sources")
    assert left.text.strip().split()[0].replace(",", "").isdigit()
    outside.play(faults=[{"kind": "key_refused", "times": None}])
    assert "could not be asked" in browser.fragment("/sources/lusha/left", at="/sources").text


def test_calls_are_counted(browser: Browser) -> None:
    browser.fragment("/sources/lusha/left", at="/sources")
    assert "Calls today 1 Failed 0" in words(browser.get("/sources"))


def test_an_own_key_is_tried_out_kept_encrypted_and_shown_by_its_end_only(browser: Browser, team) -> None:
    card = browser.post("/sources/lusha/key", {"key": f"  {OWN} "}, at="/sources")
    assert card.status_code == 200
    assert "Saved, and the account answers." in words(card)
    assert "ends in 4f2c" in words(card)
    row = stored(team)
    assert row is not None
    assert OWN.encode() not in bytes(row["secret"])
    assert source_of(team.workspace_id, team.user_id, "lusha").own_key
    for page in (card.text, browser.get("/sources").text, browser.get("/find").text):
        assert OWN not in page


def test_a_key_that_the_provider_refuses_is_not_kept(browser: Browser, team) -> None:
    card = browser.post("/sources/lusha/key", {"key": "not-a-key-of-theirs"}, at="/sources")
    assert card.status_code == 422
    assert 'aria-invalid="true"' in card.text
    assert stored(team) is None


@pytest.mark.parametrize("typed", ["", "   ", "short", "two words here", "schlüssel-schlüssel", "x" * 401, "a\nb" * 5])
def test_what_cannot_be_a_key_is_refused_beside_the_field(browser: Browser, team, typed: str) -> None:
    card = browser.post("/sources/clay/key", {"key": typed}, at="/sources")
    assert card.status_code == 422
    assert "key" in words(card)
    assert stored(team) is None


def test_trying_keeps_nothing(browser: Browser, team) -> None:
    card = browser.post("/sources/lusha/key", {"key": OWN, "test": "1"}, at="/sources")
    assert "The account answers." in words(card)
    assert stored(team) is None
    assert "The account answers." in words(browser.post("/sources/lusha/key", {"key": "", "test": "1"}, at="/sources"))


def test_a_provider_that_is_down_does_not_keep_the_key_out(browser: Browser, team, outside) -> None:
    settings().lusha_base_url = "http://127.0.0.1:9"
    card = browser.post("/sources/lusha/key", {"key": OWN}, at="/sources")
    assert "not tried out yet" in words(card)
    assert stored(team) is not None


def test_removing_goes_back_to_the_key_of_this_server(browser: Browser, team) -> None:
    provider_keys.save(team.workspace_id, team.user_id, "lusha", OWN)
    card = browser.post("/sources/lusha/key/remove", at="/sources")
    assert "This server's key" in words(card)
    assert stored(team) is None
    assert browser.post("/sources/lusha/key/remove").status_code == 303


def test_a_key_sealed_with_another_secret_says_what_to_do(browser: Browser, team) -> None:
    provider_keys.save(team.workspace_id, team.user_id, "lusha", OWN)
    as_owner("UPDATE provider_keys SET secret = %s WHERE workspace_id = %s", (b"garbage", str(team.workspace_id)))
    told = words(browser.get("/sources"))
    assert "Key unreadable" in told
    assert "Put in your key again." in told


def test_a_source_without_a_key_says_so(browser: Browser) -> None:
    settings().clay_api_key = None
    told = words(browser.get("/sources"))
    assert "No Clay key is set." in told
    assert "This source is skipped until it has one." in told


def test_anothers_key_is_not_ours(browser: Browser, other_browser: Browser, team) -> None:
    provider_keys.save(team.workspace_id, team.user_id, "lusha", OWN)
    assert "Your own key" not in words(other_browser.get("/sources"))
    other_browser.post("/sources/lusha/key/remove", at="/sources")
    assert stored(team) is not None


def test_unknown_sources_and_forged_forms(browser: Browser, stranger: Browser, team) -> None:
    assert browser.get("/sources/nobody/left").status_code == 404
    assert browser.post("/sources/nobody/key", {"key": OWN}).status_code == 404
    assert browser.post("/sources/nobody/key/remove").status_code == 404
    assert browser.post("/sources/lusha/key", {"key": OWN}, token="made-up").status_code == 400
    assert stranger.get("/sources").status_code == 302
    assert stored(team) is None


def test_without_a_script_the_page_comes_whole(browser: Browser) -> None:
    wrong = browser.post("/sources/lusha/key", {"key": "short"})
    assert wrong.status_code == 422
    assert "<html" in wrong.text
    assert browser.post("/sources/lusha/key", {"key": OWN}).status_code == 303


def test_an_own_clay_key_brings_the_functions_of_its_account(browser: Browser, team) -> None:
    typed = {"key": OWN, "email_routine": " function:t_work_email ", "phone_routine": ""}
    card = browser.post("/sources/clay/key", typed, at="/sources")
    assert card.status_code == 200
    assert 'value="function:t_work_email"' in card.text
    config = source_of(team.workspace_id, team.user_id, "clay").config
    assert config is not None
    assert config.email_routine == "function:t_work_email"
    refused = browser.post("/sources/clay/key", typed | {"email_routine": "x" * 500}, at="/sources")
    assert refused.status_code == 422
    assert "work e-mail function" in words(refused)
