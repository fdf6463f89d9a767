"""Unlocking on pages: in place with the price on the button, many after a question, and all of it without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest

from reachly import lists, unlock
from reachly.settings import settings
from tests.planted import as_owner
from tests.unlock.held import balance, held, lead, row
from tests.unlock.test_unlock_by_providers import work
from tests.web.browsing import Browser, hidden, words


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No provider has a key unless a test gives it one."""
    monkeypatch.setattr(settings(), "lusha_api_key", None)
    monkeypatch.setattr(settings(), "clay_api_key", None)


def test_a_locked_field_has_a_button_with_its_price(browser: Browser, team: Any) -> None:
    lead_id = lead(team, held(phone="+4915112345678"))
    page = browser.get("/leads")
    assert f'formaction="/leads/{lead_id}/unlock/email"' in page.text
    assert 'aria-label="Unlock · 1: the e-mail of Ada Held' in page.text
    assert re.search(r"the phone of Ada Held\w*, 5 credits", page.text)
    panel = browser.fragment(f"/leads/{lead_id}")
    assert f'action="/leads/{lead_id}/unlock/phone"' in panel.text
    assert "Unlock phone · 5 credits" in words(panel)


def test_a_field_is_unlocked_in_place_and_the_balance_follows(browser: Browser, team: Any) -> None:
    lead_id = lead(team, held("ada@place.example"))
    answer = browser.post(f"/leads/{lead_id}/unlock/email", at="/leads")
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith(f'<tr id="lead-{lead_id}"')
    assert "ada@place.example" in answer.text
    assert "E-mail unlocked for 1 credit" in answer.headers["HX-Trigger"]
    assert '"balance"' in answer.headers["HX-Trigger"]
    assert balance(team)["available"] == 99
    again = browser.post(f"/leads/{lead_id}/unlock/email", at="/leads")
    assert "unlocked already" in again.headers["HX-Trigger"]
    assert balance(team)["available"] == 99


def test_from_the_panel_the_panel_comes_back_and_the_row_beside_it(browser: Browser, team: Any) -> None:
    lead_id = lead(team, held("ada@panel.example"))
    answer = browser.client.post(
        f"/leads/{lead_id}/unlock/email",
        data={"csrf_token": browser.token()},
        headers={"HX-Request": "true", "HX-Target": "panel", "HX-Current-URL": f"http://localhost/leads/{lead_id}"},
    )
    assert answer.text.lstrip().startswith("<aside")
    assert f'<template><tr id="lead-{lead_id}" hx-swap-oob="true"' in answer.text
    assert answer.text.count("ada@panel.example") >= 2
    assert "It bounced" in answer.text


def test_without_a_script_it_is_a_form_and_a_page(browser: Browser, team: Any) -> None:
    lead_id = lead(team, held("ada@plain.example"))
    answer = browser.post(f"/leads/{lead_id}/unlock/email", {"ids": str(lead_id)})
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"])
    assert "ada@plain.example" in page.text
    assert "E-mail unlocked for 1 credit" in words(page)


def test_what_nobody_has_is_free_and_said(browser: Browser, team: Any) -> None:
    lead_id = lead(team, held(None))
    answer = browser.post(f"/leads/{lead_id}/unlock/email", at="/leads")
    assert "cost nothing" in answer.headers["HX-Trigger"]
    assert browser.post(f"/leads/{lead_id}/unlock/fax", at="/leads").status_code == 404
    assert balance(team)["available"] == 100


