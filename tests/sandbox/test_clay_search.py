"""Clay's search: a catalogue of fields, filters that narrow, an iterator that only goes forward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from reachly.sandbox.clay.vocabulary import LEVELS, size_of
from reachly.sandbox.server import Running, serve
from reachly.sandbox.world import World, world
from reachly.sandbox.world import columns as c
from reachly.sandbox.world.people import Person
from reachly.sandbox.world.text import fold, handle, says
from tests.sandbox.conftest import FEWER, Control

ROOT = "/public/v0/search/filters-mode"


def created(clay: httpx.Client, filters: dict[str, Any], source: str = "people") -> str:
    answer = clay.post(ROOT, json={"source_type": source, "filters": filters})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["search_id"])


def run(clay: httpx.Client, search_id: str, **body: Any) -> dict[str, Any]:
    answer = clay.post(f"{ROOT}/{search_id}/run", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def everything(clay: httpx.Client, filters: dict[str, Any], source: str = "people") -> list[dict[str, Any]]:
    search_id = created(clay, filters, source)
    rows: list[dict[str, Any]] = []
    while True:
        page = run(clay, search_id, limit=500)
        rows += page["data"]
        if not page["has_more"]:
            return rows


CASES: list[tuple[dict[str, Any], Callable[[Person], bool]]] = [
    (
        {"job_title_keywords": ["growth", "data scientist"], "location_countries_include": ["Germany", "US"]},
        lambda p: (says(p.title, "growth") or says(p.title, "data scientist")) and p.country.code in ("DE", "US"),
    ),
    (
        {"location_cities_include": ["Sao Paulo", "Berlin"], "job_title_exclude_keywords": ["intern", "junior"]},
        lambda p: (
            p.city.name in ("São Paulo", "Berlin") and not says(p.title, "intern") and not says(p.title, "junior")
        ),
    ),
    (
        {"locations": ["Texas", "Lyon, Auvergne-Rhône-Alpes, France"], "locations_exclude": ["Austin"]},
        lambda p: (p.city.state == "Texas" or p.city.name == "Lyon") and p.city.name != "Austin",
    ),
    (
        {"location_regions_include": ["LATAM"], "company_sizes": ["1", "2-10"], "location_states_exclude": ["Lima"]},
        lambda p: (
            p.country.region == "LATAM"
            and size_of(p.organization.headcount) in ("1", "2-10")
            and p.city.state != "Lima"
        ),
    ),
    (
        {"job_title_seniority_levels_v2": ["head", "vp"], "company_industries_include": ["Renewables"]},
        lambda p: LEVELS[p.seniority] in ("head", "vp") and p.organization.industry.name == "Renewables",
    ),
    (
        {
            "job_title_seniority_match_mode": "floor",
            "job_title_seniority_floor_level": "vp",
            "job_functions": ["Human Resources"],
        },
        lambda p: p.seniority in ("vp", "c_level", "partner", "founder") and p.department == "Human Resources",
    ),
    (
        {"company_identifier": ["nordlicht-bank.example", "https://www.linkedin.com/company/nordlicht-foods"]},
        lambda p: p.organization.domain in ("nordlicht-bank.example", "nordlicht-foods.example"),
    ),
    (
        {"company_description_keywords": ["wind"], "company_industries_exclude": ["Wind"], "names": ["Anna"]},
        lambda p: (
            any("wind" in fold(text) for text in (*p.organization.keywords, p.organization.description))
            and p.organization.branch_name != "Wind"
            and says(f"{p.full_name} {' '.join(p.latin)}", "anna")
        ),
    ),
    (
        {"current_role_max_months_since_start_date": 3, "headline_keywords": ["engineer"]},
        lambda p: p.since >= "2026-07-01" and says(p.title, "engineer"),
    ),
    ({"company_industries_include": ["Alchemy"]}, lambda p: False),
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    """A smaller world, because here every filter is compared with a look at everyone in it."""
    with serve(people=FEWER) as running:
        yield running


@pytest.fixture(scope="module")
def everyone() -> World:
    return world(FEWER)


@pytest.mark.parametrize(("filters", "fits"), CASES)
def test_a_filter_finds_just_those_who_fit(
    clay: httpx.Client, everyone: World, filters: dict[str, Any], fits: Callable[[Person], bool]
) -> None:
    rows = everything(clay, filters)
    expected = {
        handle(person.linkedin)
        for index in range(len(everyone))
        if everyone.columns.known_to[index] != c.LUSHA and fits(person := everyone.person(index))
    }
    assert len(rows) == len(expected)
    assert {handle(row["url"]) for row in rows} == expected


def test_rows_tell_neither_email_nor_phone_and_are_marked(clay: httpx.Client) -> None:
    row = run(clay, created(clay, {}), limit=1)["data"][0]
    assert row["sample"] is True
    assert not {"email", "phone", "id"} & set(row)


def test_a_page_is_handed_out_once(clay: httpx.Client) -> None:
    search_id = created(clay, {"location_countries_include": ["Sweden"], "job_functions": ["Sales"]})
    pages = []
    while True:
        page = run(clay, search_id, limit=7)
        pages.append([row["url"] for row in page["data"]])
        if not page["has_more"]:
            break
    urls = [url for page_urls in pages for url in page_urls]
    assert len(urls) == len(set(urls)) > 7
    after = run(clay, search_id, limit=7)
    assert after["data"] == []
    assert after["has_more"] is False


def test_without_a_limit_a_page_has_twenty(clay: httpx.Client) -> None:
    assert len(run(clay, created(clay, {}))["data"]) == 20


def test_few_people_per_company_can_be_asked(clay: httpx.Client) -> None:
    rows = everything(clay, {"job_functions": ["Legal"], "limit_per_company": 1, "limit": 200})
    assert len(rows) == len({row["domain"] for row in rows}) == 200


def test_rows_use_up_the_quota_and_then_there_are_none(clay: httpx.Client, control: Control) -> None:
    control.set(clay_quota=25)
    search_id = created(clay, {})
    assert run(clay, search_id, limit=20)["period_quota"]["remaining"] == 5
    assert len(run(clay, search_id, limit=20)["data"]) == 5
    refused = clay.post(f"{ROOT}/{search_id}/run", json={})
    assert refused.status_code == 402
    assert control.told()["clay"]["rows"] == 25


def test_a_search_expires(clay: httpx.Client, control: Control) -> None:
    control.set(search_ttl_s=0)
    answer = clay.post(f"{ROOT}/{created(clay, {})}/run", json={})
    assert answer.status_code == 404
    assert set(answer.json()) == {"message"}


def test_a_search_belongs_to_its_key(clay: httpx.Client) -> None:
    search_id = created(clay, {})
    answer = clay.post(f"{ROOT}/{search_id}/run", json={}, headers={"clay-api-key": "sandbox-another"})
    assert answer.status_code == 404


def test_companies_are_found_too(clay: httpx.Client, everyone: World) -> None:
    filters = {"country_names": ["France"], "sizes": ["51-200"], "industries_exclude": ["Media"]}
    rows = everything(clay, {**filters, "minimum_member_count": 60}, "companies")
    fits = {
        one.domain
        for one in everyone.organizations
        if one.country.code == "FR" and 60 <= one.headcount <= 200 and one.industry.name != "Media"
    }
    assert {row["domain"] for row in rows} == fits
    assert len(rows) == len(fits) > 5


@pytest.mark.parametrize("source", ["people", "companies"])
def test_the_catalogue_lists_fields_that_work(clay: httpx.Client, source: str) -> None:
    listed = clay.get(f"{ROOT}/fields", params={"source_type": source}).json()
    samples: dict[str, Any] = {"list": ["x"], "str": "x", "int": 1}
    for field in listed["fields"]:
        value = field.get("allowed_values", [None])[0]
        sample = samples[field["type"]] if value is None else value if field["type"] == "str" else [value]
        created(clay, {field["name"]: sample}, source)


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ({"source_type": "people", "filters": {"shoe_size": [42]}}, "shoe_size"),
        ({"source_type": "people", "filters": {"names": "Ada"}}, "names must be of type list"),
        ({"source_type": "people", "filters": {"company_sizes": ["huge"]}}, "does not know huge"),
        ({"source_type": "pets", "filters": {}}, "source_type must be one of"),
        ({"source_type": "people"}, "filters is required"),
        ({"source_type": "people", "filters": {}, "limit": 5}, "limit should not exist"),
    ],
)
def test_a_request_outside_the_contract_is_refused(clay: httpx.Client, body: dict[str, Any], complaint: str) -> None:
    answer = clay.post(ROOT, json=body)
    assert answer.status_code == 400
    assert complaint in answer.json()["message"]


def test_other_bad_requests_are_refused(clay: httpx.Client) -> None:
    assert clay.get(f"{ROOT}/fields").status_code == 400
    assert clay.post(f"{ROOT}/{created(clay, {})}/run", json={"limit": 501}).status_code == 400
    assert clay.post(ROOT, content=b"nonsense").status_code == 400
    assert clay.get("/public/v0/nowhere").status_code == 404
    assert clay.post(f"{ROOT}/srch_unknown/run", json={}).status_code == 404
