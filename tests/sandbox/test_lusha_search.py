"""Prospecting: every filter narrows exactly as the world says, every page fits its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from reachly.sandbox.lusha import ids
from reachly.sandbox.server import Running, serve
from reachly.sandbox.world import World, world
from reachly.sandbox.world import columns as c
from reachly.sandbox.world.people import Person
from tests.sandbox.cases import CASES, Fits, firms, people
from tests.sandbox.conftest import FEWER, Control

SEARCH = "/v3/contacts/prospecting"


def body(filters: dict[str, Any], page: int = 0, size: int = 50, **more: Any) -> dict[str, Any]:
    return {"pagination": {"page": page, "size": size}, "filters": filters, **more}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    """A smaller world, because here every filter is compared with a look at everyone in it."""
    with serve(people=FEWER) as running:
        yield running


@pytest.fixture(scope="module")
def everyone() -> World:
    return world(FEWER)


@pytest.fixture(scope="module")
def at_lusha(everyone: World) -> list[Person]:
    return [everyone.person(i) for i in range(len(everyone)) if everyone.columns.known_to[i] != c.CLAY]


@pytest.mark.parametrize(("filters", "fits"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_filter_finds_just_those_who_fit(
    lusha: httpx.Client, everyone: World, at_lusha: list[Person], filters: dict[str, Any], fits: Fits
) -> None:
    answer = lusha.post(SEARCH, json=body(filters)).json()
    expected = [person for person in at_lusha if fits(everyone, person)]
    assert answer["pagination"]["total"] == len(expected)
    assert [ids.number("contact", one["id"]) for one in answer["results"]] == [one.index for one in expected[:50]]


def test_a_person_is_found_by_id_address_or_profile(lusha: httpx.Client, control: Control) -> None:
    known = control.people("known_to_both")
    for criteria in (
        {"ids": [one["lusha_id"] for one in known] + ["v1.nonsense", "12345"]},
        {"emails": [one["work_email"] for one in known]},
        {"linkedinUrls": [one["linkedin"].replace("https://www.", "") + "/" for one in known]},
    ):
        answer = lusha.post(SEARCH, json=body(people(**criteria))).json()
        assert {one["id"] for one in answer["results"]} == {one["lusha_id"] for one in known}


def test_pages_follow_each_other_without_gap_or_repeat(lusha: httpx.Client) -> None:
    filters = {**people(countries=["NL"]), **firms(businessModel=["B2B"])}
    seen: list[str] = []
    page = 0
    while True:
        answer = lusha.post(SEARCH, json=body(filters, page, 10)).json()
        seen += [one["id"] for one in answer["results"]]
        if not answer["results"]:
            break
        page += 1
    assert len(seen) == len(set(seen)) == answer["pagination"]["total"] > 30


def test_the_account_caps_the_page_and_says_so(lusha: httpx.Client, control: Control) -> None:
    answer = lusha.post(SEARCH, json=body({}, size=100)).json()
    assert answer["pagination"]["size"] == 50
    assert len(answer["results"]) == 50
    control.set(page_cap=100)
    answer = lusha.post(SEARCH, json=body({}, page=1, size=100)).json()
    assert answer["pagination"]["size"] == len(answer["results"]) == 100


def test_results_end_at_the_cap_of_fifty_thousand(lusha: httpx.Client) -> None:
    answer = lusha.post(SEARCH, json=body({}, page=1000, size=100)).json()
    assert answer["results"] == []
    assert answer["pagination"]["total"] > 8_000


def test_partial_profiles_are_a_name_and_can_be_left_out(lusha: httpx.Client, control: Control) -> None:
    partial = control.people("partial")
    only = people(ids=[one["lusha_id"] for one in partial])
    shown = lusha.post(SEARCH, json=body(only)).json()["results"]
    assert len(shown) == len(partial)
    assert all(set(one) == {"id", "firstName", "lastName", "sample"} for one in shown)
    left = lusha.post(SEARCH, json=body(only, options={"includePartialProfiles": False})).json()
    assert left["results"] == []


def test_people_who_must_not_be_called_can_be_left_out(lusha: httpx.Client, control: Control) -> None:
    barred, others = control.people("do_not_call"), control.people("without_phone_at_lusha")
    only = people(ids=[one["lusha_id"] for one in barred + others])
    answer = lusha.post(SEARCH, json=body(only, options={"excludeDnc": True})).json()
    assert {one["id"] for one in answer["results"]} == {one["lusha_id"] for one in others}


def test_a_refinement_cannot_stand_alone(lusha: httpx.Client) -> None:
    answer = lusha.post(SEARCH, json=body(people(score={"minScore": 50})))
    assert answer.status_code == 400
    assert "refine" in answer.json()["errors"][0]


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (body(people(foo=1)), "property filters.contacts.include.foo should not exist"),
        (body({}, size=9), "pagination.size must not be less than 10"),
        (body({}, size=101), "pagination.size must not be greater than 100"),
        (body({}, page=1001), "pagination.page must not be greater than 1000"),
        ({"filters": {}}, "pagination is required"),
        (body(people(seniorityIds=["5"])), "filters.contacts.include.seniorityIds.0 must be an integer"),
        (body(people(searchText="x" * 201)), "filters.contacts.include.searchText must be shorter"),
        (body(firms(companyType=["Pirates"])), "filters.companies.include.companyType.0 must be one of"),
        (body({}, options={"maxContactsPerCompany": 1}), "property options.maxContactsPerCompany should not exist"),
        ([], "body must be an object"),
    ],
)
def test_a_request_outside_the_contract_gets_its_error(lusha: httpx.Client, wrong: Any, complaint: str) -> None:
    answer = lusha.post(SEARCH, json=wrong)
    assert answer.status_code == 400
    assert answer.json()["statusCode"] == 400
    assert complaint in "\n".join(answer.json()["errors"])


def test_a_body_that_is_no_json_gets_the_contracts_error(lusha: httpx.Client) -> None:
    answer = lusha.post(SEARCH, content=b"{nonsense")
    assert answer.json() == {"statusCode": 400, "message": "Invalid request parameters"}


def test_samples_are_marked_and_unknown_fields_are_strewn_in(lusha: httpx.Client) -> None:
    answer = lusha.post(SEARCH, json=body({})).json()
    assert all(one["sample"] is True for one in answer["results"])
    assert answer["sandbox"] == {"sample": True}
    assert any("dataSource" in one for one in answer["results"])
