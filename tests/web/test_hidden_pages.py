"""Hiding from the leads, the page of the hidden, and bringing back, with a script and without."""

from __future__ import annotations

import pytest

from reachly.leads import LeadQuery, count
from tests.hidden.made import at, contacts
from tests.planted import as_owner, people, plant
from tests.web.browsing import Browser, hidden, words


def number(team) -> int:
    return count(team.workspace_id, team.user_id, LeadQuery(), cap=None).number


def test_the_question_names_people_and_companies_and_hides_no_more(browser: Browser, team) -> None:
    at(team, None, "a", "b", domain="one.example")
    at(team, None, "c", domain="two.example")
    asked = browser.post("/hidden/leads", {"all_matching": "1"}, at="/leads")
    assert "Hide 3 leads?" in asked.text
    assert "Exactly the 2 companies they work for" in asked.text
    plant(team, *people(1))
    done = browser.post("/hidden/leads", [*hidden(asked), ("whom", "people")], at="/leads")
    assert "3 people hidden" in words(done)
    assert number(team) == 1
    token = done.text.split("/actions/")[1].split("/")[0]
    browser.post(f"/actions/{token}/undo", {}, at="/leads")
    assert number(team) == 4


def test_a_company_is_hidden_from_one_of_its_people_without_a_script(browser: Browser, team) -> None:
    [lead, *_] = at(team, None, "a", "b", domain="one.example")
    asked = browser.post("/hidden/leads", {"ids": str(lead)})
    assert "<html" in asked.text
    done = browser.post("/hidden/leads", [*hidden(asked), ("whom", "companies"), ("reason", "Ours")])
    assert (done.status_code, number(team)) == (303, 0)
    assert "1 company hidden" in words(browser.get("/leads"))
    shown = words(browser.get("/hidden?of=companies"))
    assert "one.example" in shown
    assert "Ours" in shown


def test_the_hidden_are_searched_and_come_back_one_and_many(browser: Browser, team) -> None:
    ids = plant(team, *people(4))
    who = contacts(team, *ids)
    browser.post("/hidden/contacts", {"contact_ids": [str(each) for each in who], "next": "/leads"})
    assert number(team) == 0
    shown = browser.get("/hidden?q=last0002")
    assert "Last0002" in shown.text
    assert "Last0001" not in shown.text
    browser.post("/hidden/show", {"of": "people", "ids": [str(who[0])], "one": str(who[3])})
    assert number(team) == 1
    browser.post("/hidden/show", {"of": "people", "ids": [str(who[0]), str(who[1])]})
    assert number(team) == 3
    said = browser.get("/hidden")
    assert "2 people brought back" in words(said)


@pytest.mark.parametrize("domains", ["", "not a domain", "a.example, b"])
def test_what_is_no_domain_comes_back_as_typed(browser: Browser, domains: str) -> None:
    refused = browser.post("/hidden/companies", {"domains": domains, "of": "companies"})
    assert refused.status_code == 422
    assert f">{domains}</textarea>" in refused.text


def test_companies_are_hidden_by_their_domains(browser: Browser, team) -> None:
    at(team, None, "a", domain="mail.one.example")
    browser.post("/hidden/companies", {"domains": "https://www.one.example/x\nTwo.example", "reason": "No"})
    shown = words(browser.get("/hidden?of=companies"))
    assert "2 companies hidden" in shown
    assert number(team) == 0


def test_the_pages_say_what_hiding_is_and_show_nothing_of_others(browser: Browser, team, other_team) -> None:
    assert "Nobody is hidden" in browser.get("/hidden").text
    assert "No company is hidden" in browser.get("/hidden?of=companies").text
    Browser(other_team).post("/hidden/companies", {"domains": "secret.example"})
    assert "secret.example" not in browser.get("/hidden?of=companies").text
    assert browser.get("/hidden?after=nonsense").status_code == 200
    as_owner("UPDATE memberships SET role = 'viewer' WHERE user_id = %s", (team.user_id,))
    assert Browser(team).post("/hidden/companies", {"domains": "a.example"}).status_code == 403
