"""What people read where their workspace has come to a limit."""

from __future__ import annotations

from typing import Any

from reachly.engine.claim import take
from reachly.settings import settings
from tests.outside import Outside
from tests.planted import people, plant
from tests.web.browsing import Browser, words
from tests.web.jobs_made import jobs_of, made
from tests.web.test_find_pages import form_of, go_of


def test_a_search_too_many_is_refused_in_words_and_stays_as_it_was_typed(
    browser: Browser, team: Any, outside: Outside, monkeypatch: Any
) -> None:
    monkeypatch.setattr(settings(), "workspace_open_jobs", 1)
    made(team)
    typed = form_of(browser) | {"name": "Nordic carriers"}
    for at in (None, "/find"):
        page = browser.post("/find", typed, at=at)
        assert page.status_code == 422
        assert "This workspace has 1 of at most 1 jobs open" in words(page)
        assert 'value="Nordic carriers"' in page.text
        assert go_of(page) == ("Find 5 leads · at most 5 credits", True)
    assert len(jobs_of(team)) == 1


def test_a_file_too_many_is_refused_in_words(browser: Browser, team: Any, monkeypatch: Any) -> None:
    plant(team, *people(1))
    monkeypatch.setattr(settings(), "workspace_open_jobs", 1)
    made(team)
    form = {"format": "excel", "columns": ["first_name"], "all_matching": "1", "idempotency_key": "k"}
    page = browser.post("/exports", form, at="/leads")
    assert (page.status_code, "1 of at most 1 jobs open" in words(page)) == (422, True)


def test_a_job_that_waits_for_a_place_says_so(browser: Browser, team: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(settings(), "workspace_running_interactive", 2)
    for job_id in [made(team) for _ in range(2)]:
        assert take(job_id, "a worker")
    third = made(team, "Waits")
    assert take(third, "a worker") is None
    said = "waits for a free place (2 of 2 running)"
    assert said in words(browser.get("/jobs"))
    assert said in words(browser.get(f"/jobs/{third}"))
    assert said in words(browser.fragment(f"/jobs/{third}/row", at="/jobs"))
