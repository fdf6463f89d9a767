"""The table of leads: pages, orders, filters and columns, all in the address."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.planted import people, plant
from tests.web.browsing import Browser, words

ROW = re.compile(r'<tr id="lead-([0-9a-f-]{36})"')
NEXT = re.compile(r'href="(/leads\?[^"]*after=[^"]*)" aria-label="Next page"')
PREVIOUS = re.compile(r'href="(/leads\?[^"]*before=[^"]*)" aria-label="Previous page"')


def ids(response) -> list[str]:
    return ROW.findall(response.text)


def link(pattern: re.Pattern[str], response) -> str | None:
    found = pattern.search(response.text)
    return unescape(found[1]) if found else None


def test_nobody_who_is_not_signed_in_sees_leads(stranger: Browser) -> None:
    answer = stranger.get("/leads?country=DE")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=%2Fleads%3Fcountry%3DDE"


def test_a_workspace_without_leads_is_told_what_to_do(browser: Browser) -> None:
    page = browser.get("/leads")
    assert page.status_code == 200
    assert "No leads yet" in page.text
    assert "Find your first leads" in page.text


def test_pages_go_through_all_leads_once_and_back(browser: Browser, team) -> None:
    planted = [str(lead) for lead in plant(team, *people(120))]
    first = browser.get("/leads")
    assert "1–50 of 120" in words(first)
    second = browser.get(link(NEXT, first))
    third = browser.get(link(NEXT, second))
    assert "51–100 of 120" in words(second)
    assert "101–120 of 120" in words(third)
    assert link(NEXT, third) is None
    assert ids(first) + ids(second) + ids(third) == planted[::-1]
    assert ids(browser.get(link(PREVIOUS, third))) == ids(second)


def test_filters_stand_in_the_address_and_as_chips(browser: Browser, team) -> None:
    plant(team, *people(3, country="Germany", seniority="vp"), *people(2, country="Norway"))
    page = browser.get("/leads?country=Germany&seniority=vp&q=first")
    assert len(ids(page)) == 3
    assert "Seniority VP" in words(page)
    assert 'name="country" value="Germany" checked' in page.text
    assert 'value="first"' in page.text


def test_a_filter_from_the_menu_gets_its_own_address(browser: Browser, team) -> None:
    plant(team, *people(2, country="Germany"), *people(1, country="Norway"))
    answer = browser.get("/leads?country=Germany&country_add=Norway&industry_add=&sort=name")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/leads?country=Germany&country=Norway&sort=name"
    fragment = browser.fragment("/leads?country_add=Norway", target="leads")
    assert fragment.headers["HX-Push-Url"] == "/leads?country=Norway"
    assert len(ids(fragment)) == 1
    assert 'id="chips" hx-swap-oob="true"' in fragment.text
    assert "<html" not in fragment.text


def test_the_menu_offers_what_the_leads_have(browser: Browser, team) -> None:
    plant(team, *people(2, industry="Software"), *people(1, industry="Logistics"))
    page = browser.get("/leads")
    assert "Software (2)" in page.text
    assert "Logistics (1)" in page.text
    assert "Banking" not in page.text


def test_leads_with_and_without_an_address_are_told_apart(browser: Browser, team) -> None:
    plant(team, *people(2), {"first_name": "Nora", "last_name": "Without"})
    assert len(ids(browser.get("/leads?has_email=true"))) == 2
    assert "Nora Without" in words(browser.get("/leads?has_email=false"))


def test_every_way_to_narrow_the_list_is_a_chip(browser: Browser, team) -> None:
    [one, *_] = plant(team, *people(3, title="Head of Buying", country="Germany", company="Northgate"))
    page = browser.get("/leads?job_title=buying&exclude_country=x&exclude_seniority=vp&location=Germany&sample=false")
    told = words(page)
    for chip in ("Title buying", "Not seniority VP", "Location Germany", "Samples Left out"):
        assert chip in told
    assert len(ids(page)) == 3
    picked = browser.get(f"/leads?lead_ids={one}")
    assert ids(picked) == [str(one)]
    assert "Picked 1 lead" in words(picked)
    answer = browser.get("/leads?job_title_add=buying&location_add=Germany")
    assert answer.headers["Location"] == "/leads?job_title=buying&location=Germany"


def test_nothing_found_says_so_and_where_to_go(browser: Browser, team) -> None:
    plant(team, *people(2))
    page = words(browser.get("/leads?q=nobodyatall"))
    assert "No lead of yours matches this." in page
    assert "Show all 2" in page


@pytest.mark.parametrize("address", ["/leads?after=nonsense", "/leads?after=AAAA&before=BBBB", "/leads?before=%00"])
def test_a_page_that_never_was_leads_to_the_first_one(browser: Browser, team, address: str) -> None:
    plant(team, *people(2))
    answer = browser.get(f"{address}&q=first")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/leads?q=first")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/leads?seniority=king", "There is no seniority “king”."),
        ("/leads?sort=price", "Sort by one of"),
        ("/leads?job_id=7", "There is no such job."),
        (f"/leads?q={'x' * 201}", "Search for at most 200 characters."),
        ("/leads?q=a%00b", "Contains a character that cannot be searched for."),
    ],
)
def test_what_cannot_be_read_is_said_and_the_rest_is_shown(browser: Browser, team, address: str, said: str) -> None:
    plant(team, *people(1))
    page = browser.get(address)
    assert page.status_code == 200
    assert said in words(page)
    assert len(ids(page)) == 1


def test_orders_are_links_and_words(browser: Browser, team) -> None:
    plant(team, {"first_name": "Zoe", "last_name": "Abel"}, {"first_name": "Amy", "last_name": "Zorn"})
    page = words(browser.get("/leads?sort=name"))
    assert page.index("Zoe Abel") < page.index("Amy Zorn")
    assert 'aria-sort="ascending"' in browser.get("/leads?sort=company").text


def test_columns_are_remembered_for_the_person_who_chose(
    browser: Browser, other_browser: Browser, team, other_team
) -> None:
    plant(team, *people(1, department="Sales"))
    plant(other_team, *people(1, department="Sales"))
    fragment = browser.post("/leads/columns", [("columns", "department"), ("columns", "nonsense")], at="/leads?q=first")
    assert fragment.status_code == 200
    assert 'class="at-department"' in fragment.text
    assert "at-email" not in fragment.text
    assert 'data-query="q=first"' in fragment.text
    assert 'class="at-department"' in browser.get("/leads").text
    assert 'class="at-department"' not in other_browser.get("/leads").text
    plain = browser.post("/leads/columns", {"columns": "email", "next": "/leads?q=first"})
    assert (plain.status_code, plain.headers["Location"]) == (303, "/leads?q=first")
    away = browser.post("/leads/columns", {"columns": "email", "next": "//elsewhere.example"})
    assert away.headers["Location"] == "/leads"


def test_samples_and_locked_fields_are_marked(browser: Browser, team) -> None:
    plant(team, {"first_name": "Sam", "last_name": "Ple", "sample": True})
    page = browser.get("/leads")
    assert ">Sample</span>" in page.text
    assert "Not found" in page.text
    assert "Not revealed" not in page.text
    assert re.search(r'class="at-phone"><span class="faint"><span class="phone-only">Phone&nbsp;</span>Not ', page.text)


def test_names_from_outside_are_shown_as_text(browser: Browser, team) -> None:
    plant(team, {"first_name": "<img src=x>", "last_name": "\"'&", "company": "<script>alert(1)</script>"})
    page = browser.get("/leads").text
    assert "<img src=x>" not in page
    assert "<script>alert" not in page
    assert "&lt;img src=x&gt;" in page


def test_what_was_searched_for_is_marked_and_nothing_else_becomes_markup(browser: Browser, team) -> None:
    plant(team, {"first_name": "<b>Jürgen</b>", "last_name": "Müller", "company": "Müllerei & Söhne"})
    page = browser.get("/leads?q=mueller")
    assert "&lt;b&gt;Jürgen&lt;/b&gt; <mark>Müller</mark>" in page.text
    assert "<mark>Müller</mark>ei &amp; Söhne" in page.text
    assert "<mark>" not in browser.get("/leads").text


def test_who_only_comes_close_is_shown_and_called_that(browser: Browser, team) -> None:
    plant(team, {"last_name": "Schmidt"})
    page = browser.get("/leads?q=schmitdt")
    assert "No lead of yours has “schmitdt”. These come close." in words(page)
    assert "<mark>Schmidt</mark>" in page.text
    assert "come close" not in words(browser.get("/leads?q=schmidt"))
