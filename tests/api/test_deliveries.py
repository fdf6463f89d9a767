"""What Clay's own webhook says: a run is finished, so whoever waits for it need not wait on."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from threading import Thread
from uuid import UUID
from wsgiref.simple_server import make_server

import pytest
from flask import Flask
from pydantic import SecretStr
from werkzeug.test import TestResponse

from reachly import database
from reachly.engine.run import run
from reachly.settings import settings
from tests.api.conftest import WANTED, Program, person_of
from tests.engine.work import balances, job
from tests.generate.finding import KINDS, find

PATH = "/hooks/clay-delivery"
SECRET = "whsec_for_tests"


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The webhook is set up."""
    monkeypatch.setattr(settings(), "clay_webhook_secret", SecretStr(SECRET))


def deliver(program: Program, body: object, secret: str = SECRET) -> TestResponse:
    raw = json.dumps(body).encode()
    signature = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return program.ask("POST", PATH, data=raw, headers={"X-Clay-Signature": signature})


def said(run_id: str) -> dict[str, object]:
    return {"webhookId": "wh_1", "createdAt": "2026-11-22T10:00:00.000Z", "data": {"routine_run_id": run_id}}


def waiting(alice: Program, run_id: str) -> tuple[UUID, dict[str, object]]:
    """A job that has an hour to wait for a run of Clay's, and what is known of it."""
    job_id = UUID(alice.post("/api/leads/generate", WANTED).get_json()["job"]["id"])
    pending = {"token": {"runs": [{"field": "email", "run_id": run_id}]}}
    checkpoint = {"sources": {"clay": {"pending": pending, "resumes_at": "2099-01-01T00:00:00+00:00"}}}
    person = person_of(alice)
    with database.scope(person.workspace_id, person.user_id):
        database.execute(
            "UPDATE jobs SET status = 'waiting', wake_at = now() + interval '1 hour', checkpoint = %s::jsonb"
            " WHERE id = %s",
            (database.as_json(checkpoint), job_id),
        )
    return job_id, checkpoint


def look(alice: Program, job_id: UUID) -> dict[str, object]:
    person = person_of(alice)
    with database.scope(person.workspace_id, person.user_id):
        found = database.one(
            "SELECT status, wake_at <= clock_timestamp() AS due, checkpoint #> '{sources,clay,resumes_at}' AS resumes"
            " FROM jobs WHERE id = %s",
            (job_id,),
        )
    assert found is not None
    return found


def test_the_job_that_waits_for_the_run_is_due_at_once_however_often_clay_says_so(
    alice: Program, bob: Program, stranger: Program, secret: None
) -> None:
    mine, _ = waiting(alice, "run_mine")
    other, _ = waiting(bob, "run_other")
    assert [deliver(stranger, said("run_mine")).status_code for _ in range(3)] == [204] * 3
    assert look(alice, mine) == {"status": "waiting", "due": True, "resumes": None}
    assert look(bob, other) == {"status": "waiting", "due": False, "resumes": "2099-01-01T00:00:00+00:00"}


def test_a_run_that_nobody_waits_for_changes_nothing(alice: Program, stranger: Program, secret: None) -> None:
    mine, _ = waiting(alice, "run_mine")
    alice.post(f"/api/jobs/{mine}/cancel")
    for body in (said("run_mine"), said("run_unknown"), said("run\0\ud800"), {"data": {}}, [], {"data": ["run_mine"]}):
        assert deliver(stranger, body).status_code == 204
    assert look(alice, mine)["status"] == "cancelled"


def test_what_clay_did_not_sign_wakes_nobody(alice: Program, stranger: Program, secret: None) -> None:
    mine, _ = waiting(alice, "run_mine")
    assert deliver(stranger, said("run_mine"), "another secret").status_code == 403
    assert stranger.post(PATH, said("run_mine")).status_code == 403
    assert stranger.ask("POST", PATH, data=b"x" * 300_000).status_code == 413
    assert stranger.get(PATH).status_code == 405
    assert look(alice, mine)["due"] is False


def test_without_a_secret_there_is_nothing_here(stranger: Program) -> None:
    assert deliver(stranger, said("run_mine")).status_code == 404


@pytest.fixture
def listening(app: Flask, secret: None) -> Iterator[str]:
    """The product's own door on loopback."""
    server = make_server("127.0.0.1", 0, app)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{PATH}"
    server.shutdown()
    server.server_close()


def test_word_of_the_simulated_clay_spares_the_job_its_wait(
    team, outside, listening: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reachly.providers.clay.routines.WAITS", (3600.0,))  # asking by itself would take an hour
    settings().clay_webhook_id = "wh_1"
    outside.play(webhook={"id": "wh_1", "url": listening, "secret": SECRET}, routine_delay_ms=300)
    job_id = find(team, 5, "clay")
    ended = ""
    for _ in range(400):
        ended = run(job_id, KINDS, "test")
        if ended == "succeeded":
            break
        time.sleep(0.05)
    assert (ended, job(team, job_id)["progress_done"], balances(team)["spent"]) == ("succeeded", 5, 5)
