"""Programs keep searches, change them and run them; a search of theirs remembers whose run it is."""

from __future__ import annotations

from uuid import uuid4

import pytest

WANTED = {"name": "Top of software", "filters": {"industries": ["Software"], "seniorities": ["VP"]}, "limit": 5}


@pytest.fixture
def profile(alice) -> dict:
    answer = alice.post(
        "/api/icp-profiles", WANTED | {"schedule": "weekly", "weekday": 5, "time_zone": "Europe/Berlin"}
    )
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/icp-profiles/{answer.get_json()['id']}"
    return answer.get_json()


def test_a_profile_is_kept_changed_and_deleted(alice, bob, profile) -> None:
    at = f"/api/icp-profiles/{profile['id']}"
    assert (profile["filters"]["seniorities"], profile["last_run"], profile["leads_found"]) == (["vp"], None, 0)
    assert profile["next_run_at"]
    assert [one["id"] for one in alice.get("/api/icp-profiles").get_json()["data"]] == [profile["id"]]
    changed = alice.ask("PATCH", at, json={"schedule": "off", "month_credits": 90}).get_json()
    assert changed == profile | {
        "schedule": "off",
        "month_credits": 90,
        "next_run_at": None,
        "updated_at": changed["updated_at"],
    }
    assert alice.ask("PATCH", at, json={"month_credits": None}).get_json()["month_credits"] is None
    for method in ("GET", "PATCH", "DELETE"):
        assert bob.ask(method, at, json={} if method == "PATCH" else None).status_code == 404
    assert bob.post(f"{at}/run").status_code == 404
    assert alice.delete(at).status_code == 204
    assert alice.get(at).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [{"filters": {}}, {"time_zone": "Mars/Base"}, {"hour": 24}, {"list_id": str(uuid4())}, {"name": ""}, {"colour": 1}],
)
def test_what_cannot_be_kept_is_said_by_its_field(alice, wrong: dict) -> None:
    answer = alice.post("/api/icp-profiles", WANTED | wrong)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["field"] == next(iter(wrong))


def test_running_is_one_job_per_key_and_one_at_a_time(alice, profile) -> None:
    run = f"/api/icp-profiles/{profile['id']}/run"
    first = alice.post(run, headers={"Idempotency-Key": "a"})
    again = alice.post(run, headers={"Idempotency-Key": "a"})
    assert (first.status_code, again.get_json()["job"]["id"]) == (202, first.get_json()["job"]["id"])
    assert first.get_json()["job"]["icp_profile_id"] == profile["id"]
    busy = alice.post(run)
    assert (busy.status_code, busy.get_json()["code"]) == (409, "still_running")
    told = alice.get(f"/api/icp-profiles/{profile['id']}").get_json()
    assert told["last_run"]["job_id"] == first.get_json()["job"]["id"]


def test_what_is_too_dear_is_402_and_what_its_cap_forbids_409(alice, profile) -> None:
    at = f"/api/icp-profiles/{profile['id']}"
    alice.ask("PATCH", at, json={"limit": 500})
    assert alice.post(f"{at}/run").status_code == 402
    alice.ask("PATCH", at, json={"reveal": ["phone"], "run_credits": 3})
    answer = alice.post(f"{at}/run")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "cap_reached")


def test_a_search_may_be_a_run_of_a_profile(alice, bob, profile) -> None:
    body = {"icp_profile_id": profile["id"]}
    job = alice.post("/api/leads/generate", body).get_json()["job"]
    assert (job["icp_profile_id"], job["progress"]["total"], job["credits"]["reserved"]) == (profile["id"], 5, 5)
    own = alice.post("/api/leads/generate", body | {"limit": 2, "filters": {"keywords": ["cloud"]}}).get_json()["job"]
    assert own["progress"]["total"] == 2
    assert alice.get(f"/api/icp-profiles/{profile['id']}").get_json()["last_run"]["job_id"] == own["id"]
    wrong = bob.post("/api/leads/generate", body | {"limit": 2})
    assert wrong.get_json()["errors"][0]["field"] == "icp_profile_id"
    assert alice.post("/api/leads/generate", {"filters": WANTED["filters"]}).get_json()["errors"][0]["field"] == "limit"
