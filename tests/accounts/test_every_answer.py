"""What every page answers, whoever asks: its headers, its files, and its words where something failed."""

from __future__ import annotations

import os

import psycopg2
import pytest
from flask import Flask

from reachly.settings import settings
from tests.accounts.conftest import PASSWORD, Browser

HTMX = {"HX-Request": "true"}


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

    token = alice.form_token()
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
