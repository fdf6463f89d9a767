"""Coming in and going out by the pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask

from reachly import accounts
from reachly.settings import settings
from tests.accounts.conftest import PASSWORD, Browser

Browsers = Callable[[], Browser]
HTMX = {"HX-Request": "true"}


def test_registering_signs_in(alice: Browser) -> None:
    assert alice.inside()
    cookie = alice.client.get_cookie("reachly")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_consent_is_written_down_with_time_and_version(alice: Browser, email: str) -> None:
    from reachly.database import one, scope

    person = accounts.find_session(alice.secret() or "")
    assert person is not None
    with scope(person.workspace_id, person.user_id):
        told = one("SELECT terms_version, terms_accepted_at <= now() AS past FROM users WHERE email = %s", (email,))
    assert told == {"terms_version": settings().terms_version, "past": True}


def test_a_wrong_registration_keeps_what_was_typed_but_no_password(browser: Browser) -> None:
    form = {"name": "Al <b>ice", "email": "nonsense", "password": "secret", "accept_terms": ""}
    answer = browser.post("/register", form, page="/register")
    assert answer.status_code == 422
    assert "Al &lt;b&gt;ice" in answer.text
    assert 'value="nonsense"' in answer.text
    assert "secret" not in answer.text.replace("secret_key", "")
    for field in ("email", "password", "accept_terms"):
        assert f'id="{field}-mistake"' in answer.text


def test_signing_in_leads_back_to_where_one_wanted_to_go(alice: Browser, browser: Browser, email: str) -> None:
    leaving = browser.client.post("/logout", data={"csrf_token": browser.form_token()})
    assert leaving.status_code == 303
    form = {"email": email, "password": PASSWORD, "next": "/leads?q=ada"}
    assert browser.post("/login", form).location == "/leads?q=ada"


@pytest.mark.parametrize(
    "target",
    [
        *(
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/%09/evil",
            "javascript:alert(1)",
        ),
        *("/\tevil", "/login", "/logout", "/api/jobs", "x", "/" + "x" * 3000, "http:/evil.example"),
    ],
)
def test_nobody_is_sent_away_by_a_link(app: Flask, target: str) -> None:
    from reachly.web.session import safe_next

    with app.test_request_context():
        led = safe_next(target)
    assert led == ("" if target != "/%09/evil" else target)


def test_a_page_sends_to_the_sign_in_and_a_fragment_makes_the_page_go_there(app: Flask, browser: Browser) -> None:
    from flask_login import login_required

    probe = app.test_request_context("/leads?q=a%26b")
    with probe:
        page = app.ensure_sync(login_required(lambda: "inside"))()
    assert page.status_code == 302
    assert parse_qs(urlsplit(page.location).query) == {"next": ["/leads?q=a%26b"]}
    headers = HTMX | {"HX-Current-URL": "http://localhost/jobs?tab=open"}
    with app.test_request_context("/jobs/rows", headers=headers):
        fragment = app.ensure_sync(login_required(lambda: "inside"))()
    assert (fragment.status_code, fragment.get_data()) == (204, b"")
    assert parse_qs(urlsplit(fragment.headers["HX-Redirect"]).query) == {"next": ["/jobs?tab=open"]}


def test_a_form_without_its_token_changes_nothing(alice: Browser) -> None:
    for path in ("/logout", "/logout/everywhere", "/login", "/register", "/demo"):
        answer = alice.client.post(path, data={"email": "x"})
        assert answer.status_code == 400
    assert alice.inside()


def test_a_token_of_another_browser_is_refused(alice: Browser, make_browser: Browsers) -> None:
    other = make_browser()
    answer = alice.client.post("/logout", data={"csrf_token": other.token("/login")})
    assert answer.status_code == 400
    assert alice.inside()


def test_a_planted_session_is_worth_nothing_after_signing_in(
    alice: Browser, make_browser: Browsers, email: str
) -> None:
    victim, planted = make_browser(), alice.secret()
    with victim.client.session_transaction() as session:
        session["_user_id"] = planted
        session["planted"] = "yes"
    victim.client.post("/logout", data={"csrf_token": victim.form_token()})
    assert not alice.inside()
    with victim.client.session_transaction() as session:
        session["planted"] = "yes"
    victim.post("/login", {"email": email, "password": PASSWORD})
    assert victim.inside()
    assert victim.secret() not in (None, planted)
    with victim.client.session_transaction() as session:
        assert "planted" not in session


def test_signing_out_ends_the_session_for_good(alice: Browser) -> None:
    kept = alice.cookie()
    assert kept
    assert alice.client.post("/logout", data={"csrf_token": alice.form_token()}).status_code == 303
    alice.client.set_cookie("reachly", kept)
    assert not alice.inside()


def test_signing_out_everywhere_leaves_only_this_browser(alice: Browser, make_browser: Browsers, email: str) -> None:
    other = make_browser()
    other.post("/login", {"email": email, "password": PASSWORD})
    account = accounts.sign_in(email, PASSWORD, "127.0.0.1")
    token, _ = accounts.issue_token(account.user_id, account.workspace_id)
    assert other.inside()
    assert accounts.find_token(token)
    answer = alice.client.post("/logout/everywhere", data={"csrf_token": alice.form_token()})
    assert answer.status_code == 303
    assert alice.inside()
    assert not other.inside()
    assert accounts.find_token(token) is None


def test_a_session_ends_after_its_days(alice: Browser) -> None:
    from reachly.database import owner_database

    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql("UPDATE sessions SET expires_at = now() WHERE ended_at IS NULL")
    assert not alice.inside()
    with time_machine.travel(time.time() + settings().session_days * 86_400 + 60, tick=True):
        assert not alice.inside()


def test_somebody_switched_off_is_out_at_once(alice: Browser, email: str) -> None:
    from reachly.database import owner_database

    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql("UPDATE users SET active = false WHERE email = %s", (email,))
    assert not alice.inside()
    answer = alice.post("/login", {"email": email, "password": PASSWORD})
    assert answer.status_code == 422


def test_a_wrong_sign_in_says_one_thing_and_keeps_the_email(alice: Browser, make_browser: Browsers, email: str) -> None:
    browser = make_browser()
    for address, password in ((email, "wrong"), ("nobody@team.example", PASSWORD), ("", ""), ("a\x00b", "\x00")):
        answer = browser.post("/login", {"email": address, "password": password})
        assert answer.status_code == 422
        assert "E-mail and password do not match." in answer.text
    assert browser.post("/login", {"email": email, "password": "x" * 100_000}).status_code == 422


def test_attempts_from_one_address_are_limited_and_the_page_says_when(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "login_attempts_per_address", 3)
    where = {"REMOTE_ADDR": "203.0.113.9"}
    statuses = [
        browser.post("/login", {"email": f"{n}@team.example", "password": "x"}, environ_base=where).status_code
        for n in range(5)
    ]
    assert statuses == [422, 422, 422, 429, 429]
    answer = browser.post("/login", {"email": "z@team.example", "password": "x"}, environ_base=where)
    assert "Try again in" in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert 'value="z@team.example"' in answer.text


def test_the_demo_is_entered_with_one_click_where_there_is_one(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert browser.post("/demo").status_code == 404
    monkeypatch.setattr(settings(), "reachly_embedded", True)
    assert browser.post("/demo").status_code == 404  # a stranger would spend the credits of real keys
    monkeypatch.setattr(settings(), "sandbox_url", "http://127.0.0.1:9")
    assert browser.post("/demo", page="/").status_code == 303
    person = accounts.find_session(browser.secret() or "")
    assert person is not None
    assert (person.demo, person.plan) == (True, "demo")
    assert accounts.ensure_demo() == accounts.ensure_demo()
    with pytest.raises(accounts.Invalid):
        accounts.change_profile(person, password="mine from now on", current_password="x")
