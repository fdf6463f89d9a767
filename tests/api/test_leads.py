"""Asking for leads, listing and deleting them, as a program sees it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from flask import Flask
from pydantic import SecretStr

from reachly.settings import settings
from tests.api.conftest import WANTED, Program, person_of

Deliver = Callable[[int], UUID]
FIELDS = (
    "id first_name last_name title seniority department email email_status phone linkedin_url company company_domain"
    " industry company_size location country source provenance created_at updated_at locked"
)
"""What the contract says a lead has."""


def test_asking_for_leads_makes_a_job_and_holds_the_most_it_can_cost(alice: Program) -> None:
    answer = alice.post("/api/leads/generate", WANTED | {"limit": 10, "reveal": ["email", "phone"]})
    assert answer.status_code == 202
    job = answer.get_json()["job"]
    assert answer.headers["Location"] == f"/api/jobs/{job['id']}"
    assert (job["kind"], job["status"]) == ("generate_leads", "queued")
    assert job["progress"] == {"done": 0, "total": 10, "percent": 0}
    assert job["credits"] == {"reserved": 60, "spent": 0, "released": 0}
    credits = alice.get("/api/users/credits").get_json()
    assert (credits["balance"], credits["reserved"], credits["available"]) == (100, 60, 40)
    assert credits["available"] == credits["balance"] - credits["reserved"]


def test_more_than_there_are_credits_for_is_402_and_changes_nothing(alice: Program) -> None:
    answer = alice.post("/api/leads/generate", WANTED | {"limit": 101})
    assert answer.status_code == 402
    told = answer.get_json()
    assert (told["credits_required"], told["credits_available"]) == (101, 100)
    assert alice.get("/api/jobs").get_json()["data"] == []
    assert alice.get("/api/users/credits").get_json()["reserved"] == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 10_001}, "limit"),
        ({"limit": "10"}, "limit"),
        ({"limit": 1.5}, "limit"),
        ({"limit": True}, "limit"),
        ({"limit": 10**30}, "limit"),
        ({"filters": {}}, "filters"),
        ({"filters": []}, "filters"),
        ({"filters": {"job_title": ["CEO"]}}, "filters.job_title"),
        ({"filters": {"job_titles": "CEO"}}, "filters.job_titles"),
        ({"filters": {"job_titles": [7]}}, "filters.job_titles.0"),
        ({"filters": {"job_titles": ["x" * 121]}}, "filters.job_titles.0"),
        ({"filters": {"job_titles": ["  "]}}, "filters.job_titles.0"),
        ({"filters": {"job_titles": ["C\x00O"]}}, "filters.job_titles.0"),
        ({"filters": {"job_titles": ["x"] * 101}}, "filters.job_titles"),
        ({"filters": {"seniorities": ["boss of all"]}}, "filters.seniorities.0"),
        ({"filters": {"company_sizes": ["7-8"]}}, "filters.company_sizes.0"),
        ({"filters": {"company_domains": ["no domain"]}}, "filters.company_domains.0"),
        ({"sources": ["nobody"]}, "sources.0"),
        ({"sources": ["clay"]}, "sources.0"),
        ({"sources": []}, "sources"),
        ({"reveal": ["address"]}, "reveal.0"),
        ({"reveal": []}, "reveal"),
        ({"icp_profile_id": str(uuid4())}, "icp_profile_id"),
        ({"list_id": str(uuid4())}, "list_id"),
        ({"dry_run": "yes"}, "dry_run"),
        ({"surplus": None}, "surplus"),
    ],
)
def test_what_is_wrong_with_a_wish_is_said_field_by_field(
    alice: Program, change: dict[str, object], field: str
) -> None:
    answer = alice.post("/api/leads/generate", WANTED | change)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


def test_without_any_source_it_says_so(alice: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "lusha_api_key", None)
    answer = alice.post("/api/leads/generate", WANTED)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == "sources"


def test_an_estimate_charges_and_keeps_nothing(alice: Program) -> None:
    answer = alice.post("/api/leads/generate", WANTED | {"limit": 500, "dry_run": True})
    assert answer.status_code == 200
    estimate = answer.get_json()["estimate"]
    assert estimate["credits_max"] == 500
    assert estimate["credits_per_lead"] == 1
    assert estimate["already_owned"] == 0
    assert estimate["matches_by_source"] == {"lusha": None}
    assert estimate["problems"]["lusha"]
    assert alice.get("/api/jobs").get_json()["data"] == []
    assert alice.get("/api/users/credits").get_json()["reserved"] == 0


def test_the_same_key_and_body_is_the_same_job(alice: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = alice.post("/api/leads/generate", WANTED, headers=key)
    assert "Idempotent-Replayed" not in first.headers
    # The retry of the charge that emptied the account finds itself, and another key for a source changes nothing.
    everything = alice.post("/api/leads/generate", WANTED | {"limit": 90}, headers={"Idempotency-Key": "all"})
    assert everything.status_code == 202
    monkeypatch.setattr(settings(), "clay_api_key", SecretStr("a-key-for-tests"))
    again = alice.post("/api/leads/generate", {"limit": 10, "filters": WANTED["filters"]}, headers=key)
    assert again.status_code == 202
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert again.get_json()["job"]["id"] == first.get_json()["job"]["id"]
    other = alice.post("/api/leads/generate", WANTED | {"limit": 11}, headers=key)
    assert other.status_code == 422
    assert len(alice.get("/api/jobs").get_json()["data"]) == 2


@pytest.mark.parametrize("tidied", [True, False])
def test_a_key_is_free_again_after_its_time(alice: Program, tidied: bool) -> None:
    from reachly import database
    from reachly.engine.forget import forget

    key = {"Idempotency-Key": "daily"}
    first = alice.post("/api/leads/generate", WANTED, headers=key).get_json()["job"]["id"]
    owner = database.owner_database(settings())
    with owner.connection_context():
        for table in ("jobs", "answers"):
            owner.execute_sql(
                f"UPDATE {table} SET created_at = created_at - interval '25 hours' WHERE workspace_id ="
                " (SELECT workspace_id FROM jobs WHERE id = %s)",
                (first,),
            )
    if tidied:
        forget()
    answer = alice.post("/api/leads/generate", WANTED | {"limit": 3}, headers=key)
    assert answer.status_code == 202
    assert answer.get_json()["job"]["id"] != first


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "naïve"])
def test_a_key_that_is_none_is_refused(alice: Program, key: str) -> None:
    assert alice.post("/api/leads/generate", WANTED, headers={"Idempotency-Key": key}).status_code == 400


def test_keys_of_other_workspaces_are_other_keys(alice: Program, bob: Program) -> None:
    key = {"Idempotency-Key": "the same"}
    one, two = (each.post("/api/leads/generate", WANTED, headers=key) for each in (alice, bob))
    assert one.get_json()["job"]["id"] != two.get_json()["job"]["id"]


def test_fifty_equal_requests_at_once_are_one_job(app: Flask, alice: Program) -> None:
    def ask(_: int) -> tuple[int, str, str | None]:
        program = Program(app.test_client(), alice.token)
        answer = program.post("/api/leads/generate", WANTED, headers={"Idempotency-Key": "race"})
        return answer.status_code, answer.get_json()["job"]["id"], answer.headers.get("Idempotent-Replayed")

    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(ask, range(50)))
    assert {status for status, _, _ in answers} == {202}
    assert len({job for _, job, _ in answers}) == 1
    assert sum(replayed is None for _, _, replayed in answers) == 1
    assert alice.get("/api/users/credits").get_json()["reserved"] == 10


def test_leads_come_in_the_contracts_shape(alice: Program, deliver: Deliver) -> None:
    deliver(3)
    leads = alice.get("/api/leads").get_json()["data"]
    assert len(leads) == 3
    for lead in leads:
        assert set(lead) >= set(FIELDS.split())
        assert lead["location"] == "Berlin, Germany"
        assert lead["provenance"]["email"]["source"] == "lusha"
    assert sorted(lead["locked"] for lead in leads) == [[], ["phone"], ["phone"]]
    one = alice.get(f"/api/leads/{leads[0]['id']}").get_json()
    assert one["organization"]["domain"] == "firm.example"
    assert one["employment_history"] == []
    assert one | {"organization": 0, "employment_history": 0} == leads[0] | {"organization": 0, "employment_history": 0}


def test_pages_of_leads_have_neither_gap_nor_repeat(alice: Program, deliver: Deliver) -> None:
    job = deliver(11)
    for sort in ("newest", "oldest", "name", "company", "title"):
        seen: list[str] = []
        path: str | None = f"/api/leads?limit=4&sort={sort}&job_id={job}&count=exact"
        while path:
            answer = alice.get(path)
            assert answer.get_json()["total"] == 11
            seen += [lead["id"] for lead in answer.get_json()["data"]]
            link = answer.headers.get("Link")
            path = link[1 : link.index(">")] if link else None
        assert len(seen) == len(set(seen)) == 11


def test_filters_narrow_the_list(alice: Program, deliver: Deliver) -> None:
    deliver(4)

    def found(query: str) -> int:
        return alice.get(f"/api/leads?count=exact&{query}").get_json()["total"]

    assert found("q=ada2") >= 1
    assert found("q=nobody") == 0
    assert found("q=firm.example") == 4
    assert found("seniorities=vp&seniorities=Director") == 4
    assert found("seniorities=director") == 0
    assert found("company_sizes=51-200&country=Germany&source=lusha&email_status=valid&has_email=true") == 4
    assert found("has_phone=true") == 0
    assert found("job_titles=vp&locations=DE&company_domains=firm.example&keywords=sales") == 4
    assert found("locations=Berlin, Germany") == 4
    assert found("job_titles=100%25&job_titles=v_") == 0
    assert found("exclude_job_titles=VP") == found("exclude_locations=Germany") == found("locations=France") == 0
    assert found("exclude_industries=Banking&exclude_company_domains=other.example") == 4
    assert found(f"job_id={uuid4()}") == 0


@pytest.mark.parametrize(
    "query",
    [
        *(
            "limit=0",
            "limit=201",
            "limit=x",
            "limit=1&limit=2",
            "cursor=x",
            "cursor=",
            "cursor=WzFd",
            "count=about",
            "sort=best",
        ),
        *("q=" + "x" * 201, "q=%00", "job_id=7", "seniorities=boss", "has_email=perhaps", "surplus=1"),
    ],
)
def test_a_query_that_is_wrong_is_422_with_its_field(alice: Program, query: str) -> None:
    answer = alice.get(f"/api/leads?{query}")
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"].split(".")[0] == query.split("=")[0]


def test_a_deleted_lead_is_gone_and_costs_nothing_when_found_again(alice: Program, deliver: Deliver) -> None:
    deliver(2)
    first, second = (lead["id"] for lead in alice.get("/api/leads").get_json()["data"])
    answer = alice.delete(f"/api/leads/{first}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert alice.delete(f"/api/leads/{first}").status_code == 404
    assert alice.get(f"/api/leads/{first}").status_code == 404
    assert [lead["id"] for lead in alice.get("/api/leads").get_json()["data"]] == [second]


def test_what_belongs_to_somebody_else_is_not_there(alice: Program, bob: Program, deliver: Deliver) -> None:
    job = deliver(1)
    lead = alice.get("/api/leads").get_json()["data"][0]["id"]
    unknown = uuid4()
    for method, path in (
        ("GET", "/api/leads/{}"),
        ("DELETE", "/api/leads/{}"),
        ("GET", "/api/jobs/{}"),
        ("GET", "/api/jobs/{}/events"),
        ("POST", "/api/jobs/{}/cancel"),
        ("POST", "/api/jobs/{}/retry"),
        ("GET", "/api/exports/{}"),
        ("GET", "/api/exports/{}/download"),
    ):
        theirs = bob.ask(method, path.format(lead if "leads" in path else job))
        nobodys = bob.ask(method, path.format(unknown))
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.data == nobodys.data
    assert bob.get("/api/leads").get_json()["data"] == []
    assert bob.get("/api/leads?q=ada&count=exact").get_json()["total"] == 0
    assert alice.get(f"/api/leads/{lead}").status_code == 200
    assert person_of(alice).workspace_id != person_of(bob).workspace_id