def test_while_a_job_asks_the_row_asks_for_itself(browser: Browser, team: Any, outside: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(settings(), "unlock_wait", 0)
    lead_id = lead(team, held(None, phone=None))
    answer = browser.post(f"/leads/{lead_id}/unlock/email", at="/leads")
    url = re.search(r'hx-get="(/leads/[^"]+/unlock/email/[^"]+)"', answer.text)
    assert url
    again = browser.fragment(url[1])
    assert 'hx-trigger="load delay:2s"' in again.text
    assert "HX-Trigger" not in again.headers
    assert browser.post(f"/leads/{lead_id}/unlock/email", at="/leads").text.count(url[1]) == 1, "asked for once"


def test_many_are_named_and_priced_before_they_start(browser: Browser, team: Any) -> None:
    leads = [lead(team, held(phone="+4915112345678")) for _ in range(3)]
    question = browser.post("/leads/unlock", {"ids": [str(each) for each in leads]}, at="/leads")
    told = words(question)
    assert "Unlock 3 leads?" in told
    assert "3 e-mails all known, at once 3 credits" in told
    assert "3 e-mails and 3 phones all known, at once 18 credits" in told
    form = hidden(question)
    started = browser.post("/leads/unlock", [*form, ("fields", "email")], at="/leads")
    assert started.status_code == 204
    assert started.headers["HX-Redirect"].startswith("/jobs/")
    page = browser.get(started.headers["HX-Redirect"])
    assert "fields unlocked" in words(page)
    assert {row(team, each)["credits"] for each in leads} == {1}
    nothing = browser.post("/leads/unlock", [*hidden(question), ("fields", "email")], at="/leads")
    assert nothing.headers["HX-Redirect"] == started.headers["HX-Redirect"], "the same press again"
    assert balance(team)["available"] == 97


def test_no_more_is_held_than_was_shown_and_those_it_was_shown_for_come_first(browser: Browser, team: Any) -> None:
    known = [lead(team, held()) for _ in range(2)]
    unknown = held(None)
    lead(team, unknown)
    question = browser.post("/leads/unlock", {"all_matching": "1"}, at="/leads")
    assert "2 e-mails" in words(question)
    later = [lead(team, held()) for _ in range(3)]
    as_owner("UPDATE contacts SET email = 'x@learned.example', email_status = 'valid' WHERE id = %s", (unknown,))
    refused = browser.post("/leads/unlock", [*hidden(question), ("fields", "email")], at="/leads")
    assert "This may cost 3 by now, not 2. Nothing was taken" in words(refused)
    assert balance(team)["available"] == 100
    as_owner("UPDATE contacts SET email = NULL, email_status = NULL WHERE id = %s", (unknown,))
    started = browser.post("/leads/unlock", [*hidden(question), ("fields", "email")], at="/leads")
    assert started.headers["HX-Redirect"].startswith("/jobs/")
    assert [row(team, each)["credits"] for each in [*known, *later]] == [1, 1, 0, 0, 0]


def test_more_than_there_is_for_is_refused_in_the_question(browser: Browser, team: Any, monkeypatch: Any) -> None:
    leads = [str(lead(team, held(phone="+4915112345678"))) for _ in range(21)]
    question = browser.post("/leads/unlock", {"ids": leads}, at="/leads")
    assert re.search(r'value="phone" disabled', question.text)
    refused = browser.post("/leads/unlock", [*hidden(question), ("fields", "phone")], at="/leads")
    assert "This may cost 105 credits, and 100 are available." in words(refused)
    assert balance(team)["available"] == 100


def test_a_bounce_is_reported_from_the_panel(browser: Browser, team: Any) -> None:
    lead_id = lead(team, held())
    browser.post(f"/leads/{lead_id}/unlock/email", at="/leads")
    answer = browser.client.post(
        f"/leads/{lead_id}/bounced",
        data={"csrf_token": browser.token()},
        headers={"HX-Request": "true", "HX-Target": "panel", "HX-Current-URL": f"http://localhost/leads/{lead_id}"},
    )
    assert "The credit is back" in answer.headers["HX-Trigger"]
    assert "Invalid" in words(answer)
    assert balance(team)["available"] == 100
    assert "Bounced: Ada" in words(browser.get("/credits"))


def test_somebody_elses_lead_is_not_there(browser: Browser, other_team: Any) -> None:
    lead_id = lead(other_team, held())
    for url in (f"/leads/{lead_id}/unlock/email", f"/leads/{lead_id}/bounced"):
        assert browser.post(url, at="/leads").status_code == 404


def test_the_jobs_page_tells_what_was_unlocked_and_for_whom(browser: Browser, team: Any) -> None:
    lead_id = lead(team, held("ada@job.example", last_name="Told"))
    browser.post(f"/leads/{lead_id}/unlock/email", at="/leads")
    jobs = browser.get("/jobs?kind=enrich_leads")
    assert "E-mail of Ada Told" in words(jobs)
    url = re.search(r'href="(/jobs/[^"]+)"[^>]*>E-mail of Ada Told', jobs.text)
    assert url
    page = browser.get(url[1])
    told = words(page)
    assert "1 / 1 fields unlocked" in told
    assert "Catalogue" in told
    assert "ada@job.example" in told
    shown = re.search(r'href="(/leads\?unlocked_by=[^"]+)"', page.text)
    assert shown
    assert "Unlocked by E-mail of Ada Told" in words(browser.get(shown[1]))


def test_every_page_says_the_same_of_a_field_before_and_after_nobody_had_it(
    browser: Browser, team: Any, outside: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(settings(), "provider_backoff", 0.05)
    monkeypatch.setattr("reachly.providers.clay.routines.WAITS", (0.05,))
    contact = held()
    lead_id, who = lead(team, contact), (team.workspace_id, team.user_id)
    kept = lists.create(*who, "Kept").id
    lists.add(*who, kept, [lead_id])
    name = row(team, lead_id)["last_name"]

    def shown() -> list[bool]:
        """Whether the row, the panel, the catalogue and the list offer the phone."""
        pages = browser.get("/leads").text, browser.fragment(f"/leads/{lead_id}").text
        return [
            f"/leads/{lead_id}/unlock/phone" in pages[0],
            f"/leads/{lead_id}/unlock/phone" in pages[1],
            f"/catalogue/{contact}/unlock/phone" in browser.get(f"/catalogue?q={name}").text,
            "Phone Not unlocked" in words(browser.get(f"/lists/{kept}")),
        ]

    assert shown() == [True] * 4
    job = unlock.ask(*who, [contact], ["phone"]).job
    assert job is not None
    assert work(job.job_id) == "succeeded"
    assert row(team, lead_id)["phone"] is None
    assert shown() == [False] * 4
    for page in (browser.get("/leads"), browser.fragment(f"/leads/{lead_id}"), browser.get(f"/lists/{kept}")):
        assert "Phone Not found" in words(page)


def test_a_search_says_how_many_the_catalogue_has(browser: Browser, team: Any, outside: Any) -> None:
    held(industry="Basket weaving")
    form = {"industries": ["Basket weaving"], "limit": "5", "reveal": ["email"], "sources": ["lusha"]}
    answer = browser.post("/find/estimate", form, at="/find")
    assert "In our catalogue already 1" in words(answer)
    assert 'href="/catalogue?industries=Basket+weaving&amp;owned=false"' in answer.text
