"""Deleting leads: asked with the exact number, done exactly, taken back."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from reachly.leads import LeadQuery, count
from tests.planted import as_owner, people, plant
from tests.web.browsing import Browser, hidden, words


def acts(response) -> str:
    """The act that the toast on a page takes back."""
    found = re.search(r'action="/actions/([^"]+)/undo"', response.text)
    assert found
    return found[1]


def number(team) -> int:
    return count(team.workspace_id, team.user_id, LeadQuery(), cap=None).number


def test_the_question_names_the_exact_number_of_all_that_match(browser: Browser, team) -> None:
    plant(team, *people(61, country="Norway"), *people(7, country="Sweden"))
    asked = browser.post("/leads/delete", {"all_matching": "1", "country": "Norway"}, at="/leads?country=Norway")
    assert "Delete 61 leads?" in asked.text
    assert number(team) == 68
    done = browser.post("/leads/delete", hidden(asked), at="/leads?country=Norway")
    assert "61 leads deleted" in words(done)
    assert number(team) == 7
    assert "No lead of yours matches this." in done.text


def test_leads_that_came_after_the_question_stay(browser: Browser, team) -> None:
    plant(team, *people(3))
    asked = browser.post("/leads/delete", {"all_matching": "1"}, at="/leads")
    plant(team, *people(2, company="Later"))
    browser.post("/leads/delete", hidden(asked), at="/leads")
    assert number(team) == 2


def test_a_selection_goes_and_comes_back_with_htmx(browser: Browser, team) -> None:
    ids = plant(team, *people(5))
    asked = browser.post("/leads/delete", {"ids": [str(ids[0]), str(ids[3])]}, at="/leads")
    assert "Delete 2 leads?" in asked.text
    done = browser.post("/leads/delete", hidden(asked), at=f"/leads/{ids[0]}?sort=name")
    assert done.headers["HX-Replace-Url"] == "/leads?sort=name"
    assert 'hx-swap-oob="beforeend"' in done.text
    assert '<aside class="panel" id="panel" aria-label="Lead" hidden hx-swap-oob="true">' in done.text
    assert str(ids[3]) not in re.findall(r'<tr id="lead-([^"]+)"', done.text)
    token = acts(done)
    back = browser.post(f"/actions/{token}/undo", at="/leads")
    assert "2 leads restored" in back.headers["HX-Trigger"]
    assert number(team) == 5


def test_without_a_script_the_way_is_the_same(browser: Browser, team) -> None:
    [lead] = plant(team, *people(1))
    asked = browser.post("/leads/delete", {"ids": str(lead)})
    assert "<html" in asked.text
    assert "Delete 1 lead?" in words(asked)
    done = browser.post("/leads/delete", hidden(asked))
    assert (done.status_code, done.headers["Location"]) == (303, "/leads")
    page = browser.get("/leads")
    assert "1 lead deleted" in words(page)
    back = browser.post(f"/actions/{acts(page)}/undo", {"next": "/leads"})
    assert back.status_code == 303
    after = browser.get("/leads")
    assert "1 lead restored" in words(after)
    assert "deleted" not in words(after)


def test_a_deletion_is_undone_once_and_only_for_ten_minutes(browser: Browser, team) -> None:
    [lead, other] = plant(team, *people(2))
    done = browser.post("/leads/delete", {"ids": str(lead), "confirmed": "yes"}, at="/leads")
    token = acts(done)
    assert browser.post(f"/actions/{token}/undo", at="/leads").status_code == 200
    again = browser.post(f"/actions/{token}/undo", at="/leads")
    assert "taken back before" in again.headers["HX-Trigger"]
    late = browser.post("/leads/delete", {"ids": str(other), "confirmed": "yes"}, at="/leads")
    token = acts(late)
    as_owner("UPDATE actions SET undoable_until = now() - interval '1 minute' WHERE id = %s", (token,))
    assert "too long ago" in browser.post(f"/actions/{token}/undo", at="/leads").headers["HX-Trigger"]
    assert number(team) == 1


def test_the_offer_is_loud_once_quiet_where_it_was_done_and_gone_once_put_away(browser: Browser, team) -> None:
    [lead, _] = plant(team, *people(2))
    browser.post("/leads/delete", {"ids": str(lead), "confirmed": "yes"})
    loud, quiet, elsewhere = browser.get("/leads"), browser.get("/leads"), browser.get("/jobs")
    assert ("1 lead deleted" in words(loud), "quiet-toast" in loud.text) == (True, False)
    assert ("1 lead deleted" in words(quiet), "quiet-toast" in quiet.text) == (True, True)
    assert "1 lead deleted" not in words(elsewhere)
    browser.client.set_cookie("dismissed", re.findall(r'data-act="([0-9a-f-]{36})"', quiet.text)[0])
    assert "1 lead deleted" not in words(browser.get("/leads"))


def test_picking_nothing_asks_to_pick(browser: Browser, team) -> None:
    plant(team, *people(1))
    for form in ({}, {"ids": "7"}, {"ids": str(uuid4())}, {"ids": str(uuid4()), "confirmed": "yes"}):
        answer = browser.post("/leads/delete", form, at="/leads")
        assert answer.status_code == 204
        assert "Pick some first" in answer.headers["HX-Trigger"]
    assert browser.post("/leads/delete", {}).status_code == 303
    assert number(team) == 1


def test_nobody_deletes_or_restores_what_is_anothers(browser: Browser, other_browser: Browser, team) -> None:
    [lead] = plant(team, *people(1))
    assert other_browser.post("/leads/delete", {"ids": str(lead), "confirmed": "yes"}, at="/leads").status_code == 204
    assert number(team) == 1
    done = browser.post("/leads/delete", {"ids": str(lead), "confirmed": "yes"}, at="/leads")
    token = acts(done)
    assert other_browser.post(f"/actions/{token}/undo", at="/leads").status_code == 404
    assert other_browser.post(f"/actions/{uuid4()}/undo", at="/leads").status_code == 404
    assert other_browser.post("/actions/7/undo", at="/leads").status_code == 404
    assert number(team) == 0


def test_a_form_without_our_token_changes_nothing(browser: Browser, team) -> None:
    [lead] = plant(team, *people(1))
    for path in ("/leads/delete", f"/actions/{uuid4()}/undo", "/leads/columns"):
        assert browser.post(path, {"ids": str(lead), "confirmed": "yes"}, token="made-up").status_code == 400
    assert number(team) == 1


@pytest.mark.parametrize("count", ["-1", str(2**63), "9" * 400])
def test_a_number_that_nobody_can_have_agreed_to_deletes_nothing(browser: Browser, team, count) -> None:
    plant(team, *people(2))
    form = {"all_matching": "1", "confirmed": "yes", "count": count}
    assert browser.post("/leads/delete", form, at="/leads").status_code == 204
    assert number(team) == 2
