"""Asks for leads and works on the job until it ends, as a worker would."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from reachly import database
from reachly.database import scope
from reachly.engine.run import run
from reachly.filters import Filters
from reachly.generate.asking import Search, ask
from reachly.generate.step import step
from tests.conftest import Team

KINDS = {"generate_leads": step}
SOFTWARE = {"industries": ["Software"], "seniorities": ["c_level", "vp"]}


def find(
    team: Team,
    limit: int,
    *sources: str,
    reveal: tuple[str, ...] = ("email",),
    filters: dict[str, list[str]] | None = None,
    key: str | None = None,
) -> UUID:
    """Ask for leads and return the job's id."""
    search = Search(Filters.of(SOFTWARE if filters is None else filters), limit, sources or ("lusha",), reveal)
    return ask(team.workspace_id, team.user_id, search, key).job_id


def work(job_id: UUID, seconds: float = 30) -> str:
    """Work on the job until it ends; its waits are waited for."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        came_to = run(job_id, KINDS, "test")
        if came_to in ("succeeded", "failed", "cancelled"):
            return came_to
        time.sleep(0.1)
    raise AssertionError(f"job {job_id} did not end in {seconds} s")


def rows(team: Team, sql: str, *params: Any) -> list[dict[str, Any]]:
    """Rows as the team sees them."""
    with scope(team.workspace_id, team.user_id):
        return database.rows(sql, params)


def sources(team: Team, job_id: UUID) -> dict[str, dict[str, Any]]:
    """How each source of the job did."""
    return {row["source"]: row for row in rows(team, "SELECT * FROM job_sources WHERE job_id = %s", job_id)}
