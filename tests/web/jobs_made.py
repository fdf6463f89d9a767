"""Jobs without a provider behind them, brought into the states a page can meet."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reachly import news
from reachly.database import as_json, execute, one, rows, scope
from reachly.engine.claim import Claim, take
from reachly.engine.request import Wish, request


def made(team: Any, name: str = "Carriers", total: int = 10, hold: int = 10, kind: str = "generate_leads") -> UUID:
    """A queued job of one source."""
    sources = (("lusha", False),) if kind == "generate_leads" else ()
    params = {"filters": {"industries": ["Software"]}, "limit": total, "sources": ["lusha"], "reveal": ["email"]}
    wish = Wish(kind, "interactive", name, params, total, hold, {"email": 1}, {}, sources)
    return request(team.workspace_id, team.user_id, wish).job_id


def claimed(job_id: UUID) -> Claim:
    """The job as a worker holds it."""
    claim = take(job_id, "a test")
    assert claim is not None
    return claim


def tell(team: Any, job_id: UUID, text: str, **data: Any) -> int:
    """Append a line to the job's story and say so; returns its number."""
    with scope(team.workspace_id, team.user_id):
        told = one(
            "SELECT job_tell(%s, 'log', %s::jsonb) AS seq", (job_id, as_json({"text": text, "tone": "plain"} | data))
        )
    assert told is not None
    news.publish(team.workspace_id, job_id)
    return told["seq"]


def source_state(team: Any, job_id: UUID, **columns: Any) -> None:
    """Set columns of the job's source, as its run does."""
    with scope(team.workspace_id, team.user_id):
        for name, value in columns.items():
            execute(f"UPDATE job_sources SET {name} = %s WHERE job_id = %s", (value, job_id))


def jobs_of(team: Any) -> list[dict[str, Any]]:
    """All jobs of the team, oldest first."""
    with scope(team.workspace_id, team.user_id):
        return rows("SELECT * FROM jobs ORDER BY number")


def events_of(team: Any, job_id: UUID) -> list[dict[str, Any]]:
    """The job's story, in order."""
    with scope(team.workspace_id, team.user_id):
        return rows("SELECT seq, kind, data FROM job_events WHERE job_id = %s ORDER BY seq", (job_id,))
