"""What people read where their workspace has come to a limit."""

from __future__ import annotations

import re
from typing import Any

from reachly.cache import shared
from reachly.engine.claim import take
from reachly.providers.registry import _slots, config_for
from reachly.settings import settings
from tests.outside import Outside
from tests.planted import people, plant
from tests.web.browsing import Browser, words
from tests.web.jobs_made import jobs_of, made
from tests.web.searching import form_of, go_of


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


def test_the_owner_sets_limits_and_everybody_sees_how_far_they_are_used(browser: Browser, team: Any) -> None:
    page = browser.post("/credits/limits", {"limit-workspace": "40", f"limit-{team.user_id}": ""})
    assert page.status_code == 303
    made(team, hold=30)
    said = words(browser.get("/credits"))
    assert "0 spent, 30 held of 40 (75 %)" in said
    assert 'name="limit-workspace"' in browser.get("/credits").text
    wrong = browser.post("/credits/limits", {"limit-workspace": "a lot", f"limit-{team.user_id}": "12"})
    assert wrong.status_code == 422
    assert "A whole number of credits" in words(wrong)
    assert 'value="a lot"' in wrong.text
    assert 'value="12"' in wrong.text
    assert "no limit" in words(browser.get("/credits"))  # all or nothing: the person's was not set either


def test_a_search_past_the_months_limit_is_told_before_and_refused_in_words(
    browser: Browser, team: Any, outside: Outside
) -> None:
    browser.post("/credits/limits", {"limit-workspace": "12"})
    made(team, hold=8)
    told = browser.post("/find/estimate", form_of(browser), at="/find")
    assert "this workspace's limit of 12 credits a month 4 are left" in words(told)
    assert "Find 4 leads instead" in words(told)
    refused = browser.post("/find", form_of(browser) | {"name": "Kept"}, at="/find")
    assert refused.status_code == 402
    assert "which leaves 4, and this may cost up to 5" in words(refused)
    assert 'value="Kept"' in refused.text
    assert len(jobs_of(team)) == 1


def test_a_warning_stands_on_every_page_until_it_is_put_away(browser: Browser, team: Any) -> None:
    browser.post("/credits/limits", {"limit-workspace": "20"})
    made(team, hold=16)
    page = browser.get("/jobs")
    assert "80 % of this workspace's limit of 20 credits a month are spent or held; 4 are left." in words(page)
    [address] = set(re.findall(r'action="(/credits/warnings/[^"]+)"', page.text))
    assert browser.post(address).status_code == 303
    assert "of this workspace's limit" not in words(browser.get("/jobs"))


def test_a_limit_for_one_search_comes_back_with_it_and_bounds_what_is_held(
    browser: Browser, team: Any, outside: Outside
) -> None:
    page = browser.post("/find/estimate", form_of(browser) | {"max_credits": "3"}, at="/find")
    assert go_of(page) == ("Find 5 leads · at most 3 credits", True)
    assert "max_credits=3" in page.headers["HX-Replace-Url"]
    assert browser.post("/find", form_of(browser) | {"max_credits": "3"}, at="/find").status_code == 204
    assert [(row["credits_held"], row["params"]["max_credits"]) for row in jobs_of(team)] == [(3, 3)]
    wrong = browser.post("/find", form_of(browser) | {"max_credits": "some"}, at="/find")
    assert (wrong.status_code, "A whole number of credits" in words(wrong)) == (422, True)
    for huge in ("9" * 12, "0" * 11 + "1" + "9" * 5000):
        wrong = browser.post("/find", form_of(browser) | {"max_credits": huge}, at="/find")
        assert (wrong.status_code, "A whole number of credits" in words(wrong)) == (422, True)
    little = browser.post("/find", form_of(browser) | {"max_credits": "2", "reveal": ["email", "phone"]}, at="/find")
    assert "One lead can cost 6 credits" in words(little)


def test_a_slow_provider_is_told_before_a_search_is_started(browser: Browser, outside: Outside) -> None:
    config = config_for("lusha", settings())
    assert config
    room = _slots(config, shared(), "Lusha")
    room.give(room.take(), 60_000)
    said = words(browser.post("/find/estimate", form_of(browser), at="/find"))
    assert "Lusha answers slowly at the moment. A search takes longer, waits by itself, and costs no more." in said
    assert "Slow" in words(browser.get("/find"))
