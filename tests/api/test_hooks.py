"""What a Clay table sends back."""

from __future__ import annotations

import time
from uuid import UUID, uuid4

import pytest
import time_machine

from reachly import callbacks, database
from tests.api.conftest import WANTED, Program, person_of


def _waiting(alice: Program) -> UUID:
    job = UUID(alice.post("/api/leads/generate", WANTED).get_json()["job"]["id"])
    person = person_of(alice)
    with database.scope(person.workspace_id, person.user_id):
        database.execute(
            "UPDATE jobs SET status = 'waiting', wake_at = now() + interval '1 hour' WHERE id = %s", (job,)
        )
    return job


def _path(run: str, item: str) -> str:
    return "/hooks" + callbacks.address(run, item).partition("/hooks")[2]


def test_a_result_is_kept_once_and_wakes_its_job(alice: Program, stranger: Program) -> None:
    job = _waiting(alice)
    path = _path(str(job), "item-1")
    body = {"run_id": str(job), "item_id": "item-1", "status": "ok", "email": "a@firm.example"}
    assert stranger.post(path, body).status_code == 202
    again = stranger.post(path, body | {"email": "other@firm.example"})
    assert (again.status_code, again.get_json()["duplicate"]) == (200, True)
    person = person_of(alice)
    with database.scope(person.workspace_id, person.user_id):
        kept = database.rows("SELECT run, item, page, body FROM callbacks WHERE job_id = %s", (job,))
        woken = database.one("SELECT wake_at <= clock_timestamp() AS due FROM jobs WHERE id = %s", (job,))
    assert kept == [{"run": str(job), "item": "item-1", "page": 0, "body": body}]
    assert woken == {"due": True}


def test_a_result_ends_the_rest_of_the_source_that_waits_for_it(alice: Program, stranger: Program) -> None:
    job = _waiting(alice)
    person = person_of(alice)
    resting = {"sources": {"clay_table": {"posted_at": "then", "resumes_at": "2099-01-01T00:00:00+00:00"}}}
    with database.scope(person.workspace_id, person.user_id):
        database.execute("UPDATE jobs SET checkpoint = %s::jsonb WHERE id = %s", (database.as_json(resting), job))
    assert stranger.post(_path(str(job), "item-1"), {"status": "ok"}).status_code == 202
    with database.scope(person.workspace_id, person.user_id):
        found = database.one("SELECT checkpoint FROM jobs WHERE id = %s", (job,))
    assert found == {"checkpoint": {"sources": {"clay_table": {"posted_at": "then", "resumes_at": None}}}}


def test_many_people_may_come_through_the_address_of_one_search(alice: Program, stranger: Program) -> None:
    job = _waiting(alice)
    path = _path(str(job), "filters")
    statuses = [stranger.post(path, {"name": name}).status_code for name in ("Ada", "Grace", "Ada")]
    assert statuses == [202, 202, 200]


def test_addresses_that_are_not_ours_or_not_anymore_are_told_apart(alice: Program, stranger: Program) -> None:
    job = _waiting(alice)
    path = _path(str(job), "item-1")
    assert stranger.post(path[:-3] + "abc", {}).status_code == 404
    assert stranger.post("/hooks/clay/" + "x" * 3000, {}).status_code == 404
    assert stranger.post("/hooks/clay/é%00", {}).status_code == 404
    assert stranger.post(_path(str(uuid4()), "item-1"), {}).status_code == 404
    assert stranger.post(_path("no job", "item-1"), {}).status_code == 404
    with time_machine.travel(time.time() + 8 * 86_400, tick=True):
        assert stranger.post(path, {}).status_code == 410
    alice.post(f"/api/jobs/{job}/cancel")
    assert stranger.post(path, {}).status_code == 410


def test_what_is_no_row_is_refused(alice: Program, stranger: Program) -> None:
    path = _path(str(_waiting(alice)), "item-1")
    assert stranger.ask("POST", path, data=b"x" * (callbacks.MOST_BYTES + 1)).status_code == 413
    assert stranger.ask("POST", path, data=b"{").status_code == 400
    assert stranger.ask("POST", path, data=b"\xff").status_code == 400
    assert stranger.post(path, ["row"]).status_code == 422
    assert stranger.post(path, {"name": "A\x00\ud800"}).status_code == 202
    assert stranger.get(path).status_code == 405


@pytest.mark.parametrize("value", [b"NaN", b"-Infinity", b"1e999", b'{"a":' * 800 + b"1" + b"}" * 800])
def test_what_a_database_cannot_hold_is_not_stumbled_over(alice: Program, stranger: Program, value: bytes) -> None:
    path = _path(str(_waiting(alice)), "filters")
    assert stranger.ask("POST", path, data=b'{"a": ' + value + b"}").status_code in (202, 400)
