"""The same key and body give the first answer again, byte for byte, whatever became of the job since."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from pydantic import SecretStr
from werkzeug.test import TestResponse

from reachly import database
from reachly.engine.forget import forget
from reachly.settings import settings
from tests.api.conftest import WANTED, Program, person_of

KEY = {"Idempotency-Key": "order 4711"}


def _is_the_first_again(first: TestResponse, again: TestResponse) -> None:
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (again.status_code, again.data) == (first.status_code, first.data)
    for name in ("Location", "Content-Type"):
        assert again.headers.get(name) == first.headers.get(name)


def _jobs(program: Program) -> list[dict[str, Any]]:
    return program.get("/api/jobs").get_json()["data"]


def test_the_first_answer_comes_again_though_the_job_has_moved_on(alice: Program) -> None:
    first = alice.post("/api/leads/generate", WANTED, headers=KEY)
    assert first.status_code == 202
    assert alice.post(f"/api/jobs/{first.get_json()['job']['id']}/cancel").status_code == 202
    again = alice.post("/api/leads/generate", WANTED, headers=KEY)
    _is_the_first_again(first, again)
    assert again.get_json()["job"]["status"] == "queued"
    assert [job["status"] for job in _jobs(alice)] == ["cancelled"]


def test_defaults_that_are_spelled_out_are_the_same_body(alice: Program) -> None:
    first = alice.post("/api/leads/generate", WANTED, headers=KEY)
    _is_the_first_again(first, alice.post("/api/leads/generate", WANTED | {"reveal": ["email"]}, headers=KEY))


def test_an_export_is_answered_as_it_was_though_there_are_more_leads_since(
    alice: Program, deliver: Callable[[int], UUID]
) -> None:
    deliver(2)
    first = alice.post("/api/leads/export", {"format": "csv"}, headers=KEY)
    assert first.get_json()["job"]["progress"]["total"] == 2
    deliver(1)
    _is_the_first_again(first, alice.post("/api/leads/export", {"format": "csv"}, headers=KEY))


def test_cancelling_twice_with_one_key_is_answered_twice_the_same(alice: Program) -> None:
    job = alice.post("/api/leads/generate", WANTED).get_json()["job"]["id"]
    first = alice.post(f"/api/jobs/{job}/cancel", headers=KEY)
    assert first.status_code == 202
    _is_the_first_again(first, alice.post(f"/api/jobs/{job}/cancel", headers=KEY))
    assert alice.post(f"/api/jobs/{job}/cancel").status_code == 409


def test_going_on_twice_with_one_key_is_answered_twice_the_same(alice: Program) -> None:
    job = alice.post("/api/leads/generate", WANTED).get_json()["job"]["id"]
    alice.post(f"/api/jobs/{job}/cancel")
    first = alice.post(f"/api/jobs/{job}/retry", headers=KEY)
    assert first.status_code == 202
    alice.post(f"/api/jobs/{first.get_json()['job']['id']}/cancel")
    _is_the_first_again(first, alice.post(f"/api/jobs/{job}/retry", headers=KEY))
    assert len(_jobs(alice)) == 2


def test_a_key_of_one_call_is_refused_by_every_other(alice: Program) -> None:
    job = alice.post("/api/leads/generate", WANTED, headers=KEY).get_json()["job"]["id"]
    for path, body in (("/api/leads/export", {}), (f"/api/jobs/{job}/cancel", None), (f"/api/jobs/{job}/retry", None)):
        answer = alice.post(path, body, headers=KEY)
        assert answer.status_code == 422, path
        assert answer.get_json()["errors"] == [{"field": "Idempotency-Key", "message": "Use a new one."}]
    assert [job["status"] for job in _jobs(alice)] == ["queued"]


def test_a_refusal_is_not_kept(alice: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = WANTED | {"limit": 100}
    other = alice.post("/api/leads/generate", WANTED).get_json()["job"]["id"]
    assert alice.post("/api/leads/generate", everything, headers=KEY).status_code == 402
    assert alice.post("/api/leads/generate", WANTED | {"sources": ["nobody"]}, headers=KEY).status_code == 422
    monkeypatch.setattr(settings(), "lusha_api_key", SecretStr(""))
    assert alice.post("/api/leads/generate", everything, headers=KEY).status_code == 422
    monkeypatch.undo()
    monkeypatch.setattr(settings(), "lusha_api_key", SecretStr("a-key"))
    alice.post(f"/api/jobs/{other}/cancel")
    first = alice.post("/api/leads/generate", everything, headers=KEY)
    assert first.status_code == 202
    _is_the_first_again(first, alice.post("/api/leads/generate", everything, headers=KEY))


def test_too_fast_is_not_kept(alice: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "rate_limit_scale", 0.001)
    statuses = [alice.post("/api/leads/generate", WANTED, headers=KEY).status_code for _ in range(20)]
    assert statuses[-1] == 429
    monkeypatch.setattr(settings(), "rate_limit_scale", 1000)
    assert alice.post("/api/leads/generate", WANTED, headers=KEY).status_code == 202
    assert len(_jobs(alice)) == 1


def test_a_dry_run_neither_keeps_a_key_nor_uses_one_up(alice: Program) -> None:
    for _ in range(2):
        told = alice.post("/api/leads/generate", WANTED | {"dry_run": True}, headers=KEY)
        assert told.status_code == 200
        assert "Idempotent-Replayed" not in told.headers
    assert alice.post("/api/leads/generate", WANTED, headers=KEY).status_code == 202


def test_a_key_says_nothing_to_another_workspace(alice: Program, bob: Program) -> None:
    first = alice.post("/api/leads/generate", WANTED, headers=KEY)
    his = bob.post("/api/leads/generate", WANTED | {"limit": 11}, headers=KEY)
    assert his.status_code == 202
    assert "Idempotent-Replayed" not in his.headers
    assert his.get_json()["job"]["id"] != first.get_json()["job"]["id"]


def test_a_colleague_who_uses_the_same_key_is_told_so(alice: Program) -> None:
    from reachly.answers import Answer, once
    from reachly.engine.request import KeyReused

    alice.post("/api/leads/generate", WANTED, headers=KEY)
    person = person_of(alice)
    with pytest.raises(KeyReused):
        once(person.workspace_id, UUID(int=7), "api:order 4711", ("POST", "/api/leads/generate"), lambda: Answer(202))


def test_while_the_first_is_at_work_the_second_is_409(alice: Program, app: Flask) -> None:
    """The workspace's row is held, so that the first request stands still in the middle of its transaction."""
    person = person_of(alice)
    owner = database.owner_database(settings())
    answers: list[TestResponse] = []

    def first() -> None:
        answers.append(Program(app.test_client(), alice.token).post("/api/leads/generate", WANTED, headers=KEY))

    with owner.connection_context():
        with owner.atomic():
            owner.execute_sql("SELECT FROM workspaces WHERE id = %s FOR NO KEY UPDATE", (person.workspace_id,))
            thread = threading.Thread(target=first)
            thread.start()
            _wait_until_somebody_waits()
            second = alice.post("/api/leads/generate", WANTED, headers=KEY)
            assert second.status_code == 409
            assert int(second.headers["Retry-After"]) > 0
        thread.join()
    assert answers[0].status_code == 202
    _is_the_first_again(answers[0], alice.post("/api/leads/generate", WANTED, headers=KEY))


