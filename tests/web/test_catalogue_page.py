"""The page of the catalogue: everybody, masked, saved and unlocked from there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from reachly.database import rows, scope
from reachly.settings import settings
from tests.unlock.held import balance, held
from tests.web.browsing import Browser, hidden, words


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No provider has a key."""
    monkeypatch.setattr(settings(), "lusha_api_key", None)
    monkeypatch.setattr(settings(), "clay_api_key", None)


@pytest.fixture
def mark() -> str:
    """A name that nobody else has."""
    return f"Zz{uuid4().hex[:10]}"


def _leads(team: Any) -> list[dict[str, Any]]:
    with scope(team.workspace_id, team.user_id):
        return rows("SELECT id, contact_id, email FROM leads WHERE deleted_at IS NULL")


def test_people_are_shown_masked_with_prices_and_filters(browser: Browser, team: Any, mark: str) -> None:
    held("maria@acme.example", phone="+4915112345678", last_name=mark)
    page = browser.get(f"/catalogue?q={mark}&seniorities=vp&owned=false")
    assert page.status_code == 200
    told = words(page)
    assert "m•••@acme.example" in told
    assert "+49 •••" in told
    assert "1–1 of 1" in told
    assert "maria@" not in page.text
    assert ": the e-mail of Ada" in page.text
    assert 'name="seniorities" value="vp" checked' in page.text
    none = words(browser.get(f"/catalogue?q={mark}&seniorities=intern"))
    assert "Nobody in the catalogue is like this" in none


def test_with_htmx_the_table_comes_alone_and_has_an_address(browser: Browser, team: Any, mark: str) -> None:
    held(last_name=mark)
    answer = browser.fragment(f"/catalogue?q={mark}&departments_add=Sales", at="/catalogue")
    assert answer.text.startswith("<form")
    assert answer.headers["HX-Push-Url"] == f"/catalogue?q={mark}&departments=Sales"
    assert browser.get(f"/catalogue?q={mark}&departments_add=Sales").status_code == 302


def test_pages_lead_on_and_back(browser: Browser, team: Any, mark: str, monkeypatch: Any) -> None:
    monkeypatch.setattr("reachly.web.catalogue.table.ROWS", 2)
    for _ in range(5):
        held(last_name=mark)
    import re
    from html import unescape

    seen, url = [], f"/catalogue?q={mark}"
    for place in ("1–2 of 5", "3–4 of 5", "5–5 of 5"):
        page = browser.get(url)
        assert place in words(page)
        seen += re.findall(r'<tr id="person-([^"]+)"', page.text)
        following = re.search(r'href="([^"]+)" aria-label="Next page"', page.text)
        url = unescape(following[1]) if following else url
    assert len(set(seen)) == 5
    back = re.search(r'href="([^"]+)" aria-label="Previous page"', page.text)
    assert back
    assert "3–4 of 5" in words(browser.get(unescape(back[1])))


def test_people_are_saved_free_and_that_can_be_taken_back(browser: Browser, team: Any, mark: str) -> None:
    contacts = [held(last_name=mark) for _ in range(2)]
    answer = browser.post("/catalogue/save", {"ids": [str(each) for each in contacts]}, at=f"/catalogue?q={mark}")
    assert "2 people saved as leads, free" in words(answer)
    assert words(answer).count("Yours") >= 2
    assert len(_leads(team)) == 2
    undo = next(each for each in answer.text.split('"') if each.startswith("/actions/"))
    browser.post(undo, at=f"/catalogue?q={mark}")
    assert _leads(team) == []
    assert balance(team)["available"] == 100


def test_without_a_script_saving_leads_back(browser: Browser, team: Any, mark: str) -> None:
    contact = held(last_name=mark)
    answer = browser.post("/catalogue/save", {"ids": str(contact), "q": mark})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/catalogue?q={mark}")
    assert browser.post("/catalogue/save", {}).status_code == 303


def test_one_is_unlocked_from_the_row_and_becomes_a_lead(browser: Browser, team: Any, mark: str) -> None:
    contact = held("maria@row.example", last_name=mark)
    answer = browser.post(f"/catalogue/{contact}/unlock/email", at=f"/catalogue?q={mark}")
    assert answer.text.lstrip().startswith(f'<tr id="person-{contact}"')
    assert "maria@row.example" in answer.text
    assert balance(team)["available"] == 99
    (saved,) = _leads(team)
    assert saved["email"] == "maria@row.example"
    assert browser.post(f"/catalogue/{uuid4()}/unlock/email", at="/catalogue").status_code == 404


def test_many_are_asked_about_before_anybody_is_saved(browser: Browser, team: Any, mark: str) -> None:
    contacts = [str(held(last_name=mark)) for _ in range(2)]
    question = browser.post("/catalogue/unlock", {"ids": contacts}, at="/catalogue")
    assert "2 e-mails all known, at once 2 credits" in words(question)
    assert _leads(team) == []
    started = browser.post("/catalogue/unlock", [*hidden(question), ("fields", "email")], at="/catalogue")
    assert started.headers["HX-Redirect"].startswith("/jobs/")
    assert len([each for each in _leads(team) if each["email"]]) == 2
    assert balance(team)["available"] == 98


