"""Contacts by what is known of them, whole profiles, and companies."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from reachly.sandbox.world import World
from tests.sandbox.conftest import Control


def test_a_contact_is_looked_up_by_each_identifier(lusha: httpx.Client, everyone: World, control: Control) -> None:
    known = control.people("known_to_both")[0]
    person = everyone.person(known["number"])
    first, last = person.latin
    items = [
        {"clientReferenceId": "a", "id": known["lusha_id"]},
        {"clientReferenceId": "b", "linkedinUrl": known["linkedin"]},
        {"clientReferenceId": "c", "email": known["work_email"]},
        {"clientReferenceId": "d", "firstName": first, "lastName": last, "companyDomain": known["company_domain"]},
        {"clientReferenceId": "e", "firstName": first, "lastName": last, "companyName": person.organization.name},
        {"clientReferenceId": "f", "firstName": "No", "lastName": "Body", "companyDomain": known["company_domain"]},
    ]
    answer = lusha.post("/v3/contacts/search", json={"contacts": items}).json()
    assert [one["clientReferenceId"] for one in answer["results"]] == list("abcdef")
    assert [one.get("id") for one in answer["results"]] == [known["lusha_id"]] * 5 + [None]
    assert answer["results"][5]["error"] == {"code": "NOT_FOUND", "message": "Contact not found"}
    assert answer["billing"] == {"creditsCharged": 1, "resultsReturned": 5}


def test_an_item_without_identifier_is_refused(lusha: httpx.Client) -> None:
    answer = lusha.post("/v3/contacts/search", json={"contacts": [{"firstName": "Ada"}]})
    assert answer.status_code == 400
    assert "contacts.0 needs" in answer.json()["errors"][0]


def test_looking_up_and_enriching_at_once_pays_both(lusha: httpx.Client, control: Control) -> None:
    known = control.people("known_to_both")[0]
    items = [{"clientReferenceId": "x", "email": known["work_email"]}, {"email": "nobody@nowhere.example"}]
    wanted = {"contacts": items, "reveal": ["emails"]}
    first = lusha.post("/v3/contacts/search-and-enrich", json=wanted).json()
    assert first["results"][0]["clientReferenceId"] == "x"
    assert first["results"][0]["emails"][0]["email"] == known["work_email"]
    assert first["results"][1]["error"]["code"] == "NOT_FOUND"
    assert first["billing"] == {"creditsCharged": 2, "resultsReturned": 1}
    assert lusha.post("/v3/contacts/search-and-enrich", json=wanted).json()["billing"]["creditsCharged"] == 1


def test_a_partial_profile_stays_partial(lusha: httpx.Client, control: Control) -> None:
    wanted = control.people("partial")[0]
    profile = lusha.post("/v3/contacts/enrich", json={"ids": [wanted["lusha_id"]]}).json()["results"][0]
    assert profile["fullName"] == wanted["name"]
    assert not {"company", "jobTitle", "location", "socialLinks"} & set(profile)
    hidden = {"contacts": [{"id": wanted["lusha_id"]}], "options": {"includePartialProfiles": False}}
    assert "error" in lusha.post("/v3/contacts/search", json=hidden).json()["results"][0]


def test_a_name_in_its_own_script_comes_with_the_latin_one(
    lusha: httpx.Client, everyone: World, control: Control
) -> None:
    wanted = control.people("own_script")[0]
    profile = lusha.post("/v3/contacts/enrich", json={"ids": [wanted["lusha_id"]]}).json()["results"][0]
    assert not profile["fullName"].isascii()
    assert profile["nameLatin"] == " ".join(everyone.person(wanted["number"]).latin)


def test_a_number_that_must_not_be_called_says_so(lusha: httpx.Client, control: Control) -> None:
    wanted = control.people("do_not_call")[0]["lusha_id"]
    profile = lusha.post("/v3/contacts/enrich", json={"ids": [wanted]}).json()["results"][0]
    assert profile["phones"]
    assert all(one["doNotCall"] for one in profile["phones"])


PROSPECT = "/v3/companies/prospecting"


def companies(lusha: httpx.Client, include: dict[str, Any], **filters: Any) -> dict[str, Any]:
    asked = {"pagination": {"page": 0, "size": 50}, "filters": {"companies": {"include": include}, **filters}}
    answer = lusha.post(PROSPECT, json=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_companies_are_found_by_what_they_are(lusha: httpx.Client, everyone: World) -> None:
    found = companies(lusha, {"mainIndustriesIds": [2], "locations": [{"countryIso2": "FR"}], "searchText": "works"})
    fits = [one for one in everyone.organizations if one.industry.id == 2 and one.country.code == "FR"]
    assert found["pagination"]["total"] == len(fits) > 0
    assert [one["name"] for one in found["results"]] == [one.name for one in fits[:50]]


def test_companies_are_found_by_who_works_there(lusha: httpx.Client, everyone: World) -> None:
    found = companies(
        lusha, {"mainIndustriesIds": [2]}, contacts={"include": {"departments": ["Legal"], "seniorityIds": [9]}}
    )
    names = {
        person.organization.name
        for index in range(len(everyone))
        if everyone.columns.known_to[index] != 2
        and (person := everyone.person(index)).department == "Legal"
        and person.seniority == "c_level"
        and person.organization.industry.id == 2
    }
    assert {one["name"] for one in found["results"]} == names


def test_some_criteria_about_companies_bar_those_about_contacts(lusha: httpx.Client) -> None:
    filters = {"companies": {"include": {"technologies": ["Python"]}}, "contacts": {"include": {"skills": ["sql"]}}}
    answer = lusha.post(PROSPECT, json={"pagination": {"page": 0, "size": 10}, "filters": filters})
    assert answer.status_code == 400
    assert "cannot be combined" in answer.json()["errors"][0]


def test_a_company_is_looked_up_and_enriched(lusha: httpx.Client, everyone: World) -> None:
    organization = everyone.organizations[0]
    items = [{"domain": organization.domain}, {"name": organization.name}, {"clientReferenceId": "z", "name": "None"}]
    found = lusha.post("/v3/companies/search", json={"companies": items}).json()["results"]
    assert found[0]["id"] == found[1]["id"]
    assert found[2]["error"]["code"] == "NOT_FOUND"
    wanted = {"ids": [found[0]["id"], "v1.no"], "reveal": ["employeesByDepartment", "competitors"]}
    first = lusha.post("/v3/companies/enrich", json=wanted).json()
    assert first["results"][0]["employeeCount"]["exact"] == organization.headcount
    staff = sum(one["count"] for one in first["results"][0]["employeesByDepartment"])
    assert staff == len(everyone.staff(organization))
    assert first["billing"] == {"creditsCharged": 2, "resultsReturned": 1}
    assert lusha.post("/v3/companies/enrich", json=wanted).json()["billing"]["creditsCharged"] == 0


@pytest.mark.parametrize("side", ["contacts", "companies"])
def test_every_kind_of_filter_value_can_be_had(lusha: httpx.Client, side: str) -> None:
    base = f"/v3/{side}/prospecting/filters"
    kinds = lusha.get(base).json()["availableFilters"]
    assert len(kinds) == {"contacts": 5, "companies": 9}[side]
    for kind in kinds:
        plain = lusha.get(f"{base}/{kind['filterType']}")
        assert plain.status_code == (400 if kind["requiresQuery"] else 200)
        narrowed = lusha.get(f"{base}/{kind['filterType']}", params={"query": "ber"})
        assert narrowed.status_code == 200


def test_values_are_narrowed_by_a_query(lusha: httpx.Client) -> None:
    found = lusha.get("/v3/contacts/prospecting/filters/locations", params={"query": "münch"}).json()["values"]
    assert found == []
    found = lusha.get("/v3/contacts/prospecting/filters/locations", params={"query": "MUNIC"}).json()["values"]
    assert [one["city"] for one in found] == ["Munich"]
    assert lusha.get("/v3/contacts/prospecting/filters/locations", params={"query": "m"}).status_code == 400
    assert lusha.get("/v3/contacts/prospecting/filters/moods").status_code == 400


def test_listed_industries_are_the_ones_that_filter(lusha: httpx.Client) -> None:
    values = lusha.get("/v3/companies/prospecting/filters/industriesLabels").json()["values"]
    software = next(one for one in values if one["main_industry"] == "Software")
    branch = software["sub_industries"][0]
    by_branch = companies(lusha, {"subIndustriesIds": [branch["id"]]})
    assert by_branch["pagination"]["total"] > 0
    assert {one["industry"] for one in by_branch["results"]} == {"Software"}
