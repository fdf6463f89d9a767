"""The feed of what was done, and taking it back from any page."""

from __future__ import annotations

from uuid import uuid4

import pytest

from reachly import lists
from reachly.actions import note
from reachly.database import scope
from reachly.leads import delete
from reachly.web.activity.words import WORDS
from tests.planted import as_owner, people, plant
from tests.web.browsing import Browser, words


def test_the_feed_tells_who_did_what_by_day(browser: Browser, other_browser: Browser, team) -> None:
    ids = plant(team, *people(3))
    kept = lists.create(team.workspace_id, team.user_id, "DACH <carriers>")
    lists.add(team.workspace_id, team.user_id, kept.id, ids[:2])
    delete(team.workspace_id, team.user_id, ids[2:])
    page = browser.get("/activity")
    told = words(page)
    assert "Today" in told
    assert told.index("Alice deleted 1 lead") < told.index("Alice added 2 leads to “DACH <carriers>”")
    assert told.index("added 2 leads") < told.index("made the list “DACH <carriers>”")
    assert f'href="/lists/{kept.id}"' in page.text
    assert page.text.count(">Undo</button>") == 2
    assert "DACH" not in other_browser.get("/activity").text


def test_the_feed_is_narrowed_by_person_kind_day_and_lead(browser: Browser, team) -> None:
    ids = plant(team, *people(2))
    kept = lists.create(team.workspace_id, team.user_id, "Kept")
    lists.add(team.workspace_id, team.user_id, kept.id, ids[:1])
    delete(team.workspace_id, team.user_id, ids[1:])
    as_owner("UPDATE actions SET created_at = '2026-11-03T12:00Z' WHERE kind = 'list.create'")
    told = {
        query: words(browser.fragment(f"/activity?{query}", at="/activity"))
        for query in (
            "kind=list",
            "kind=leads",
            f"by={team.user_id}",
            f"by={uuid4()}",
            "since=2026-11-03&until=2026-11-03",
            f"lead={ids[0]}",
            "kind=nonsense&by=7&since=x&until=9999-12-31&after=7",
        )
    }
    seen = {
        query: tuple(word in text for word in ("made the list", "added 1 lead", "deleted 1 lead"))
        for query, text in told.items()
    }
    assert list(seen.values()) == [
        (True, True, False),
        (False, False, True),
        (True, True, True),
        (False, False, False),
        (True, False, False),
        (False, True, False),
        (True, True, True),
    ]
    assert "Tuesday, 3 November 2026" in told["since=2026-11-03&until=2026-11-03"]
    assert browser.get(f"/activity?lead={uuid4()}").status_code == 404


def test_pages_of_the_feed_go_on_and_back(browser: Browser, team) -> None:
    with scope(team.workspace_id, team.user_id):
        for number in range(61):
            note("tests.count", number)
    first = browser.get("/activity")
    assert first.text.count("<li>") == 50
    after = first.text.split('aria-label="Next page"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(after)
    assert second.text.count("<li>") == 11
    assert "Tests: count (10)" in words(second)
    assert 'href="/activity" aria-label="Previous page"' in second.text


def test_a_kind_nobody_has_words_for_is_told_plainly(browser: Browser, team) -> None:
    with scope(team.workspace_id, team.user_id):
        note("rockets.sent_up", 3, data={"name": "Ariane"})
        note("list.create")
    told = words(browser.get("/activity"))
    assert "Rockets: sent up “Ariane” (3)" in told
    assert "made the list “–”" in told


@pytest.mark.parametrize("kind", WORDS)
def test_every_kind_is_told_even_where_nothing_is_known_of_it(browser: Browser, team, kind: str) -> None:
    with scope(team.workspace_id, team.user_id):
        note(kind, 2)
    assert browser.get("/activity").status_code == 200


def test_an_act_is_taken_back_in_the_feed_and_says_how_many_came(browser: Browser, team) -> None:
    ids = plant(team, *people(3))
    gone = delete(team.workspace_id, team.user_id, ids)
    as_owner("UPDATE leads SET deleted_at = NULL WHERE id = %s", (ids[0],))
    back = browser.post(f"/actions/{gone.action}/undo", at="/activity?kind=leads")
    assert "2 leads restored; 1 found again or deleted again since" in back.headers["HX-Trigger"].encode().decode(
        "unicode-escape"
    )
    assert back.headers["HX-Retarget"] == "#activity"
    assert "Taken back" in words(back)
    assert ">Undo</button>" not in back.text


def test_elsewhere_the_page_is_loaded_again_and_says_what_came_of_it(browser: Browser, team) -> None:
    delete(team.workspace_id, team.user_id, plant(team, *people(1)))
    back = browser.post("/actions/last/undo", at="/jobs")
    assert (back.status_code, back.headers["HX-Refresh"]) == (204, "true")
    assert "1 lead restored" in words(browser.get("/jobs"))
    assert "nothing of yours" in browser.post("/actions/last/undo", at="/leads").headers["HX-Trigger"]


def test_the_panel_tells_what_happened_to_a_lead(browser: Browser, team) -> None:
    ids = plant(team, *people(2))
    kept = lists.create(team.workspace_id, team.user_id, "Nordics")
    lists.add(team.workspace_id, team.user_id, kept.id, ids[:1])
    told = words(browser.fragment(f"/leads/{ids[0]}"))
    assert "Added to “Nordics” Alice" in told
    assert "Found" in told
    assert "Nordics" not in words(browser.fragment(f"/leads/{ids[1]}"))
