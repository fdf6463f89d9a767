"""What the search page says before anything starts: how many, at what price, and what the button is for."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from reachly.settings import settings
from tests.outside import Outside
from tests.planted import people, plant
from tests.web.browsing import Browser, words
from tests.web.jobs_made import jobs_of
from tests.web.searching import SEARCH, available, chips, go_of


def test_the_estimate_counts_and_prices_and_gives_the_search_an_address(
    browser: Browser, team: Any, outside: Outside
) -> None:
    plant(team, *people(3, industry="Software"))
    answer = browser.post("/find/estimate", SEARCH | {"sources": ["lusha", "clay"]}, at="/find")
    said = words(answer)
    assert re.search(r"About [\d,]+ match", said)
    assert "Already yours (free) 3" in said
    assert "Find 5 leads · at most 5 credits" in said
    assert "Clay not told" in said.replace("Cl Clay", "Clay")
    address = urlsplit(answer.headers["HX-Replace-Url"])
    assert ("industries", "Software") in parse_qsl(address.query)
    assert chips(browser.get(answer.headers["HX-Replace-Url"]), "industries") == ["Software"]
    assert jobs_of(team) == []
    assert available(team) == 100


def test_without_a_script_the_estimate_is_part_of_the_page(browser: Browser, outside: Outside) -> None:
    page = browser.post("/find/estimate", SEARCH | {"job_titles_add": "Head of data, VP data"})
    assert "<!doctype html>" in page.text
    assert re.search(r"(About )?[\d,]+ match|Nobody matches", words(page))
    assert chips(page, "job_titles") == ["Head of data", "VP data"]


def test_nobody_matching_is_said_before_anything_starts(browser: Browser, outside: Outside) -> None:
    answer = browser.post("/find/estimate", SEARCH | {"industries": ["Basket weaving under water"]}, at="/find")
    assert "Nobody matches" in words(answer)
    assert "would find nobody and cost nothing" in words(answer)


def test_nobody_matching_is_not_claimed_for_a_source_that_cannot_tell(browser: Browser, outside: Outside) -> None:
    typed = SEARCH | {"industries": ["Basket weaving under water"], "sources": ["lusha", "clay"]}
    said = words(browser.post("/find/estimate", typed, at="/find"))
    assert "Clay cannot tell before a search" in said
    assert "Nobody matches" not in said


def test_the_button_is_for_what_was_typed_or_for_nothing(browser: Browser, outside: Outside) -> None:
    """A button that says a number starts that number; where the form cannot be started, it says so and is off."""
    for wrong, told in (("-1", "A whole number from 1 to 10,000"), ("0", "At least one lead."), ("", "A whole number")):
        answer = browser.post("/find/estimate", SEARCH | {"limit": wrong}, at="/find")
        assert go_of(answer) == ("Find leads", False)
        assert 'id="limit-said" hx-swap-oob="true"><p class="mistake"' in answer.text
        assert told in words(answer)
        assert go_of(browser.get(f"/find?industries=Software&limit={wrong}")) == ("Find leads", False)
    for nothing in ("reveal", "sources"):
        answer = browser.post("/find/estimate", SEARCH | {nothing: []}, at="/find")
        assert go_of(answer) == ("Find 5 leads", False)
        assert "Choose at least one" in words(answer)
    weaving = SEARCH | {"industries": ["Basket weaving under water"]}
    assert go_of(browser.post("/find/estimate", weaving, at="/find")) == ("Nobody to find", False)
    assert go_of(browser.post("/find/estimate", SEARCH, at="/find")) == ("Find 5 leads · at most 5 credits", True)


def test_fewer_than_wanted_are_said_and_offered(browser: Browser, outside: Outside) -> None:
    narrow = SEARCH | {"locations": ["Germany"], "seniorities": ["c_level"], "company_sizes": ["51-200"], "limit": "90"}
    answer = browser.post("/find/estimate", narrow, at="/find")
    said = words(answer)
    found = re.search(r"Only about ([\d,]+) new leads? to be had\. 90 credits would be held", said)
    assert found, said
    assert re.search(rf"Find {found[1]} leads? instead", said)
    assert go_of(answer) == ("Find 90 leads · at most 90 credits", True)


def test_the_price_is_on_the_button_before_any_source_is_asked(browser: Browser, outside: Outside) -> None:
    assert go_of(browser.get("/find")) == ("Find 50 leads · at most 50 credits", True)
    page = browser.get("/find?industries=Software&limit=7&reveal=email&reveal=phone")
    said, ready = go_of(page)
    assert ready
    assert re.fullmatch(r"Find 7 leads · at most [1-9]\d* credits", said)


def test_a_source_that_is_down_is_told_and_the_other_counts(browser: Browser, outside: Outside) -> None:
    outside.play(faults=[{"kind": "key_refused", "operation": "lusha", "times": None}])
    answer = browser.post("/find/estimate", SEARCH | {"sources": ["lusha", "clay"]}, at="/find")
    said = words(answer)
    assert "Lusha: " in said
    assert "Lusha not asked" in said.replace("Lu Lusha", "Lusha")
    assert "Find 5 leads · at most 5 credits" in said


def test_estimates_are_limited(browser: Browser, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "rate_limit_estimates", 2)
    answers = [browser.post("/find/estimate", SEARCH, at="/find") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
