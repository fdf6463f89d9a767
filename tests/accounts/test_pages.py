"""Coming in and going out by the pages."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import psycopg2
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
    leaving = browser.client.post("/logout", data={"csrf_token": _token(browser)})
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
    victim.client.post("/logout", data={"csrf_token": _token(victim)})
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
    assert alice.client.post("/logout", data={"csrf_token": _token(alice)}).status_code == 303
    alice.client.set_cookie("reachly", kept)
    assert not alice.inside()


def test_signing_out_everywhere_leaves_only_this_browser(alice: Browser, make_browser: Browsers, email: str) -> None:
    other = make_browser()
    other.post("/login", {"email": email, "password": PASSWORD})
    account = accounts.sign_in(email, PASSWORD, "127.0.0.1")
    token, _ = accounts.issue_token(account.user_id, account.workspace_id)
    assert other.inside()
    assert accounts.find_token(token)
    answer = alice.client.post("/logout/everywhere", data={"csrf_token": _token(alice)})
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


def test_pages_keep_their_own_to_themselves(browser: Browser) -> None:
    headers = browser.get("/login").headers
    assert headers["Cache-Control"] == "no-store"
    assert {"HX-Request", "Cookie"} <= set(headers["Vary"].replace(" ", "").split(","))
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
    }.items():
        assert headers[name] == value
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_style_and_scripts_are_kept_for_ever_under_an_address_of_their_content(app: Flask, browser: Browser) -> None:
    page = browser.get("/login").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    first = browser.get(address, headers={"Accept-Encoding": "gzip"})
    assert first.status_code == 200
    assert "immutable" in first.headers["Cache-Control"]
    assert first.headers["Content-Encoding"] == "gzip"
    assert "Cookie" not in first.headers.get("Vary", "")
    again = browser.get(address, headers={"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"})
    assert again.status_code == 304
    assert browser.get("/static/../reachly/app.py").status_code == 404


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/login/x", 404)])
def test_a_page_that_is_not_there_is_told_in_words(browser: Browser, path: str, status: int) -> None:
    answer = browser.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert "Nothing is here" in answer.text
    assert browser.get(path, headers=HTMX).mimetype == "text/plain"


def test_a_store_that_is_away_loses_no_form(alice: Browser, email: str) -> None:
    from reachly import database

    token = _token(alice)
    database.db.close_all()
    kept = dict(database.db.connect_params)
    database.db.connect_params["port"] = 1
    try:
        form = {"csrf_token": token, "email": email, "password": PASSWORD, "next": "/jobs"}
        sent = alice.client.post("/login?x=1", data=form)
        assert sent.status_code == 503
        assert sent.headers["Retry-After"] == "5"
        assert 'action="/login?x=1"' in sent.text
        assert f'name="email" value="{email}"' in sent.text
        assert 'name="next" value="/jobs"' in sent.text
        assert PASSWORD not in sent.text
        page = alice.get("/register")
        assert (page.status_code, page.headers["Refresh"]) == (503, "5")
        assert alice.get("/healthz").status_code == 200
    finally:
        database.db.connect_params.clear()
        database.db.connect_params.update(kept)
    assert alice.client.post("/login", data=form).status_code == 303


def test_connections_that_the_server_closed_are_met_once(alice: Browser) -> None:
    for _ in range(3):
        assert alice.inside()
    admin = psycopg2.connect(os.environ["REACHLY_TEST_ADMIN_URL"])
    with admin.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (os.environ["REACHLY_TEST_DATABASE"],),
        )
    admin.close()
    statuses = [alice.get("/login").status_code for _ in range(3)]
    assert statuses in ([503, 302, 302], [302, 302, 302])


def test_a_failure_of_ours_is_told_without_a_trace(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setitem(app.view_functions, "auth.terms", broken)
    answer = browser.get("/terms")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_figures_are_for_this_machine_or_whoever_has_the_token(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pydantic import SecretStr

    here = browser.get("/metrics")
    assert here.status_code == 200
    assert "reachly_http_requests_total" in here.text
    assert browser.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 403
    assert browser.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    monkeypatch.setattr(settings(), "metrics_token", SecretStr("figures"))
    assert browser.get("/metrics").status_code == 403
    assert browser.get("/metrics", headers={"Authorization": "Bearer figures"}).status_code == 200


def _token(browser: Browser) -> str:
    """A form token for a browser that is signed in, and so sees no form of the doors."""
    from flask_wtf.csrf import generate_csrf

    with browser.client.session_transaction() as session:
        raw = session.setdefault("csrf_token", "0" * 40)
    app = browser.client.application
    with app.test_request_context():
        from flask import session as mine

        mine["csrf_token"] = raw
        return generate_csrf()
