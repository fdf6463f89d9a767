"""Small kinds of job and small looks at one, for the engine's tests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reachly import database
from reachly.database import scope
from reachly.engine.request import Requested, Wish, request
from tests.conftest import Team


def wish(hold: int = 0, total: int = 3, **more: Any) -> Wish:
    """A small job of a kind that the test brings a step for."""
    options: dict[str, Any] = {
        "kind": "generate_leads",
        "queue": "interactive",
        "name": "Test",
        "params": {"limit": total},
    }
    return Wish(total=total, hold=hold, **(options | more))


def ask(team: Team, key: str | None = None, **more: Any) -> Requested:
    """Ask for a small job as the team's person."""
    return request(team.workspace_id, team.user_id, wish(**more), key)


def job(team: Team, job_id: UUID) -> dict[str, Any]:
    """The job's row."""
    with scope(team.workspace_id, team.user_id):
        row = database.one("SELECT * FROM jobs WHERE id = %s", (job_id,))
    assert row is not None
    return row


def balances(team: Team) -> dict[str, int]:
    """The kept balances that people see."""
    with scope(team.workspace_id, team.user_id):
        return {
            row["name"]: row["balance"]
            for row in database.rows("SELECT name, balance FROM accounts WHERE name IN ('available', 'held', 'spent')")
        }


def events(team: Team, job_id: UUID) -> list[dict[str, Any]]:
    """The job's story, in order."""
    with scope(team.workspace_id, team.user_id):
        return database.rows("SELECT seq, kind, data FROM job_events WHERE job_id = %s ORDER BY seq", (job_id,))


def lose_lease(team: Team, job_id: UUID) -> None:
    """Let the lease of a running job run out, as if its worker had been killed."""
    with scope(team.workspace_id, team.user_id):
        database.execute(
            "UPDATE jobs SET lease_until = clock_timestamp() - interval '1 second' WHERE id = %s", (job_id,)
        )
