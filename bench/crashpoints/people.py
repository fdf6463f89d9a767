"""The workspaces of the tries: made from nothing for each, looked at from outside afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from reachly import accounts, storage
from reachly.app import create_app
from reachly.database import one, owner_database, rows, scope, transaction
from reachly.settings import settings


@lru_cache(maxsize=1)
def program() -> FlaskClient:
    """A client of the whole application; made once, before any fork."""
    return create_app().test_client()


@dataclass(frozen=True, slots=True)
class Team:
    """A workspace, its person with a token, and its account at the simulated providers."""

    workspace_id: UUID
    user_id: UUID
    token: str
    sandbox: str
    key: str

    def told(self) -> dict[str, Any]:
        """As plain values for another process."""
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def of(cls, told: dict[str, Any]) -> Team:
        """The same in another process."""
        values: dict[str, Any] = {name: UUID(value) if name.endswith("_id") else value for name, value in told.items()}
        return cls(**values)

    def use(self) -> None:
        """Point this process's settings at the account."""
        config = settings()
        config.lusha_api_key = config.clay_api_key = SecretStr(self.key)
        config.lusha_base_url, config.clay_base_url = self.sandbox, f"{self.sandbox}/public/v0"

    def play(self, **behaviour: Any) -> None:
        """Say what the account meets."""
        httpx.put(f"{self.sandbox}/_control/{self.key}", json=behaviour).raise_for_status()

    def outside(self) -> dict[str, Any]:
        """What the providers counted for it."""
        return httpx.get(f"{self.sandbox}/_control/{self.key}").json()

    def post(self, path: str, body: Any = None, key: str | None = None) -> TestResponse:
        """Ask the API as the person's program does."""
        headers = {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
        return program().post(path, json=body, headers=headers)

    def rows(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        """Rows as the team sees them."""
        with scope(self.workspace_id, self.user_id):
            return rows(sql, params)


def join(sandbox: str) -> Team:
    """A new workspace with the trial's credits."""
    with transaction():
        made = one(
            "SELECT * FROM account_register(%s, 'Alice', 'no-hash', 'test', false)", (f"{uuid4().hex}@a.example",)
        )
    assert made is not None
    token, _ = accounts.issue_token(made["user_id"], made["workspace_id"])
    team = Team(made["workspace_id"], made["user_id"], token, sandbox, f"sandbox-{uuid4().hex}")
    team.use()
    team.play(routine_delay_ms=50)
    return team


def as_owner(sql: str, *params: Any) -> None:
    """Move what the application may not: times, and lots of credits."""
    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql(sql, params)


def outcome(team: Team) -> dict[str, Any]:
    """What must be the same however often somebody died on the way."""
    balances = team.rows("SELECT name, balance FROM accounts WHERE name IN ('available', 'held', 'spent')")
    jobs = team.rows("SELECT kind, status, error_code, progress_done, result -> 'misses' FROM jobs ORDER BY number")
    leads = team.rows("SELECT source, email, phone, credits FROM leads WHERE deleted_at IS NULL ORDER BY email")
    files = team.rows("SELECT path, rows, bytes, sha256, deleted_at IS NULL AS there FROM exports ORDER BY created_at")
    return {
        "balances": {row["name"]: row["balance"] for row in balances},
        # Which of two jobs comes first is nobody's promise: one of them finds what the other left.
        "jobs": sorted((tuple(row.values()) for row in jobs), key=str),
        "leads": [tuple(row.values()) for row in leads],
        "files": [(row["rows"], row["there"]) for row in files],
    }


def file_breaches(team: Team) -> list[str]:
    """Each finished export's file has its bytes and hash, and there is no file without a row but for young ones."""
    wrong = []
    named = set()
    for row in team.rows("SELECT path, bytes, sha256 FROM exports WHERE deleted_at IS NULL"):
        named |= {row["path"], f"{row['path'].rpartition('.')[0]}.manifest.json"}
        found = b"".join(storage.read(row["path"]))
        if len(found) != row["bytes"] or hashlib.sha256(found).hexdigest() != row["sha256"]:
            wrong.append(f"the file {row['path']} is not the one its row tells of")
    there = {found.path for found in storage.listed(f"exports/{team.workspace_id}")}
    wrong += [f"the file {path} has no row" for path in sorted(there - named)]
    return wrong + [f"the row's file {path} is not there" for path in sorted(named - there)]


def cut_off(team: Team) -> list[str]:
    """What is left of uploads that were killed, which the storage's listing leaves out."""
    folder = Path(settings().storage_url.get_secret_value().removeprefix("file://"), "exports", str(team.workspace_id))
    return [str(path) for path in folder.rglob("*#*")]
