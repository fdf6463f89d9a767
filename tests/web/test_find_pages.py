"""The search page: what it shows, keeps, refuses and starts."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest

from reachly import lists
from reachly.database import rows, scope
from reachly.settings import settings
from tests.generate.finding import work
from tests.outside import Outside
from tests.planted import people, plant
from tests.web.browsing import Browser, hidden, words
from tests.web.jobs_made import jobs_of
from tests.web.searching import SEARCH, available, chips, form_of


def test_a_stranger_is_sent_to_the_sign_in(stranger: Browser) -> None:
    assert stranger.get("/find?industries=Software").headers["Location"].startswith("/login?next=%2Ffind")


def test_the_address_brings_a_search_back(browser: Browser, outside: Outside) -> None:
    page = browser.get(
        "/find?industries=Software&industries=Media&exclude_job_titles=Intern&company_sizes=51-200"
        "&limit=70&reveal=phone&sources=clay&order=clay&order=lusha&name=Nordics"
    )
    assert chips(page, "industries") == ["Software", "Media"]
    assert chips(page, "exclude_job_titles") == ["Intern"]
    assert chips(page, "company_sizes") == ["51-200"]
    assert chips(page, "reveal") == ["phone"]
    assert 'value="70"' in page.text
    assert 'value="Nordics"' in page.text
    assert [value for name, value in hidden(page) if name == "order"] == ["clay", "lusha"]
    assert 'aria-label="Ask Lusha" checked' not in page.text


def test_an_address_full_of_nonsense_is_a_page_all_the_same(browser: Browser, outside: Outside) -> None:
    page = browser.get("/find?limit=many&company_sizes=huge&sources=nobody&reveal=soul&order=x&industries=%00%ff")
    assert page.status_code == 200
    assert "A whole number from 1 to 10,000" in words(page)
    assert "none of the choices" in words(page)


def test_a_search_starts_one_job_and_goes_to_it(browser: Browser, team: Any, outside: Outside) -> None:
    typed = form_of(browser)
    plain = browser.post("/find", typed)
    assert plain.status_code == 303
    scripted = browser.post("/find", typed, at="/find")
    assert scripted.status_code == 204
    assert scripted.headers["HX-Redirect"] == plain.headers["Location"]
    (job,) = jobs_of(team)
    assert plain.headers["Location"] == f"/jobs/{job['id']}"
    assert job["credits_held"] == 5
    assert available(team) == 95


def test_fifty_presses_at_once_are_one_job(browser: Browser, team: Any, outside: Outside) -> None:
    typed = form_of(browser) | {"csrf_token": browser.token()}
    cookie = browser.client.get_cookie("reachly")
    assert cookie is not None

    def press(_: int) -> str:
        alone = Browser()
        alone.client.set_cookie("reachly", cookie.value)
        return alone.client.post("/find", data=typed).headers["Location"]

    with ThreadPoolExecutor(50) as crowd:
        places = set(crowd.map(press, range(50)))
    assert len(places) == 1
    assert len(jobs_of(team)) == 1
    assert available(team) == 95


def test_two_tabs_of_one_browser_start_one_job(browser: Browser, team: Any, outside: Outside) -> None:
    first, second = form_of(browser), form_of(browser)
    assert browser.post("/find", first).headers["Location"] == browser.post("/find", second).headers["Location"]
    assert len(jobs_of(team)) == 1


def test_a_changed_search_and_a_wish_for_the_same_again_are_jobs_of_their_own(
    browser: Browser, team: Any, outside: Outside
) -> None:
    typed = form_of(browser)
    browser.post("/find", typed)
    browser.post("/find", typed | {"limit": "6"})
    same = form_of(browser)
    asked = browser.post("/find", same, at="/find")
    assert asked.status_code == 422
    first = jobs_of(team)[0]
    assert re.search(rf"You started this search .* \( ?Job {first['number']} ?\) ?\. Start it again\?", words(asked))
    assert f'href="/jobs/{first["id"]}"' in asked.text
    assert len(jobs_of(team)) == 2
    again = [browser.post("/find", same | {"again": "1"}).headers["Location"] for _ in range(2)]
    assert again[0] == again[1]
    assert [job["progress_total"] for job in jobs_of(team)] == [5, 6, 5]


def test_a_search_for_everyone_is_told_and_not_started(browser: Browser, team: Any, outside: Outside) -> None:
    answer = browser.post("/find", SEARCH | {"industries": [], "exclude_keywords": "agency"}, at="/find")
    assert answer.status_code == 422
    assert "choose at least one filter" in words(answer)
    assert chips(answer, "exclude_keywords") == ["agency"]
    assert jobs_of(team) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"limit": "0"}, "At least one lead."),
        ({"limit": "10001"}, "At most 10,000 leads at once."),
        ({"limit": "-5"}, "A whole number from 1 to 10,000, please."),
        ({"limit": "9" * 400}, "A whole number from 1 to 10,000, please."),
        ({"limit": ""}, "A whole number from 1 to 10,000, please."),
        ({"job_titles": "x" * 121}, "A job title has at most 120 characters."),
        ({"keywords": [f"word {n}" for n in range(51)]}, "At most 50 values here; you have 51."),
        ({"company_domains": "not a domain"}, "is not a domain such as northgate.example."),
        ({"exclude_company_domains": "nor.this!"}, "is not a domain such as northgate.example."),
        ({"seniorities": "emperor"}, "“emperor” is none of the choices."),
        ({"reveal": []}, "Choose at least one: a lead without contact data cannot be reached."),
        ({"sources": []}, "Choose at least one source to ask."),
        ({"name": "x" * 121}, "A name has at most 120 characters."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    browser: Browser, team: Any, outside: Outside, wrong: dict[str, Any], said: str
) -> None:
    answer = browser.post("/find", SEARCH | wrong, at="/find")
    assert answer.status_code == 422
    mistakes = re.findall(r'<p class="mistake" id="([^"]+)-mistake".*?<span>(.*?)</span>', answer.text)
    field = next(iter(wrong))
    assert (field, said) in [(name, unescape(text)[-len(said) :]) for name, text in mistakes]
    assert chips(answer, "industries") == ["Software"]
    if field in ("job_titles", "keywords", "company_domains", "exclude_company_domains"):
        kept = wrong[field] if isinstance(wrong[field], list) else [wrong[field]]
        assert chips(answer, field) == kept
    assert jobs_of(team) == []


def test_domains_are_taken_as_people_paste_them(browser: Browser, outside: Outside) -> None:
    typed = {"company_domains_add": "https://www.Northgate.example/about?x=1, sales@quayside.example; ÅNGSTRÖM.example"}
    page = browser.post("/find/sources", SEARCH | typed)
    assert chips(page, "company_domains") == ["northgate.example", "quayside.example", "ångström.example"]


def test_too_few_credits_say_by_how_many_and_keep_the_form(browser: Browser, team: Any, outside: Outside) -> None:
    answer = browser.post("/find", SEARCH | {"limit": "160"}, at="/find")
    assert answer.status_code == 402
    said = words(answer)
    assert "Short by 60 credits" in said
    assert "Find 100 leads instead" in said
    assert chips(answer, "industries") == ["Software"]
    assert 'value="160"' in answer.text
    assert jobs_of(team) == []
    assert available(team) == 100
    assert browser.post("/find", SEARCH | {"limit": "160", "fit": "100"}).status_code == 303
    assert jobs_of(team)[0]["progress_total"] == 100


def test_a_source_without_a_key_is_shown_with_the_reason_and_not_asked(
    browser: Browser, team: Any, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "clay_api_key", None)
    page = browser.get("/find")
    assert "No Clay key is set. Add one under Sources." in words(page)
    browser.post("/find", SEARCH | {"sources": ["clay", "lusha"], "order": ["clay", "lusha"]})
    assert jobs_of(team)[0]["params"]["sources"] == ["lusha"]
    refused = browser.post("/find", SEARCH | {"sources": ["clay"]}, at="/find")
    assert "Choose at least one source to ask." in words(refused)


def test_sources_are_asked_in_the_order_the_form_has(browser: Browser, team: Any, outside: Outside) -> None:
    moved = browser.post("/find/sources", SEARCH | {"order": ["lusha", "clay"], "move": "up:clay"})
    assert [value for name, value in hidden(moved) if name == "order"] == ["clay", "lusha"]
    browser.post("/find", SEARCH | {"sources": ["clay", "lusha"], "order": ["clay", "lusha"]})
    assert jobs_of(team)[0]["params"]["sources"] == ["clay", "lusha"]


def test_suggestions_come_from_the_lists_and_from_what_the_workspace_has(
    browser: Browser, other_browser: Browser, team: Any
) -> None:
    plant(team, *people(2, title="Wharfinger 100%", city="Gdańsk", company_domain="quay.example"))

    def suggested(who: Browser, facet: str, typed: str) -> list[str]:
        page = who.client.get("/find/suggest", query_string={"facet": facet, "q": typed})
        assert page.status_code == 200
        return [unescape(value) for value in re.findall(r'data-value="([^"]*)"', page.text)]

    assert suggested(browser, "industries", "soft") == ["Software"]
    assert suggested(browser, "locations", "ger")[0] == "Germany"
    assert suggested(browser, "locations", "de")[:1] == ["Denmark"]
    assert suggested(browser, "seniorities", "c-l") == ["c_level"]
    assert "Head of engineering" in suggested(browser, "job_titles", "engineering")
    assert suggested(browser, "job_titles", "wharf") == ["Wharfinger 100%"]
    assert suggested(browser, "job_titles", "100%") == ["Wharfinger 100%"]
    assert suggested(browser, "job_titles", "w%r") == []
    assert suggested(browser, "locations", "gda") == ["Gdańsk"]
    assert suggested(browser, "company_domains", "quay") == ["quay.example"]
    assert suggested(other_browser, "company_domains", "quay") == []
    assert suggested(browser, "industries", "") == []
    assert browser.get("/find/suggest?facet=salary&q=x").status_code == 404


def test_a_form_without_our_token_starts_nothing(browser: Browser, team: Any, outside: Outside) -> None:
    assert browser.post("/find", SEARCH, token="forged").status_code == 400
    assert jobs_of(team) == []


def test_of_a_flood_of_values_only_some_come_back(browser: Browser, outside: Outside) -> None:
    page = browser.post("/find", {"industries": [f"Industry {n}" for n in range(20_000)]})
    assert page.status_code == 422
    assert "you have 20000" in words(page)
    assert len(page.text) < 200_000


def test_what_is_found_lands_on_the_chosen_list_once_and_in_order(
    browser: Browser, team: Any, outside: Outside
) -> None:
    onto = lists.create(team.workspace_id, team.user_id, "Autumn fair")
    page = browser.get(f"/find?industries=Software&list={onto.id}")
    assert f'<option value="{onto.id}" selected>Autumn fair</option>' in page.text
    wanted = form_of(browser) | {"list": str(onto.id)}
    browser.post("/find", wanted)
    browser.post("/find", wanted)
    (job,) = jobs_of(team)
    assert work(job["id"]) == "succeeded"
    with scope(team.workspace_id, team.user_id):
        found = rows("SELECT contact_id FROM leads WHERE job_id = %s ORDER BY created_at, id", (str(job["id"]),))
        there = rows(
            "SELECT contact_id FROM list_contacts WHERE list_id = %s ORDER BY position, contact_id", (str(onto.id),)
        )
    assert len(there) == 5
    assert there == found


def test_a_list_that_is_gone_is_said_and_nothing_starts(browser: Browser, team: Any, outside: Outside) -> None:
    onto = lists.create(team.workspace_id, team.user_id, "Gone")
    lists.delete(team.workspace_id, team.user_id, onto.id)
    refused = browser.post("/find", form_of(browser) | {"list": str(onto.id)})
    assert refused.status_code == 422
    assert "There is no such list that you may change." in words(refused)
    assert jobs_of(team) == []
