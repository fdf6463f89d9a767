"""Settings: who one is, how one gets in, and keys for programs."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from reachly import accounts
from reachly.web.settings import browser as named
from tests.conftest import Team
from tests.web.browsing import Browser, words

PASSWORD = "long beats clever"


@pytest.fixture
def team() -> Team:
    """Alice with a password."""
    email = f"{uuid4().hex[:12]}@team.example"
    account = accounts.register(email, "Alice", PASSWORD, accept_terms=True)
    return Team(account.workspace_id, account.user_id, email)


def profile(browser: Browser) -> dict:
    return accounts.profile(
        accounts.find_session(accounts.start_session(browser.team.user_id, browser.team.workspace_id))
    )


def test_a_name_is_changed_without_the_password(browser: Browser, team) -> None:
    answer = browser.post("/settings/profile", {"name": "  Alice   Osei ", "email": team.email})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings")
    assert profile(browser)["name"] == "Alice Osei"
    assert "Profile saved" in words(browser.get("/settings"))


def test_a_new_e_mail_wants_the_password(browser: Browser, team) -> None:
    fresh = f"new-{team.email}"
    form = {"name": "Alice", "email": fresh}
    refused = browser.post("/settings/profile", form)
    assert refused.status_code == 422
    assert "Your current password, please." in words(refused)
    assert f'value="{fresh}"' in refused.text
    wrong = browser.post("/settings/profile", form | {"profile_password": "something else"})
    assert "This is not your current password." in words(wrong)
    assert browser.post("/settings/profile", form | {"profile_password": PASSWORD}).status_code == 303
    assert profile(browser)["email"] == fresh


def test_what_is_wrong_stands_beside_its_field(browser: Browser, team, other_team) -> None:
    bad = browser.post("/settings/profile", {"name": "", "email": "nonsense"})
    assert bad.status_code == 422
    assert "Your name, please." in words(bad)
    assert "does not look like an e-mail address" in words(bad)
    taken = {"name": "Alice", "email": other_team.email, "profile_password": PASSWORD}
    assert "There is an account with this e-mail already." in words(browser.post("/settings/profile", taken))
    short = browser.post("/settings/password", {"current_password": PASSWORD, "password": "short"})
    assert short.status_code == 422
    assert "At least 10 characters" in words(short)
    assert PASSWORD not in short.text


def test_a_new_password_signs_out_everywhere_else(browser: Browser, team) -> None:
    elsewhere = Browser(team)
    form = {"current_password": PASSWORD, "password": "longer beats clever"}
    assert browser.post("/settings/password", form).status_code == 303
    assert elsewhere.get("/settings").status_code == 302
    assert browser.get("/settings").status_code == 200
    assert browser.post("/settings/password", form).status_code == 422


def test_sessions_are_listed_and_ended(browser: Browser, team) -> None:
    elsewhere = Browser(team)
    page = browser.get("/settings")
    assert page.text.count("seen <time") == 2
    assert "This one" in words(page)
    assert browser.post("/logout/everywhere").status_code == 303
    assert elsewhere.get("/settings").status_code == 302
    assert browser.get("/settings").status_code == 200


def test_a_key_is_shown_once_and_revoked(browser: Browser, team) -> None:
    card = browser.post("/settings/keys", {"label": "A program", "scopes": ["read"]}, at="/settings")
    [secret] = re.findall(r"rk_[\w-]{30,}", card.text)
    assert accounts.find_key(secret).scopes == {"read"}
    page = browser.get("/settings")
    assert secret not in page.text
    assert "A program" in words(page)
    [key_id] = re.findall(r"/settings/keys/([0-9a-f-]{36})/revoke", page.text)[:1]
    gone = browser.post(f"/settings/keys/{key_id}/revoke", at="/settings")
    assert "No keys." in words(gone)
    assert accounts.find_key(secret) is None
    assert browser.post(f"/settings/keys/{key_id}/revoke").status_code == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"label": "", "scopes": "read"}, "A name of 1 to 80 characters"),
        ({"label": "x" * 81, "scopes": "read"}, "A name of 1 to 80 characters"),
        ({"label": "A program"}, "Read, write, or both."),
        ({"label": "A program", "scopes": "everything"}, "Read, write, or both."),
    ],
)
def test_a_key_wants_a_name_and_a_scope(browser: Browser, form: dict, said: str) -> None:
    for at in ("/settings", None):
        answer = browser.post("/settings/keys", form, at=at)
        assert answer.status_code == 422
        assert said in words(answer)
    assert (
        accounts.list_keys(
            accounts.find_session(accounts.start_session(browser.team.user_id, browser.team.workspace_id))
        )
        == []
    )


def test_anothers_key_cannot_be_revoked(browser: Browser, other_browser: Browser) -> None:
    page = browser.post("/settings/keys", {"label": "Mine", "scopes": "read"})
    [key_id] = re.findall(r"/settings/keys/([0-9a-f-]{36})/revoke", page.text)[:1]
    for other in (key_id, str(uuid4()), "7"):
        assert other_browser.post(f"/settings/keys/{other}/revoke", at="/settings").status_code == 404
    assert "Mine" in words(browser.get("/settings"))


def test_forged_forms_change_nothing(browser: Browser, stranger: Browser, team) -> None:
    for path in ("/settings/profile", "/settings/password", "/settings/keys", f"/settings/keys/{uuid4()}/revoke"):
        assert (
            browser.post(path, {"name": "Mallory", "label": "x", "scopes": "read"}, token="made-up").status_code == 400
        )
    assert profile(browser)["name"] == "Alice"
    assert stranger.get("/settings").status_code == 302


def test_browsers_have_names() -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
    assert (named(firefox), named(iphone), named("")) == ("Firefox on Linux", "Safari on iPhone", "A browser")
