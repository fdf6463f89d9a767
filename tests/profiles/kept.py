"""Profiles to run, and a clock that is planted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from reachly import profiles
from reachly.filters import Filters
from reachly.profiles import Kept
from tests.generate.finding import SOFTWARE, rows
from tests.planted import as_owner

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
"""Half an hour before a profile of the usual hour is due."""
NEXT_DAY = timedelta(days=1)


def kept(**chosen: Any) -> Kept:
    """A profile as somebody would keep it, every day at eight."""
    usual = {"name": "Software, top", "filters": Filters.of(SOFTWARE), "limit": 5, "sources": ("lusha",)}
    return Kept(**usual | {"schedule": "daily"} | chosen)


def keep(team, now: datetime = MONDAY, **chosen: Any) -> UUID:
    """Keep it and give its id."""
    return profiles.create(team.workspace_id, team.user_id, kept(**chosen), now)


def runs(team, profile_id: UUID) -> list[dict[str, Any]]:
    """Its runs, the oldest first."""
    return rows(team, "SELECT * FROM icp_profile_runs WHERE profile_id = %s ORDER BY created_at, id", profile_id)


def next_run(team, profile_id: UUID) -> datetime | None:
    """When it is due."""
    return rows(team, "SELECT next_run_at FROM icp_profiles WHERE id = %s", profile_id)[0]["next_run_at"]


def forget_all() -> None:
    """No profile of another test is due in this one."""
    as_owner("UPDATE icp_profiles SET paused = true")
    as_owner("UPDATE icp_profile_runs SET told_at = now() WHERE told_at IS NULL")
