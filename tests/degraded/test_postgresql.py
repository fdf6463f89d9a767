"""PostgreSQL away, and its disk full: people are told in plain words, no form is lost, nothing is half done."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from reachly import database
from tests.outside import Outside
from tests.planted import as_owner
from tests.reliability.workers import worker
from tests.web.browsing import Browser, hidden, words
from tests.web.jobs_made import jobs_of
from tests.web.serving import cookies, served

FORM: dict[str, Any] = {"industries": ["Software", "Média"], "limit": "5", "reveal": ["email"], "sources": ["lusha"]}
AWAY_SOON = 20.0


@contextmanager
def _refused() -> Iterator[None]:
    """PostgreSQL takes no connection of this process for the length of the block."""
    kept = dict(database.db.connect_params)
    database.db.close_all()
    database.db.connect_params.update(port=1, connect_timeout=1)
    try:
        yield
    finally:
        database.db.connect_params.clear()
        database.db.connect_params.update(kept)


def _resent(page: str) -> dict[str, list[str]]:
    """The fields that the page would send again."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(unescape(value))
    return found


def test_a_form_that_could_not_be_taken_is_sent_again_and_is_one_job(
    browser: Browser, team: Any, outside: Outside
) -> None:
    form = FORM | dict(hidden(browser.get("/find")))
    browser.token()
    with _refused():
        away = browser.post("/find", form)
        asked = browser.get("/jobs")
    assert (away.status_code, int(away.headers["Retry-After"]) > 0) == (503, True)
    assert "Refresh" not in away.headers, "a page that refreshes itself would ask for the form anew, without its fields"
    assert "database is away" in words(away)
    assert "tries again by itself" in words(away)
    assert 'action="/find"' in away.text
    assert 'data-retry-after="5"' in away.text
    again = _resent(away.text)
    assert {name: again[name] for name in FORM} == {
        name: value if isinstance(value, list) else [value] for name, value in FORM.items()
    }
    assert again["idempotency_key"] == [form["idempotency_key"]]
    assert (asked.status_code, asked.headers["Refresh"]) == (503, asked.headers["Retry-After"])
    first, second = browser.post("/find", again), browser.post("/find", again)
    assert (first.status_code, first.headers["Location"]) == (303, second.headers["Location"])
    assert len(jobs_of(team)) == 1


def test_a_password_is_not_kept_in_a_page_that_tries_again(browser: Browser) -> None:
    browser.token()
    with _refused():
        away = browser.post("/settings/password", {"password": "hunter2hunter2", "name": "Ada"})
    assert away.status_code == 503
    assert "hunter2" not in away.text


@pytest.mark.parametrize(
    "path", ["/%5Cevil.example", "/%09/evil.example", "/%2Fevil.example", "/jobs%3Fq=%22%3E%3Cb%3E"]
)
def test_a_page_that_tries_again_asks_nobody_else(browser: Browser, path: str) -> None:
    browser.token()
    with _refused():
        away = browser.client.get(path)
    assert away.status_code == 503
    (action,) = re.findall(r'action="([^"]*)"', away.text)
    # As browsers read addresses: a backslash is a slash, and tabs and line breaks are not there.
    assert re.fullmatch(r"/[^/\\\s?][^\\\s?]*", unescape(action)), action


def test_a_list_that_could_not_be_shown_is_asked_for_again_with_its_filters(browser: Browser) -> None:
    browser.token()
    with _refused():
        away = browser.client.get("/jobs?state=open&q=%C3%A9%26%22%3E&q=b")
    assert 'action="/jobs"' in away.text
    assert _resent(away.text) == {"state": ["open"], "q": ['é&">', "b"]}


def test_a_fragment_that_could_not_be_had_leaves_the_form_on_the_page(browser: Browser, outside: Outside) -> None:
    form = FORM | dict(hidden(browser.get("/find")))
    browser.token()
    with _refused():
        away = browser.client.post("/find", data=form | {"csrf_token": browser.token()}, headers={"HX-Request": "true"})
    assert away.status_code == 503
    assert away.mimetype == "text/plain"
    assert "try again in a moment" in away.text
    assert "HX-Redirect" not in away.headers


