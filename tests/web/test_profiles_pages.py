"""Profiles on their pages: kept from the search, run, timed, paused, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from reachly import lists, profiles
from tests.outside import Outside
from tests.profiles.kept import keep
from tests.web.browsing import Browser, hidden, words
from tests.web.jobs_made import jobs_of

SEARCH = {"industries": ["Software"], "limit": "7", "reveal": ["email"], "sources": ["lusha"], "name": "Kept"}


def _kept(team) -> list[Any]:
    return profiles.page(team.workspace_id, team.user_id).profiles


def test_a_search_is_kept_once_and_fills_the_form_again(browser: Browser, team, outside: Outside) -> None:
    form = SEARCH | dict(hidden(browser.get("/find"))) | {"time_zone": "Europe/Berlin"}
    first = browser.post("/profiles", form)
    again = browser.post("/profiles", form)
    assert (first.status_code, first.headers["Location"]) == (303, again.headers["Location"])
    [profile] = _kept(team)
    assert (profile.kept.name, profile.kept.limit, profile.kept.sources) == ("Kept", 7, ("lusha",))
    assert profile.kept.time_zone == "Europe/Berlin"
    to = browser.get(f"/find?profile={profile.id}").headers["Location"]
    page = browser.get(to)
    assert "Save to this profile" in page.text
    changed = dict(hidden(page)) | SEARCH | {"limit": "9", "job_titles": ["CTO"]}
    browser.post("/profiles", changed, at="/find")
    [profile] = _kept(team)
    assert (profile.kept.limit, profile.kept.filters.job_titles) == (9, ("CTO",))


def test_the_list_of_a_search_is_kept_with_it(browser: Browser, team, outside: Outside) -> None:
    onto = lists.create(team.workspace_id, team.user_id, "Autumn")
    form = SEARCH | dict(hidden(browser.get("/find")))
    browser.post("/profiles", form | {"list": str(onto.id)})
    [profile] = _kept(team)
    assert profile.kept.list_id == onto.id
    page = browser.get(browser.get(f"/find?profile={profile.id}").headers["Location"])
    assert f'<option value="{onto.id}" selected>' in page.text
    browser.post("/profiles", dict(hidden(page)) | SEARCH | {"list": ""})
    assert _kept(team)[0].kept.list_id is None
    browser.post("/profiles", dict(hidden(page)) | SEARCH | {"list": str(team.user_id)})
    assert _kept(team)[0].kept.list_id is None


def test_a_search_from_a_profile_is_one_of_its_runs(browser: Browser, team, outside: Outside) -> None:
    profile = keep(team)
    page = browser.get(browser.get(f"/find?profile={profile}").headers["Location"])
    started = browser.post("/find", dict(hidden(page)) | SEARCH)
    assert started.status_code == 303, started.text
    assert profiles.get(team.workspace_id, team.user_id, profile).last.job_id == jobs_of(team)[0]["id"]
    other = dict(hidden(browser.get("/find"))) | SEARCH | {"limit": "3", "profile": str(team.user_id)}
    assert browser.post("/find", other).status_code == 303


def test_the_page_shows_price_schedule_and_last_run(browser: Browser, team, outside: Outside) -> None:
    assert "No profiles yet" in browser.get("/profiles").text
    profile = keep(team, schedule="weekly", weekday=5, hour=7, time_zone="Europe/Berlin")
    shown = words(browser.get("/profiles"))
    for said in (
        "Software, top",
        "Industry Software",
        "Every Friday at 07:00, Europe/Berlin",
        "at most 5 credits",
        "Never",
    ):
        assert said in shown
    form = dict(hidden(browser.get(f"/profiles/{profile}")))
    started = browser.post(f"/profiles/{profile}/run", form)
    assert started.headers["Location"] == f"/jobs/{jobs_of(team)[0]['id']}"
    assert "Running: watch it" in words(browser.get("/profiles"))


def test_the_form_sets_the_schedule_or_comes_back_as_typed(browser: Browser, team, outside: Outside) -> None:
    profile = keep(team, schedule="off")
    good = {"name": "Mornings", "schedule": "daily", "weekday": "1", "hour": "6", "time_zone": "America/New York"}
    wrong = good | {"time_zone": "Mars", "run_credits": "many", "name": "Still typed"}
    refused = browser.post(f"/profiles/{profile}", wrong)
    assert refused.status_code == 422
    for said in ("There is no such time zone", "A whole number of credits", 'value="many"', 'value="Still typed"'):
        assert said in refused.text
    assert browser.post(f"/profiles/{profile}", good | {"month_credits": "1,200", "notify": "yes"}).status_code == 303
    kept = profiles.get(team.workspace_id, team.user_id, profile).kept
    assert (kept.name, kept.hour, kept.time_zone, kept.month_credits) == ("Mornings", 6, "America/New_York", 1200)


def test_it_is_paused_goes_on_is_deleted_and_comes_back(browser: Browser, team, outside: Outside) -> None:
    profile = keep(team)
    browser.post(f"/profiles/{profile}/pause", {"paused": "yes"})
    assert "Paused" in words(browser.get("/profiles"))
    browser.post(f"/profiles/{profile}/pause", {"paused": "no"})
    assert profiles.get(team.workspace_id, team.user_id, profile).next_run_at
    browser.post(f"/profiles/{profile}/delete")
    said = browser.get("/profiles")
    assert "“Software, top” deleted" in words(said)
    token = said.text.split("/actions/")[1].split("/")[0]
    browser.post(f"/actions/{token}/undo")
    assert len(_kept(team)) == 1


def test_what_cannot_run_is_said_and_starts_nothing(browser: Browser, team, outside: Outside) -> None:
    dear = keep(team, limit=500)
    browser.post(f"/profiles/{dear}/run")
    assert "may cost up to 500 credits and 100 are available" in words(browser.get("/profiles"))
    keep(team, reveal=("phone",), run_credits=2, name="Capped")
    assert "Its credit limit is reached." in words(browser.get("/profiles"))
    assert jobs_of(team) == []


@pytest.mark.parametrize("path", ["", "/run", "/pause", "/delete"])
def test_what_is_not_ours_is_not_there(browser: Browser, other_team, path: str) -> None:
    theirs = keep(other_team)
    assert browser.post(f"/profiles/{theirs}{path}").status_code == 404
    assert browser.get(f"/find?profile={theirs}").status_code == 404