def test_who_became_a_lead_is_told_where_the_unlock_is_refused(browser: Browser, team: Any, mark: str) -> None:
    contacts = [str(held(last_name=mark, phone="+4915112345678")) for _ in range(21)]
    question = browser.post("/catalogue/unlock", {"ids": contacts}, at="/catalogue")
    refused = browser.post("/catalogue/unlock", [*hidden(question), ("fields", "phone")], at="/catalogue")
    assert "and 100 are available. Nothing was unlocked; 21 people were saved as leads, free." in words(refused)
    assert len(_leads(team)) == 21


def test_people_go_onto_a_list_once_that_is_confirmed(browser: Browser, team: Any, mark: str) -> None:
    contacts = [str(held(last_name=mark)) for _ in range(2)]
    question = browser.post("/catalogue/list", {"ids": contacts}, at="/catalogue")
    assert "Add 2 leads to a list" in words(question)
    assert _leads(team) == []
    form = [*hidden(question), ("list", "new"), ("name", "Buyers"), ("visibility", "team")]
    answer = browser.post("/lists/add", form, at="/catalogue")
    assert "2 leads added to “Buyers”" in words(answer)
    assert len(_leads(team)) == 2


def test_people_are_hidden_and_gone(browser: Browser, team: Any, mark: str) -> None:
    contact = held(last_name=mark)
    answer = browser.post("/catalogue/hide", {"ids": str(contact)}, at=f"/catalogue?q={mark}")
    assert "1 person hidden" in words(answer)
    assert "Nobody in the catalogue is like this" in words(answer)


def _every(mark: str, **more: str) -> dict[str, str]:
    return {"q": mark, "all_matching": "1"} | more


def test_all_who_match_are_saved_after_their_exact_number_was_agreed_to(browser: Browser, team: Any, mark: str) -> None:
    first = [held(last_name=mark) for _ in range(3)]
    at = f"/catalogue?q={mark}"
    assert "All 3 matching" in words(browser.get(at))
    browser.post("/catalogue/save", {"ids": str(first[0])}, at=at)
    question = browser.post("/catalogue/save", _every(mark, ids=str(first[0])), at=at)
    assert (question.headers["HX-Retarget"], len(_leads(team))) == ("#dialog", 1)
    assert "Save 2 people?" in words(question)
    held(last_name=mark)
    saved = browser.post("/catalogue/save", hidden(question), at=at)
    assert "2 people saved as leads, free" in words(saved)
    assert len(_leads(team)) == 3
    undo = next(each for each in saved.text.split('"') if each.startswith("/actions/"))
    browser.post(undo, at=at)
    assert len(_leads(team)) == 1


def test_all_who_match_are_hidden_and_shown_again(browser: Browser, team: Any, mark: str) -> None:
    for _ in range(3):
        held(last_name=mark)
    question = browser.post("/catalogue/hide", _every(mark))
    assert "Hide 3 people?" in words(question)
    done = browser.post("/catalogue/hide", hidden(question), at=f"/catalogue?q={mark}")
    assert "3 people hidden" in words(done)
    assert "Nobody in the catalogue is like this" in words(done)
    browser.post(next(each for each in done.text.split('"') if each.startswith("/actions/")), at="/catalogue")
    assert "1–3 of 3" in words(browser.get(f"/catalogue?q={mark}"))


def test_all_who_match_go_onto_a_list_and_are_unlocked_at_a_named_price(browser: Browser, team: Any, mark: str) -> None:
    for _ in range(3):
        held(last_name=mark)
    question = browser.post("/catalogue/list", _every(mark), at="/catalogue")
    assert "Add 3 leads to a list" in words(question)
    assert _leads(team) == []
    made = [*hidden(question), ("list", "new"), ("name", mark), ("visibility", "team")]
    assert "3 leads added" in words(browser.post("/lists/add", made, at="/catalogue"))
    assert len(_leads(team)) == 3
    question = browser.post("/catalogue/unlock", _every(mark), at="/catalogue")
    assert "3 e-mails all known, at once 3 credits" in words(question)
    browser.post("/catalogue/unlock", [*hidden(question), ("fields", "email")], at="/catalogue")
    assert len([each for each in _leads(team) if each["email"]]) == 3
    assert balance(team)["available"] == 97


def test_more_than_are_done_at_once_are_the_first_and_it_is_said(
    browser: Browser, team: Any, mark: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr("reachly.catalogue.listing.MOST_MATCHING", 3)
    for _ in range(4):
        held(last_name=mark)
    for path, asked in (("save", "Save 2 people?"), ("list", "Add 2 leads"), ("unlock", "Unlock 2 leads?")):
        question = words(browser.post(f"/catalogue/{path}", _every(mark), at="/catalogue"))
        assert asked in question
        assert "More than 2 people match, and these are the first 2" in question
