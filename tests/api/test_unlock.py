"""Unlocking over HTTP, as the contract has it."""

from __future__ import annotations

import threading
import time
from uuid import UUID, uuid4

import pytest

from reachly.database import connected
from reachly.engine.run import run
from reachly.settings import settings
from reachly.unlock.step import step
from tests.api.conftest import Program, person_of
from tests.planted import as_owner
from tests.unlock.held import held, lead


@pytest.fixture(autouse=True)
def _nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No provider has a key unless a test gives it one."""
    monkeypatch.setattr(settings(), "lusha_api_key", None)
    monkeypatch.setattr(settings(), "clay_api_key", None)


def test_a_field_is_unlocked_and_costs_its_price_once(alice: Program) -> None:
    lead_id = lead(person_of(alice), held("ada@one.example", phone="+4915112345678"))
    before = alice.get(f"/api/leads/{lead_id}").get_json()
    assert (before["email"], before["phone"], before["locked"]) == (None, None, ["email", "phone"])
    answer = alice.post(f"/api/leads/{lead_id}/unlock", {"fields": ["email"]})
    assert answer.status_code == 200, answer.text
    told = answer.get_json()
    assert (told["lead"]["email"], told["lead"]["email_status"], told["credits_charged"]) == (
        "ada@one.example",
        "valid",
        1,
    )
    assert told["lead"]["locked"] == ["phone"]
    again = alice.post(f"/api/leads/{lead_id}/unlock", {"fields": ["email", "phone"]}).get_json()
    assert (again["lead"]["phone"], again["credits_charged"]) == ("+4915112345678", 5)
    nothing = alice.post(f"/api/leads/{lead_id}/unlock", {"fields": ["email"]}).get_json()
    assert (nothing["credits_charged"], nothing["job"]) == (0, None)
    assert alice.get("/api/users/credits").get_json()["available"] == 94


def test_the_same_key_gives_the_first_answer_and_another_body_is_refused(alice: Program) -> None:
    lead_id = lead(person_of(alice), held())
    key = {"Idempotency-Key": str(uuid4())}
    url = f"/api/leads/{lead_id}/unlock"
    first = alice.post(url, {"fields": ["email"]}, headers=key)
    again = alice.post(url, {"fields": ["email"]}, headers=key)
    assert (again.get_json(), again.headers["Idempotent-Replayed"]) == (first.get_json(), "true")
    assert first.get_json()["credits_charged"] == 1
    assert alice.post(url, {"fields": ["phone"]}, headers=key).status_code == 422


def test_too_few_credits_say_how_many_are_missing(alice: Program) -> None:
    lead_id = lead(person_of(alice), held(phone="+4915112345678"))
    as_owner(
        "SELECT ledger_move(%s, 'expire', 'available', 'expired', 97, NULL, NULL, 'for a test')",
        (str(person_of(alice).workspace_id),),
    )
    answer = alice.post(f"/api/leads/{lead_id}/unlock", {"fields": ["phone"]})
    assert answer.status_code == 402
    assert (answer.get_json()["credits_required"], answer.get_json()["credits_available"]) == (5, 3)


@pytest.mark.parametrize(
    "body", [{}, {"fields": []}, {"fields": ["fax"]}, {"fields": "email"}, {"fields": ["email"], "x": 1}]
)
def test_what_cannot_be_unlocked_is_said_to_be_wrong(alice: Program, body: dict) -> None:
    lead_id = lead(person_of(alice), held())
    assert alice.post(f"/api/leads/{lead_id}/unlock", body).status_code == 422


def test_somebody_elses_lead_is_not_there(alice: Program, bob: Program) -> None:
    lead_id = lead(person_of(alice), held())
    for path in ("unlock", "bounced"):
        answer = bob.post(f"/api/leads/{lead_id}/{path}", {"fields": ["email"]} if path == "unlock" else None)
        nobody = bob.post(f"/api/leads/{uuid4()}/{path}", {"fields": ["email"]} if path == "unlock" else None)
        assert (answer.status_code, answer.text) == (404, nobody.text)


def test_a_miss_and_a_refusal_are_free_and_told_apart(alice: Program) -> None:
    person = person_of(alice)
    missing, barred = lead(person, held(None)), lead(person, held())
    as_owner("UPDATE contacts SET suppressed = true WHERE id = (SELECT contact_id FROM leads WHERE id = %s)", (barred,))
    for lead_id, why in ((missing, "not_found"), (barred, "refused")):
        told = alice.post(f"/api/leads/{lead_id}/unlock", {"fields": ["email"]}).get_json()
        assert (told["lead"]["email"], told["credits_charged"], told["notes"]) == (None, 0, {"email": why})


def test_what_providers_know_is_waited_for_and_a_replay_is_the_same(
    alice: Program, outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.generate import finding

    person = person_of(alice)
    assert finding.work(finding.find(person, 8)) == "succeeded"
    as_owner(
        "UPDATE contacts SET phone = NULL WHERE id IN (SELECT contact_id FROM leads WHERE workspace_id = %s)",
        (str(person.workspace_id),),
    )
    leads = [each["id"] for each in alice.get("/api/leads").get_json()["data"] if "phone" in each["locked"]]
    monkeypatch.setattr(settings(), "unlock_wait", 5)
    stop = threading.Event()

    def worker() -> None:
        while not stop.is_set():
            open_jobs = as_owner("SELECT id FROM jobs WHERE finished_at IS NULL AND kind = 'enrich_leads'")
            for (job_id,) in open_jobs:
                with connected():
                    run(job_id, {"enrich_leads": step}, "test")
            time.sleep(0.02)

    working = threading.Thread(target=worker)
    working.start()
    try:
        key = {"Idempotency-Key": "phone-1"}
        url = f"/api/leads/{leads[0]}/unlock"
        first = alice.post(url, {"fields": ["phone"]}, headers=key)
        again = alice.post(url, {"fields": ["phone"]}, headers=key)
    finally:
        stop.set()
        working.join()
    told = first.get_json()
    assert first.status_code == 200, first.text
    assert told["job"]["status"] == "succeeded"
    assert told["credits_charged"] == (5 if told["lead"]["phone"] else 0)
    assert again.get_json() == told
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_job_that_takes_longer_is_told_of_and_goes_on(alice: Program, outside, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "unlock_wait", 0)
    lead_id = lead(person_of(alice), held(None))
    told = alice.post(f"/api/leads/{lead_id}/unlock", {"fields": ["email"]}, headers={"Idempotency-Key": "slow"})
    assert told.status_code == 200
    body = told.get_json()
    assert (body["lead"]["email"], body["credits_charged"], body["notes"]) == (None, 0, {"email": "in_progress"})
    assert body["job"]["status"] == "queued"
    assert body["job"]["kind"] == "enrich_leads"
    assert alice.get("/api/users/credits").get_json()["reserved"] == 1


def test_many_are_named_priced_and_unlocked_by_one_job(alice: Program) -> None:
    person = person_of(alice)
    leads = [str(lead(person, held())) for _ in range(3)] + [str(lead(person, held(None)))]
    quote = alice.post("/api/leads/unlock", {"fields": ["email"], "dry_run": True}).get_json()["quote"]
    assert (quote["leads"], quote["credits_max"], quote["credits_available"]) == (4, 3, 100)
    assert quote["fields"][0] | {"wanted": 4, "known": 3, "price": 1} == quote["fields"][0]
    answer = alice.post("/api/leads/unlock", {"fields": ["email"], "lead_ids": leads})
    assert answer.status_code == 202, answer.text
    job = answer.get_json()["job"]
    assert answer.headers["Location"] == f"/api/jobs/{job['id']}"
    assert (job["status"], job["credits"]["spent"], job["result"]["delivered"]) == ("succeeded", 3, 3)
    nothing = alice.post("/api/leads/unlock", {"fields": ["email"], "filters": {"has_email": True}})
    assert (nothing.status_code, nothing.get_json()["job"], nothing.get_json()["quote"]["leads"]) == (200, None, 0)


def test_a_bounce_gives_the_credit_back_and_says_why_not(alice: Program) -> None:
    lead_id = lead(person_of(alice), held())
    url = f"/api/leads/{lead_id}/bounced"
    never = alice.post(url)
    assert (never.status_code, never.get_json()["outcome"]) == (409, "not_unlocked")
    alice.post(f"/api/leads/{lead_id}/unlock", {"fields": ["email"]})
    told = alice.post(url).get_json()
    assert (told["outcome"], told["credits_refunded"], told["lead"]["email_status"]) == ("refunded", 1, "invalid")
    again = alice.post(url).get_json()
    assert (again["outcome"], again["credits_refunded"]) == ("before", 0)
    history = alice.get("/api/users/credits/transactions").get_json()["data"]
    assert (history[0]["type"], history[0]["credits"]) == ("refund", 1)
    assert UUID(history[0]["contact_id"])


def test_what_a_job_takes_for_others_is_not_told_as_the_cost_of_this_lead(alice: Program, outside, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "unlock_wait", 0)
    team = person_of(alice)
    leads = [str(lead(team, held(phone="+4915112345678"))), str(lead(team, held()))]
    many = alice.post("/api/leads/unlock", {"fields": ["phone"], "lead_ids": leads}).get_json()["job"]
    assert many["credits"]["spent"] == 5
    told = alice.post(f"/api/leads/{leads[1]}/unlock", {"fields": ["phone"]}).get_json()
    assert (told["job"]["id"], told["credits_charged"], told["notes"]) == (many["id"], 0, {"phone": "in_progress"})


def test_what_may_cost_more_than_was_agreed_is_refused_and_takes_nothing(alice: Program) -> None:
    person = person_of(alice)
    leads = [str(lead(person, held(phone="+4915112345678"))) for _ in range(2)]
    many = {"fields": ["email", "phone"], "lead_ids": leads}
    quote = alice.post("/api/leads/unlock", many | {"dry_run": True}).get_json()["quote"]
    assert quote["credits_max"] == 12
    for url, body, needed in (
        ("/api/leads/unlock", many | {"credits_max": 11}, 12),
        (f"/api/leads/{leads[0]}/unlock", {"fields": ["phone"], "credits_max": 4}, 5),
    ):
        refused = alice.post(url, body)
        told = refused.get_json()
        assert (refused.status_code, told["credits_required"], told["credits_max"]) == (
            409,
            needed,
            body["credits_max"],
        )
    assert alice.get("/api/users/credits").get_json()["available"] == 100
    assert alice.post("/api/leads/unlock", many | {"credits_max": -1}).status_code == 422
    assert alice.post("/api/leads/unlock", many | {"credits_max": quote["credits_max"]}).status_code == 202
    assert alice.get("/api/users/credits").get_json()["available"] == 88


def test_a_bounce_of_a_lead_that_was_merged_away_answers_with_the_one_that_stands_for_it(alice: Program) -> None:
    person = person_of(alice)
    gone = str(lead(person, held("ada@gone.example")))
    first, last = (str(lead(person, held(None, name=name))) for name in ("Ben", "Cem"))
    assert alice.post(f"/api/leads/{gone}/unlock", {"fields": ["email"]}).get_json()["credits_charged"] == 1
    inner = alice.post(f"/api/leads/{first}/merge", {"lead_id": gone}).get_json()["action_id"]
    outer = alice.post(f"/api/leads/{last}/merge", {"lead_id": first}).get_json()["action_id"]
    told = alice.post(f"/api/leads/{gone}/bounced").get_json()
    assert (told["lead"]["id"], told["lead"]["email_status"], told["credits_refunded"]) == (last, "invalid", 1)
    assert alice.post(f"/api/leads/{first}/bounced").get_json()["outcome"] == "before"
    assert alice.get("/api/users/credits").get_json()["available"] == 100
    refused = alice.post(f"/api/actions/{inner}/undo")
    assert (refused.status_code, refused.get_json()["undo_first"]) == (409, outer)
    assert "Take back first that Ben" in refused.get_json()["detail"]
    for action in (outer, inner):
        assert alice.post(f"/api/actions/{action}/undo").status_code == 200
    assert alice.get(f"/api/leads/{gone}").get_json()["email_status"] == "invalid"