def test_a_full_disk_is_told_as_a_store_that_is_away_and_leaves_nothing_half_done(
    browser: Browser, team: Any, outside: Outside
) -> None:
    form = FORM | dict(hidden(browser.get("/find")))
    as_owner(
        "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NEW.workspace_id = '{team.workspace_id}' THEN"
        "  RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END IF;"
        " RETURN NEW; END $$"
    )
    as_owner("CREATE TRIGGER no_room BEFORE INSERT ON job_events FOR EACH ROW EXECUTE FUNCTION no_room()")
    try:
        full = browser.post("/find", form)
    finally:
        as_owner("DROP TRIGGER no_room ON job_events")
        as_owner("DROP FUNCTION no_room")
    assert (full.status_code, "Retry-After" in full.headers) == (503, True)
    assert jobs_of(team) == []
    with database.scope(team.workspace_id, team.user_id):
        assert database.one("SELECT balance FROM accounts WHERE name = 'held'") == {"balance": 0}
    assert browser.post("/find", _resent(full.text)).status_code == 303
    assert len(jobs_of(team)) == 1


class _Wire:
    """Carries bytes to PostgreSQL until it is cut; then every connection is reset and none is taken."""

    def __init__(self) -> None:
        there = urlsplit(os.environ["DATABASE_URL"])
        self._to = (there.hostname or "127.0.0.1", there.port or 5432)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self._open: set[socket.socket] = set()
        self.cut = threading.Event()
        threading.Thread(target=self._take, daemon=True).start()

    def url(self) -> str:
        there = urlsplit(os.environ["DATABASE_URL"])
        return there._replace(netloc=f"{there.netloc.rpartition('@')[0]}@127.0.0.1:{self.port}").geturl()

    def _take(self) -> None:
        while True:
            came, _ = self._door.accept()
            if self.cut.is_set():
                came.close()
                continue
            onward = socket.create_connection(self._to)
            self._open |= {came, onward}
            for one, other in ((came, onward), (onward, came)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for each in (one, other):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def break_off(self) -> None:
        """Reset everything that is open, and take nobody until :attr:`cut` is cleared."""
        self.cut.set()
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()


@pytest.mark.slow
def test_a_database_that_went_away_and_came_back_is_used_again_without_a_restart(
    browser: Browser, team: Any, outside: Outside
) -> None:
    wire = _Wire()
    stores = {"DATABASE_URL": wire.url()} | outside.environment()
    with served(**stores) as server, worker(outside, DATABASE_URL=wire.url()) as hands:
        with httpx.Client(base_url=server.url, timeout=20, cookies=cookies(browser)) as client:
            _until(lambda: client.get("/readyz").status_code == 200, 60)
            wire.break_off()
            assert client.get("/jobs").status_code == 503
            away = client.get("/api/jobs", headers={"Authorization": "Bearer x.y.z"})
            assert away.status_code in (401, 503)
            ready = client.get("/readyz")
            assert (ready.status_code, ready.json()["away"]) == (503, ["postgresql"])
            assert client.get("/healthz").status_code == 200
            time.sleep(1)
            wire.cut.clear()
            began = time.monotonic()
            _until(lambda: client.get("/jobs").status_code == 200, AWAY_SOON)
            assert time.monotonic() - began < AWAY_SOON
            assert client.get("/readyz").status_code == 200
        assert hands.process.poll() is None
        form = FORM | {"idempotency_key": str(uuid4())}
        assert browser.post("/find", form).status_code == 303
        _until(lambda: jobs_of(team)[0]["finished_at"] is not None, 60)
        assert hands.process.poll() is None
    assert jobs_of(team)[0]["status"] == "succeeded"


def _until(there: Any, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with suppress(httpx.TransportError):
            if there():
                return
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")
