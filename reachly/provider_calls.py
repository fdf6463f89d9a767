"""Tells how a workspace's calls to its providers have been going."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reachly.database import rows, scope


@dataclass(frozen=True, slots=True)
class Calls:
    """The last 24 hours at one provider; ``median_ms`` is ``None`` where nothing was answered."""

    today: int = 0
    failed: int = 0
    unknown: int = 0
    median_ms: int | None = None
    last_at: datetime | None = None


def of_today(workspace_id: UUID | str, user_id: UUID | str) -> dict[str, Calls]:
    """The calls of the last 24 hours by provider; one without calls is not among them."""
    with scope(workspace_id, user_id):
        found = rows(
            "SELECT provider, count(*) AS today, count(*) FILTER (WHERE status = 'failed') AS failed,"
            " count(*) FILTER (WHERE status = 'unknown') AS unknown, max(requested_at) AS last_at,"
            " round(percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms))::int AS median_ms"
            " FROM provider_calls WHERE requested_at > now() - interval '24 hours' GROUP BY provider"
        )
    return {row.pop("provider"): Calls(**row) for row in found}
