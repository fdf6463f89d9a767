"""Whatever a program sends, it is answered in JSON, with the right status, and never with a failure of ours."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from reachly.settings import settings
from tests.api.conftest import WANTED, Program

JSON = "application/json"


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b'{"limit": NaN}', JSON, 400),
        (b'{"limit": 1e999}', JSON, 422),
        (b"[" * 100_000, JSON, 400),
        (b"[" * 900 + b"]" * 900, JSON, 400),
        (b"1" * 10_000, JSON, 400),
        (b"null", JSON, 422),
        (b"[]", JSON, 422),
        (b'"text"', JSON, 422),
        (b'{"filters": {"keywords": ["\\ud800"]}, "limit": 1}', JSON, 422),
        (b'{"filters": {"keywords": ["\\u0000"]}, "limit": 1}', JSON, 422),
        (b'{"filters": {"\\u0000": []}, "limit": 1}', JSON, 422),
        (b"{}", "text/plain", 415),
        (b"a=1", "application/x-www-form-urlencoded", 415),
        (b"{}", "", 415),
        (b"{}", "nonsense", 415),
    ],
)
def test_an_unreadable_body_is_told_apart_from_a_wrong_one(alice: Program, data: bytes, kind: str, status: int) -> None:
    answer = alice.ask("POST", "/api/leads/generate", data=data, content_type=kind)
    assert answer.status_code == status, answer.text
    _is_problem(answer)


def test_a_body_that_is_too_large_is_413(alice: Program) -> None:
    data = b'{"x": "' + b"y" * settings().request_body_bytes + b'"}'
    answer = alice.ask("POST", "/api/leads/generate", data=data, content_type=JSON)
    assert answer.status_code == 413
    _is_problem(answer)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/api",
            "/api/",
            "/api/nothing",
            "/api/leads/nowhere/else",
            "/api/jobs/7",
            "/api/jobs/%00",
            "/api/leads/..%2f..%2fetc",
        ),
        *("/functions/email-finder", "/functions/v1/nothing", "/api/jobs/", "/api/admin/users", "/hooks/nobody"),
    ],
)
def test_an_unknown_path_is_404_in_json(alice: Program, path: str) -> None:
    answer = alice.get(path)
    assert answer.status_code == 404
    _is_problem(answer)


def test_a_wrong_method_is_405_and_names_the_right_ones(alice: Program) -> None:
    answer = alice.delete("/api/jobs")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    _is_problem(answer)
    assert alice.ask("BREW", "/api/jobs").status_code == 405


def test_every_limited_path_tells_the_limits(alice: Program, stranger: Program) -> None:
    answer = alice.post("/api/leads/generate", WANTED)
    assert '"requests";q=600000;w=60' in answer.headers["RateLimit-Policy"]
    assert '"writes";q=' in answer.headers["RateLimit-Policy"]
    assert '"requests";r=' in answer.headers["RateLimit"]
    assert "RateLimit" in stranger.get("/api/jobs").headers


def test_too_many_requests_are_429_with_the_seconds_to_wait(alice: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "rate_limit_scale", 1)
    monkeypatch.setattr(settings(), "rate_limit_requests", 3)
    from tests.api.conftest import person_of

    for _ in range(5):
        answer = alice.get("/api/auth/me")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert '"requests";r=0' in answer.headers["RateLimit"]
    _is_problem(answer)
    assert person_of(alice)


def test_other_origins_are_let_in_only_where_configured(alice: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = {"Origin": "https://app.example"}
    assert "Access-Control-Allow-Origin" not in alice.get("/api/jobs", headers=origin).headers
    monkeypatch.setattr(settings(), "cors_origins", "https://app.example, https://other.example")
    answer = alice.get("/api/jobs", headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    preflight = alice.ask("OPTIONS", "/api/jobs", headers=origin | {"Access-Control-Request-Method": "GET"})
    assert preflight.status_code == 200
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    stranger = alice.get("/api/jobs", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers
    assert "Access-Control-Allow-Origin" not in alice.get("/login", headers=origin).headers


def test_the_store_being_away_is_503_in_json_and_told_by_readyz(
    alice: Program, stranger: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reachly import database

    def refuse() -> None:
        database.db.close_all()
        database.db.connect_params["port"] = 1
        database.db.connect_params["connect_timeout"] = 1

    kept = dict(database.db.connect_params)
    refuse()
    try:
        answer = alice.get("/api/jobs")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        _is_problem(answer)
        ready = stranger.get("/readyz")
        assert (ready.status_code, ready.get_json()["away"]) == (503, ["postgresql"])
        assert stranger.get("/healthz").status_code == 200
    finally:
        database.db.connect_params.clear()
        database.db.connect_params.update(kept)
    assert alice.get("/api/jobs").status_code == 200
    assert stranger.get("/readyz").status_code == 200


def test_without_redis_everything_still_answers(alice: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    from reachly import counter, news

    away = redis.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(news, "_client", away)
    monkeypatch.setattr(counter, "_away_until", 0.0)
    monkeypatch.setattr(news, "_quiet_until", 0.0)
    assert alice.post("/api/leads/generate", WANTED).status_code == 202
    answer = alice.get("/api/jobs")
    assert answer.status_code == 200
    assert "RateLimit" in answer.headers
    ready = alice.get("/readyz")
    assert (ready.status_code, ready.get_json()["away"]) == (503, ["redis"])
    monkeypatch.setattr(counter, "_away_until", 0.0)


def test_the_document_is_sound_and_names_every_call(alice: Program) -> None:
    from openapi_spec_validator import validate

    document = alice.get("/api/openapi.json").get_json()
    validate(document)
    assert document["openapi"] == "3.1.0"
    calls = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert calls >= {
        *("POST /api/auth/register", "POST /api/auth/login", "POST /api/auth/logout", "GET /api/auth/me"),
        *("GET /api/users/profile", "PUT /api/users/profile", "GET /api/users/credits"),
        *(
            "GET /api/users/credits/transactions",
            "POST /api/leads/generate",
            "GET /api/leads",
            "GET /api/leads/{lead_id}",
        ),
        *("DELETE /api/leads/{lead_id}", "POST /api/leads/export", "GET /api/jobs", "GET /api/jobs/{job_id}"),
        *("GET /api/jobs/{job_id}/events", "POST /api/jobs/{job_id}/cancel", "POST /api/jobs/{job_id}/retry"),
        *("GET /api/exports/{export_id}", "GET /api/exports/{export_id}/download"),
    }


def test_the_readable_document_needs_nothing_from_elsewhere(alice: Program) -> None:
    page = alice.get("/api/docs")
    assert page.status_code == 200
    assert page.mimetype == "text/html"
    assert "<code>/api/leads/generate</code>" in page.text
    assert "https://" not in page.text.replace("https://www.rfc-editor.org", "")


def _is_problem(answer: Any) -> None:
    assert answer.content_type == "application/problem+json"
    told = json.loads(answer.data)
    assert set(told) >= {"type", "title", "status", "detail"}
    assert told["status"] == answer.status_code
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("below", ["[" + "0," * 20_000 + "0]", "{" + ",".join(f'"{n}":0' for n in range(20_000)) + "}"])
def test_a_long_name_above_many_values_takes_no_more_memory_than_both(stranger: Program, below: str) -> None:
    data = f'{{"{"k" * 500_000}": {below}}}'.encode()
    tracemalloc.start()
    try:
        answer = stranger.ask("POST", "/api/auth/register", data=data, content_type=JSON)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 422
    assert len(answer.data) < 10_000
    assert most < 60_000_000
