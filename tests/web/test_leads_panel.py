"""One lead: its panel, its page, its row."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.planted import people, plant
from tests.web.browsing import Browser, words


def test_the_panel_has_an_address_of_its_own(browser: Browser, team) -> None:
    ids = plant(team, *people(3))
    page = browser.get(f"/leads/{ids[1]}?q=first")
    assert page.status_code == 200
    assert f'data-lead="{ids[1]}"' in page.text
    assert '<tr id="lead-' in page.text
    assert f'<tr id="lead-{ids[1]}" aria-current="true">' in page.text
    assert 'href="/leads?q=first" data-panel-close' in page.text


def test_with_htmx_only_the_panel_comes(browser: Browser, team) -> None:
    ids = plant(team, *people(3))
    panel = browser.fragment(f"/leads/{ids[1]}?sort=oldest")
    assert panel.text.startswith("<aside")
    assert "<html" not in panel.text
    assert f'href="/leads/{ids[0]}?sort=oldest"' in panel.text
    assert f'href="/leads/{ids[2]}?sort=oldest"' in panel.text
    assert "no-store" in panel.headers["Cache-Control"]
    assert "HX-Request" in panel.headers["Vary"]


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [("<b>Zoé", "Ünal", "BÜ"), ("🦊 ada", "o'Neil", "AO"), ("🦊", "–", "?"), ("4", "ß", "4S")],
)
def test_initials_are_letters_or_digits(browser: Browser, team, first: str, last: str, shown: str) -> None:
    [lead] = plant(team, {"first_name": first, "last_name": last, "email": "a@firm.example"})
    assert f'<span class="avatar large" aria-hidden="true">{shown}' in browser.fragment(f"/leads/{lead}").text


def test_each_field_says_where_it_is_from_and_when(browser: Browser, team) -> None:
    told = {"source": "clay", "at": "2026-11-02T10:00:00+00:00"}
    known = {"title": "Buyer", "phone": "+4940555014", "country": "DE", "city": "Berlin", "email": "p@firm.example"}
    [lead] = plant(team, known | {"provenance": {"title": told, "email": told}})
    panel = browser.fragment(f"/leads/{lead}").text
    assert 'datetime="2026-11-02T10:00:00+00:00"' in panel
    assert "Clay" in panel
    assert 'href="mailto:p@firm.example"' in panel
    assert 'href="tel:+4940555014"' in panel
    assert "Berlin, Germany" in panel


def test_what_nobody_knows_is_said_in_words(browser: Browser, team) -> None:
    [lead] = plant(team, {"first_name": "Only", "last_name": "Name"})
    told = words(browser.fragment(f"/leads/{lead}"))
    assert "Phone Not found" in told
    assert "Title Not known" in told


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "ftp://firm.example"])
def test_an_address_that_is_no_web_address_is_no_link(browser: Browser, team, address: str) -> None:
    [lead] = plant(team, {"first_name": "A", "last_name": "B", "linkedin_url": address})
    assert f'href="{address}' not in browser.fragment(f"/leads/{lead}").text


def test_a_row_comes_alone(browser: Browser, team) -> None:
    [lead] = plant(team, *people(1))
    row = browser.fragment(f"/leads/{lead}/row")
    assert row.text.strip().startswith(f'<tr id="lead-{lead}"')


@pytest.mark.parametrize("path", ["/leads/{}", "/leads/{}/row"])
def test_what_is_not_ours_is_as_unknown_as_what_never_was(
    browser: Browser, other_browser: Browser, team, path: str
) -> None:
    [lead] = plant(team, *people(1))
    theirs = other_browser.get(path.format(lead))
    nowhere = other_browser.get(path.format(uuid4()))
    assert theirs.status_code == nowhere.status_code == 404
    assert theirs.text == nowhere.text
    assert other_browser.get(path.format("7")).status_code == 404
    assert browser.get(path.format(lead)).status_code == 200
