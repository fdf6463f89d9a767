"""What a program is told where its workspace has come to a limit."""

from __future__ import annotations

from reachly.settings import settings
from tests.api.conftest import WANTED


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
