"""A program that talks to the API of this worker's database, and the means to make leads for it to see."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

PASSWORD = "a long way to Tipperary"


@pytest.fixture(scope="session")
def app() -> Flask:
    """The whole application, strict about its templates."""
    from reachly.app import create_app

    return create_app(strict=True)


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No limit is in the way unless a test is about it; one provider has a key; files have a folder."""
    from reachly.settings import settings

    config = settings()
    monkeypatch.setattr(config, "rate_limit_scale", 1000)
    monkeypatch.setattr(config, "lusha_api_key", SecretStr("a-key-for-tests"))
    monkeypatch.setattr(config, "lusha_base_url", "http://127.0.0.1:9")
    monkeypatch.setattr(config, "storage_url", SecretStr(f"file://{tmp_path}"))


@dataclass
class Program:
    """A program with a token, asking as ``Authorization: Bearer``."""

    client: FlaskClient
    token: str = ""
    user: dict[str, Any] | None = None

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        """Ask, with the token where there is one."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.client.open(path, method=method, headers=headers | options.pop("headers", {}), **options)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.ask("POST", path, json=json, **options)

    def put(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self.ask("PUT", path, json=json, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.ask("DELETE", path, **options)


@pytest.fixture
def stranger(app: Flask) -> Program:
    """A program without a token."""
    return Program(app.test_client())


@pytest.fixture
def make_program(app: Flask) -> Callable[..., Program]:
    """Register somebody new and hand out a program that acts for them."""

    def make(credits: int = 0) -> Program:
        from tests.conftest import Team, grant

        body = {
            "email": f"{uuid4().hex[:12]}@team.example",
            "password": PASSWORD,
            "name": "Alice",
            "accept_terms": True,
        }
        answer = Program(app.test_client()).post("/api/auth/register", body)
        assert answer.status_code == 201, answer.text
        told = answer.get_json()
        program = Program(app.test_client(), told["access_token"], told["user"])
        if credits:
            person = person_of(program)
            grant(Team(person.workspace_id, person.user_id, person.email), credits)
        return program

    return make


@pytest.fixture
def alice(make_program: Callable[..., Program]) -> Program:
    """A program of Alice's, who has the trial's 100 credits."""
    return make_program()


@pytest.fixture
def bob(make_program: Callable[..., Program]) -> Program:
    """A program of Bob's, who has nothing to do with Alice."""
    return make_program()


def person_of(program: Program) -> Any:
    """Who a program acts for."""
    from reachly import accounts

    person = accounts.find_token(program.token)
    assert person is not None
    return person


WANTED = {"filters": {"seniorities": ["vp"], "locations": ["Germany"]}, "limit": 10}


@pytest.fixture
def deliver(alice: Program) -> Callable[[int], UUID]:
    """Have a job of Alice's bring so many leads, by the very function that workers use; returns the job's id."""

    def bring(many: int, program: Program = alice) -> UUID:
        from reachly import database
        from reachly.database import as_json, one

        job = UUID(program.post("/api/leads/generate", WANTED | {"limit": many}).get_json()["job"]["id"])
        person = person_of(program)
        with database.scope(person.workspace_id, person.user_id):
            database.execute(
                "UPDATE jobs SET status = 'running', attempt = 1, lease_until = now() + interval '1 minute'"
                " WHERE id = %s",
                (job,),
            )
            told = one(
                "SELECT * FROM deliver_page(%s, 1, 'lusha', %s::jsonb, '{email}', %s, 0, '{\"email\": 1}', '{}')",
                (job, as_json([_row(n) for n in range(many)]), many),
            )
            assert told is not None
            assert told["delivered"] == many
            assert one("SELECT job_end(%s, 1, 'succeeded', NULL, NULL, NULL) AS ended", (job,)) == {"ended": True}
        return job

    return bring


def _row(n: int) -> dict[str, Any]:
    name = uuid4().hex[:10]
    return {
        "n": n,
        "new_id": str(uuid4()),
        "keys": [f"e:{name}@firm.example"],
        "first_name": f"Ada{n}",
        "last_name": "Example",
        "title": "VP Sales",
        "seniority": "vp",
        "department": "Sales",
        "country": "Germany",
        "city": "Berlin",
        "email": f"{name}@firm.example",
        "email_status": "valid",
        "has_email": True,
        "has_phone": n % 2 == 0,
        "company": "Firm",
        "domain": "firm.example",
        "size": "51-200",
        "sample": True,
        "suppressed": False,
        "wanted": True,
        "provenance": {"email": {"source": "lusha", "at": "2026-11-22T10:00:00Z"}},
        "company_provenance": {},
    }


@pytest.fixture(scope="session")
def folder() -> Iterator[str]:
    """A folder that outlives a single test."""
    with tempfile.TemporaryDirectory() as name:
        yield name + os.sep