def _wait_until_somebody_waits() -> None:
    watching = database.owner_database(settings())
    with watching.connection_context():
        for _ in range(200):
            waiting = watching.execute_sql("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if waiting.fetchone()[0]:
                return
            threading.Event().wait(0.02)
    raise AssertionError("nobody waits")


def test_an_answer_that_never_went_out_is_given_to_the_next_who_asks(
    alice: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies right after the commit: the effect and its answer are there, and nothing is done again."""
    from jobs import broker

    def die(*_: Any) -> bool:
        raise RuntimeError("killed between commit and reply")

    monkeypatch.setattr(broker, "send", die)
    assert alice.post("/api/leads/generate", WANTED, headers=KEY).status_code == 500
    monkeypatch.undo()
    monkeypatch.setattr(settings(), "lusha_api_key", SecretStr("a-key"))
    again = alice.post("/api/leads/generate", WANTED, headers=KEY)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (202, "true")
    assert [job["id"] for job in _jobs(alice)] == [again.get_json()["job"]["id"]]


def test_nothing_is_sent_for_a_request_that_was_taken_back(alice: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies just before the commit: no job, no answer, no message, and the key is free."""
    from jobs import broker
    from reachly import answers

    sent: list[Any] = []
    monkeypatch.setattr(broker, "send", lambda *told: sent.append(told))

    def die(*_: Any) -> Any:
        raise RuntimeError("killed before the answer was written")

    monkeypatch.setattr(answers, "execute", die)
    assert alice.post("/api/leads/generate", WANTED, headers=KEY).status_code == 500
    assert (sent, _jobs(alice)) == ([], [])
    assert alice.get("/api/users/credits").get_json()["reserved"] == 0
    monkeypatch.undo()
    monkeypatch.setattr(settings(), "lusha_api_key", SecretStr("a-key"))
    answer = alice.post("/api/leads/generate", WANTED, headers=KEY)
    assert answer.status_code == 202
    assert "Idempotent-Replayed" not in answer.headers


def test_answers_are_forgotten_after_their_time(alice: Program) -> None:
    alice.post("/api/leads/generate", WANTED, headers=KEY)
    person = person_of(alice)
    owner = database.owner_database(settings())
    with owner.connection_context():
        mine = "FROM answers WHERE workspace_id = %s"
        forget()
        assert owner.execute_sql(f"SELECT count(*) {mine}", (person.workspace_id,)).fetchone() == (1,)
        owner.execute_sql("UPDATE answers SET created_at = created_at - interval '25 hours'")
        forget()
        assert owner.execute_sql(f"SELECT count(*) {mine}", (person.workspace_id,)).fetchone() == (0,)
