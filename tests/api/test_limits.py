"""What a program is told where its workspace has come to a limit."""

from __future__ import annotations

from reachly import spending
from reachly.settings import settings
from tests.api.conftest import WANTED, person_of


def test_a_job_too_many_is_refused_with_a_time_to_come_back_and_holds_nothing(alice, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "workspace_open_jobs", 1)
    first = alice.post("/api/leads/generate", WANTED, headers={"Idempotency-Key": "one"})
    assert first.status_code == 202
    refused = alice.post("/api/leads/generate", WANTED, headers={"Idempotency-Key": "two"})
    told = refused.get_json()
    assert refused.status_code == 429
    assert refused.content_type == "application/problem+json"
    assert int(refused.headers["Retry-After"]) > 0
    assert (told["jobs_open"], told["jobs_most"]) == (1, 1)
    assert "Wait until some have ended" in told["detail"]
    assert alice.post("/api/leads/export", {"format": "csv"}).status_code == 429
    again = alice.post("/api/leads/generate", WANTED, headers={"Idempotency-Key": "one"})
    assert again.headers["Idempotent-Replayed"] == "true"
    assert alice.get("/api/users/credits").get_json()["reserved"] == WANTED["limit"]
    alice.post(f"/api/jobs/{first.get_json()['job']['id']}/cancel")
    assert alice.post("/api/leads/generate", WANTED, headers={"Idempotency-Key": "two"}).status_code == 202


def test_a_months_limit_is_a_402_that_says_whose_it_is_and_what_is_left(alice) -> None:
    person = person_of(alice)
    spending.set_caps(person.workspace_id, person.user_id, {None: 15})
    assert alice.post("/api/leads/generate", WANTED).status_code == 202
    refused = alice.post("/api/leads/generate", WANTED | {"limit": 6})
    told = refused.get_json()
    assert refused.status_code == 402
    assert (told["credits_required"], told["credits_available"]) == (6, 5)
    assert told["monthly_limit"] == {"of": "workspace", "credits": 15, "spent": 0, "held": 10}
    assert "who can raise the limit" in told["detail"]


def test_a_job_is_held_to_the_credits_its_caller_allows(alice) -> None:
    body = WANTED | {"max_credits": 4}
    job = alice.post("/api/leads/generate", body, headers={"Idempotency-Key": "m"}).get_json()["job"]
    assert job["credits"]["reserved"] == 4
    again = alice.post("/api/leads/generate", WANTED | {"max_credits": 5}, headers={"Idempotency-Key": "m"})
    assert again.status_code == 422
    little = alice.post("/api/leads/generate", body | {"reveal": ["email", "phone"]})
    assert little.status_code == 422
    assert little.get_json()["errors"] == [
        {"field": "max_credits", "message": "One lead can cost 6 credits: allow at least that, or reveal less."}
    ]
    assert alice.post("/api/leads/generate", WANTED | {"max_credits": 0}).status_code == 422
