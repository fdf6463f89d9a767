"""Jobs, their events and their files, as a program sees them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from uuid import UUID

from reachly.engine.run import run
from tests.api.conftest import WANTED, Program

Deliver = Callable[[int], UUID]


def test_a_poll_that_finds_nothing_new_is_a_304(alice: Program) -> None:
    job = alice.post("/api/leads/generate", WANTED).get_json()["job"]["id"]
    first = alice.get(f"/api/jobs/{job}")
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    again = alice.get(f"/api/jobs/{job}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert alice.post(f"/api/jobs/{job}/cancel").status_code == 202
    changed = alice.get(f"/api/jobs/{job}", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.get_json()["status"] == "cancelled"
    assert changed.headers["ETag"] != tag


def test_cancelling_gives_back_what_was_reserved(alice: Program) -> None:
    job = alice.post("/api/leads/generate", WANTED).get_json()["job"]["id"]
    answer = alice.post(f"/api/jobs/{job}/cancel")
    assert answer.get_json()["job"]["credits"] == {"reserved": 0, "spent": 0, "released": 10}
    assert alice.get("/api/users/credits").get_json()["available"] == 100
    assert alice.post(f"/api/jobs/{job}/cancel").status_code == 409


def test_a_stopped_job_goes_on_as_one_new_job(alice: Program) -> None:
    job = alice.post("/api/leads/generate", WANTED).get_json()["job"]["id"]
    assert alice.post(f"/api/jobs/{job}/retry").status_code == 409
    alice.post(f"/api/jobs/{job}/cancel")
    first = alice.post(f"/api/jobs/{job}/retry")
    assert first.status_code == 202
    assert first.get_json()["job"]["retry_of"] == job
    again = alice.post(f"/api/jobs/{job}/retry")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.get_json()["job"]["id"] == first.get_json()["job"]["id"]


def test_jobs_are_listed_newest_first_in_pages(alice: Program) -> None:
    made = [alice.post("/api/leads/generate", WANTED).get_json()["job"]["id"] for _ in range(5)]
    alice.post(f"/api/jobs/{made[0]}/cancel")
    seen: list[str] = []
    path: str | None = "/api/jobs?limit=2&count=exact"
    while path:
        answer = alice.get(path)
        assert answer.get_json()["total"] == 5
        seen += [job["id"] for job in answer.get_json()["data"]]
        link = answer.headers.get("Link")
        path = link[1 : link.index(">")] if link else None
    assert seen == made[::-1]
    assert [job["id"] for job in alice.get("/api/jobs?status=cancelled").get_json()["data"]] == made[:1]
    assert alice.get("/api/jobs?kind=export_leads&count=exact").get_json() == {
        "data": [],
        "next_cursor": None,
        "total": 0,
    }
    assert alice.get("/api/jobs?status=done").status_code == 422


def test_a_cursor_of_another_list_is_refused(alice: Program) -> None:
    for _ in range(2):
        alice.post("/api/leads/generate", WANTED)
    cursor = alice.get("/api/jobs?limit=1").get_json()["next_cursor"]
    assert alice.get(f"/api/users/credits/transactions?cursor={cursor}").status_code == 422
    assert alice.get(f"/api/leads?cursor={cursor}").status_code == 422


def test_the_story_of_a_job_is_told_in_order(alice: Program, deliver: Deliver) -> None:
    job = deliver(3)
    told = alice.get(f"/api/jobs/{job}/events?count=exact").get_json()
    assert [event["id"] for event in told["data"]] == list(range(1, told["total"] + 1))
    assert [event["event"] for event in told["data"]] == ["log", "log", "leads", "done"]
    some = alice.get(f"/api/jobs/{job}/events?limit=3").get_json()
    rest = alice.get(f"/api/jobs/{job}/events?cursor={some['next_cursor']}").get_json()
    assert [event["id"] for event in rest["data"]] == [4]


def test_an_export_becomes_a_file_that_can_be_fetched_in_parts(alice: Program, deliver: Deliver) -> None:
    from reachly.export.step import step

    deliver(5)
    key = {"Idempotency-Key": "one file"}
    asked = alice.post("/api/leads/export", {"format": "csv", "columns": ["first_name", "email"]}, headers=key)
    assert asked.status_code == 202
    again = alice.post("/api/leads/export", {"format": "csv", "columns": ["first_name", "email"]}, headers=key)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert alice.post("/api/leads/export", {"format": "jsonl"}, headers=key).status_code == 422
    job = asked.get_json()["job"]
    assert job["kind"] == "export_leads"
    run(UUID(job["id"]), {"export_leads": step}, "tests", lambda: False)
    done = alice.get(f"/api/jobs/{job['id']}").get_json()
    assert done["status"] == "succeeded", done
    export = alice.get(f"/api/exports/{done['result']['export_id']}").get_json()
    assert set(export) >= {"id", "job_id", "format", "rows", "bytes", "sha256", "expires_at", "download_url"}
    assert export["rows"] == 5
    whole = alice.get(export["download_url"])
    assert whole.status_code == 200
    assert whole.headers["Content-Disposition"].startswith("attachment")
    assert int(whole.headers["Content-Length"]) == export["bytes"] == len(whole.data)
    assert hashlib.sha256(whole.data).hexdigest() == export["sha256"]
    assert whole.text.count("\r\n") == 6
    part = alice.get(export["download_url"], headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.data) == (206, whole.data[5:10])
    same = alice.get(export["download_url"], headers={"If-None-Match": whole.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    beyond = alice.get(export["download_url"], headers={"Range": f"bytes={export['bytes']}-"})
    assert beyond.status_code == 416
    assert beyond.content_type == "application/problem+json"


def test_a_file_has_the_rows_that_the_filters_match(alice: Program, deliver: Deliver) -> None:
    job = deliver(4)
    leads = [lead["id"] for lead in alice.get("/api/leads").get_json()["data"]]
    for wish, rows in (
        ({}, 4),
        ({"filters": {"seniorities": ["VP"], "job_id": str(job)}}, 4),
        ({"filters": {"exclude_locations": ["Germany"]}}, 0),
        ({"lead_ids": leads[:3]}, 3),
    ):
        asked = alice.post("/api/leads/export", {"format": "jsonl"} | wish)
        assert asked.get_json()["job"]["progress"]["total"] == rows, wish


def test_what_is_wrong_with_a_wish_for_a_file_is_said(alice: Program) -> None:
    for body, field in (
        ({"format": "pdf"}, "format"),
        ({"columns": ["nothing"]}, "columns"),
        ({"lead_ids": ["x"]}, "lead_ids.0"),
        ({"lead_ids": []}, "lead_ids"),
        ({"filters": {"city": ["Berlin"]}}, "filters.city"),
        ({"list_id": "01a2023d-e4a1-73d1-873c-a14babf0e0fc"}, "list_id"),
        ({"preset": "nobodys"}, "preset"),
    ):
        answer = alice.post("/api/leads/export", body)
        assert answer.status_code == 422, body
        assert answer.get_json()["errors"][0]["field"] == field
