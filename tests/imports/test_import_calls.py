"""The call that imports a file, and what it tells of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from reachly import accounts
from reachly.database import one, scope
from reachly.settings import settings
from tests.imports.made import csv_of, leads, people, work
from tests.web.browsing import application

Send = Callable[..., Any]


@pytest.fixture
def program(team) -> Any:
    """Alice's program."""
    return Program(team)


class Program:
    """Somebody's program with a key of theirs."""

    def __init__(self, team: Any) -> None:
        person = accounts.find_session(accounts.start_session(team.user_id, team.workspace_id, "a test"))
        self.headers = {"Authorization": f"Bearer {accounts.create_key(person, 'A test').secret}"}
        self.client = application().test_client()

    def get(self, path: str) -> Any:
        """GET."""
        return self.client.get(path, headers=self.headers)

    def send(self, data: bytes | None, key: str | None = None, name: str = "people.csv", **form: Any) -> Any:
        """Upload a file."""
        parts = form | ({"file": (io.BytesIO(data), name)} if data is not None else {})
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post("/api/leads/import", data=parts, headers=headers, content_type="multipart/form-data")


def test_a_file_is_imported_as_its_mapping_says(team, program) -> None:
    data = csv_of("Ada,ada@engine.example,Boss", "Bad,a@@b,Boss", header="Who,Address,Kind")
    answer = program.send(data, mapping=json.dumps({"Who": "first_name", "Kind": "title", "2": "email"}))
    assert (answer.status_code, answer.json["job"]["kind"]) == (202, "import_leads")
    assert answer.headers["Location"] == f"/api/jobs/{answer.json['job']['id']}"
    assert work(answer.json["job"]["id"]) == "succeeded"
    assert leads(team, "first_name, title, email") == [
        {"first_name": "Ada", "title": "Boss", "email": "ada@engine.example"}
    ]
    result = program.get(answer.headers["Location"]).json["result"]
    told = program.get(f"/api/imports/{result['import_id']}").json
    assert (told["state"], told["counts"]) == ("done", {"read": 2, "new": 1, "updated": 0, "same": 0, "refused": 1})
    assert told["refused_by_reason"] == {"email": 1}
    assert "3,“a@@b” is not an e-mail address.,Bad" in program.get(told["refused_url"]).get_data(as_text=True)


def test_a_dry_run_writes_nothing(team, program) -> None:
    answer = program.send(csv_of(*people(3)), dry_run="true")
    work(answer.json["job"]["id"])
    result = program.get(answer.headers["Location"]).json["result"]
    assert (result["dry"], result["new"], leads(team)) == (True, 3, [])
    assert program.get(f"/api/imports/{result['import_id']}").json["dry_run"] is True


def test_the_same_key_with_the_same_file_is_the_same_import(team, program, files) -> None:
    first, again = (program.send(csv_of(*people(2)), key="k1") for _ in range(2))
    assert first.json["job"]["id"] == again.json["job"]["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    other = program.send(csv_of(*people(3)), key="k1")
    assert other.status_code == 422
    assert len(files()) == 1
    with scope(team.workspace_id, team.user_id):
        assert one("SELECT count(*) AS many FROM imports") == {"many": 1}


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"data": None}, 422, "file"),
        ({"data": b""}, 422, "file"),
        ({"data": b"PK\x03\x04rest", "name": "x.csv"}, 422, "file"),
        ({"data": csv_of("a,b", header="Who,What")}, 422, "mapping"),
        ({"data": csv_of(*people(1)), "mapping": "[1]"}, 422, "mapping"),
        ({"data": csv_of(*people(1)), "mapping": '{"Nope": "email"}'}, 422, "mapping.Nope"),
        ({"data": csv_of(*people(1)), "mapping": '{"Phone": "fax"}'}, 422, "mapping.Phone"),
        ({"data": csv_of(*people(1)), "use": "spam"}, 422, "use"),
        ({"data": csv_of(*people(1)), "overwrite": "maybe"}, 422, "overwrite"),
        ({"data": csv_of(*people(1)), "list_id": "01890000-0000-7000-8000-000000000000"}, 422, "list_id"),
        ({"data": csv_of(*people(1)), "lists": "x"}, 422, "lists"),
    ],
)
def test_what_cannot_be_taken_is_said_field_by_field_and_nothing_is_kept(program, files, sent, status, field) -> None:
    answer = program.send(**sent)
    assert answer.status_code == status
    assert field in [error["field"] for error in answer.json["errors"]]
    assert files() == []


def test_other_bodies_and_larger_ones_are_refused(program, monkeypatch) -> None:
    answer = program.client.post("/api/leads/import", json={}, headers=program.headers)
    assert (answer.status_code, "multipart/form-data" in answer.json["detail"]) == (415, True)
    monkeypatch.setattr(settings(), "import_bytes", 1000)
    monkeypatch.setattr("reachly.web.security.AROUND_FILE", 2000)
    assert {program.send(b"a" * size).status_code for size in (2000, 9000)} == {413}


def test_another_workspace_finds_nothing(other_team, program) -> None:
    work(program.send(csv_of(*people(1))).json["job"]["id"])
    listing = program.get("/api/jobs?kind=import_leads").json["data"]
    import_id = listing[0]["result"]["import_id"]
    stranger = Program(other_team)
    never = stranger.get("/api/imports/01890000-0000-7000-8000-000000000000")
    for path in (f"/api/imports/{import_id}", f"/api/imports/{import_id}/refused"):
        assert (stranger.get(path).status_code, stranger.get(path).data) == (404, never.data)
