"""The list of jobs narrowed down: state, kind, person, period, text and problems, in three orders, in the address."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from reachly.database import scope
from reachly.engine import choice
from reachly.engine.choice import Choice
from reachly.engine.claim import take
from tests.conftest import Team, new_team
from tests.oversight.made import call
from tests.planted import as_owner
from tests.web.browsing import Browser, words
from tests.web.jobs_made import made, source_state
from tests.web.test_jobs_pages import titles


def counts(page: Any) -> dict[str, int]:
    """The number beside each tab."""
    return {name: int(many) for name, many in re.findall(r'>([A-Z][a-z]+)<span class="count">(\d+)</span>', page.text)}


@pytest.fixture
def colleague(team: Any) -> Team:
    """Carol, who works in Alice's workspace too."""
    carol = new_team()
    as_owner("INSERT INTO memberships (workspace_id, user_id) VALUES (%s, %s)", (team.workspace_id, carol.user_id))
    as_owner("UPDATE users SET name = 'Carol <b>' WHERE id = %s", (carol.user_id,))
    return Team(team.workspace_id, carol.user_id, carol.email)


def test_text_finds_names_and_numbers_and_takes_signs_as_they_are(browser: Browser, team: Any) -> None:
    for name in ("Nordic 100% fintech", "Carriers", "Nordic_rail"):
        made(team, name, hold=0)
    assert titles(browser.get("/jobs?q=nordic")) == ["Nordic_rail", "Nordic 100% fintech"]
    assert titles(browser.get("/jobs?q=a_r")) == []
    assert titles(browser.get("/jobs?q=c_rail")) == ["Nordic_rail"]
    assert titles(browser.get("/jobs?q=0%25")) == ["Nordic 100% fintech"]
    for number in ("2", "job 2", "Job%20%232", "%202%20"):
        assert titles(browser.get(f"/jobs?q={number}")) == ["Carriers"]
    for odd in ("%27%3B--", "%5C", "%00", "9" * 30, "%F0%9F%98%80", "((("):
        assert browser.get(f"/jobs?q={odd}").status_code == 200
    assert "No job matches this." in words(browser.get("/jobs?q=nothing"))


def test_jobs_are_chosen_by_person_and_period(browser: Browser, team: Any, colleague: Team) -> None:
    made(team, "Old", hold=0)
    made(colleague, "Hers", hold=0)
    made(team, "New", hold=0)
    as_owner("UPDATE jobs SET created_at = '2026-03-31 23:59:59+00' WHERE name = 'Old'")
    page = browser.get("/jobs")
    assert f'<option value="{colleague.user_id}">Carol &lt;b&gt;</option>' in page.text
    assert titles(browser.get(f"/jobs?by={colleague.user_id}")) == ["Hers"]
    assert titles(browser.get("/jobs?until=2026-03-31")) == ["Old"]
    assert titles(browser.get("/jobs?until=2026-03-30")) == []
    assert titles(browser.get("/jobs?since=2026-04-01")) == ["New", "Hers"]
    assert titles(browser.get("/jobs?since=never&until=9999-12-31&by=x&sort=x")) == ["New", "Hers", "Old"]


def test_with_problems_are_those_that_failed_crashed_lost_a_source_or_a_call(browser: Browser, team: Any) -> None:
    failed, crashed, source, lost = (made(team, name, hold=0) for name in ("Failed", "Crashed", "Source", "Call"))
    made(team, "Fine", hold=0)
    claim = take(failed, "host:1")
    assert claim is not None
    claim.end("failed", code="x", text="x")
    as_owner("UPDATE jobs SET crashes = 1 WHERE id = %s", (crashed,))
    source_state(team, source, state="failed")
    call(team, lost)
    page = browser.get("/jobs?problems=yes")
    assert titles(page) == ["Call", "Source", "Crashed", "Failed"]
    assert counts(page) == {"All": 4, "Open": 3, "Finished": 0, "Failed": 1, "Stopped": 0}


def test_counts_per_state_follow_the_other_filters_and_links_keep_them(browser: Browser, team: Any) -> None:
    made(team, "Nordic one", hold=0)
    made(team, "Nordic two", hold=0)
    made(team, "Other", hold=0)
    page = browser.get("/jobs?q=nordic&state=open&sort=oldest")
    assert titles(page) == ["Nordic one", "Nordic two"]
    assert counts(page)["All"] == 2
    assert 'href="/jobs?state=failed&amp;q=nordic&amp;sort=oldest"' in page.text
    assert '<input type="hidden" name="state" value="open">' in page.text


@pytest.mark.parametrize("order", list(choice.ORDERS))
def test_pages_in_every_order_lead_on_and_back_without_skipping(browser: Browser, team: Any, order: str) -> None:
    for number in range(1, 121):
        made(team, f"Search {number}", hold=0)
    as_owner(
        "UPDATE jobs SET credits_held = number %% 7, credits_spent = number %% 7 WHERE workspace_id = %s",
        (team.workspace_id,),
    )
    wanted = {
        "newest": list(range(120, 0, -1)),
        "oldest": list(range(1, 121)),
        "credits": sorted(range(1, 121), key=lambda number: (-(number % 7), -number)),
    }[order]
    page, pages = browser.get(f"/jobs?sort={order}"), []
    while True:
        pages.append(titles(page))
        following = re.search(r'href="([^"]+)" aria-label="Next page"', page.text)
        if not following:
            break
        page = browser.get(unescape(following[1]))
    assert [title for each in pages for title in each] == [f"Search {number}" for number in wanted]
    back = re.search(r'href="([^"]+)" aria-label="Previous page"', page.text)
    assert back
    assert titles(browser.get(unescape(back[1]))) == pages[1]
    assert "101–120 of 120" in words(page)


def test_a_script_gets_the_list_and_the_tabs_beside_it_with_a_clean_address(browser: Browser, team: Any) -> None:
    made(team, "Nordic", hold=0)
    answer = browser.fragment("/jobs?q=nordic&kind=&by=&since=&until=&sort=newest", at="/jobs", target="jobs")
    assert answer.headers["HX-Push-Url"] == "/jobs?q=nordic"
    assert answer.text.lstrip().startswith('<section id="jobs"')
    assert '<div id="job-tabs" hx-swap-oob="true">' in answer.text


def test_nobody_is_offered_or_finds_what_belongs_to_another_workspace(
    browser: Browser, other_browser: Browser, team: Any, other_team: Any
) -> None:
    made(team, "Secret", hold=0)
    assert titles(other_browser.get("/jobs?q=secret")) == []
    assert titles(other_browser.get(f"/jobs?by={team.user_id}")) == []
    with scope(other_team.workspace_id, other_team.user_id):
        assert [person for person, _ in choice.people()] == [other_team.user_id]
        assert choice.counts(Choice()) == {}
