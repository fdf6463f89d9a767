"""A search that is kept: whom it looks for, how many, what it may cost, and when it runs by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from reachly import plain
from reachly.filters import Filters
from reachly.profiles.schedule import SCHEDULES, in_words, known_zone

LONGEST_NAME = 120
MOST_CREDITS = 1_000_000_000
COLUMNS = (
    "p.id, p.owner_id, p.name, p.filters, p.lead_limit, p.reveal, p.sources, p.schedule, p.weekday, p.hour,"
    " p.time_zone, p.paused, p.run_credits, p.month_credits, p.list_id, p.notify,"
    " p.next_run_at, p.created_at, p.updated_at"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What people choose of a profile. ``sources`` empty: all that can be asked. Without caps the workspace's count."""

    name: str
    filters: Filters
    limit: int = 50
    reveal: tuple[str, ...] = ("email",)
    sources: tuple[str, ...] = ()
    schedule: str = "off"
    weekday: int = 1
    hour: int = 8
    time_zone: str = "UTC"
    run_credits: int | None = None
    month_credits: int | None = None
    list_id: UUID | None = None
    notify: bool = True
    paused: bool = False

    def problems(self) -> dict[str, str]:
        """A sentence for each field that cannot be taken as it is."""
        wrong: dict[str, str] = {}
        if not plain.line(self.name) or len(self.name) > LONGEST_NAME:
            wrong["name"] = f"A name of at most {LONGEST_NAME} characters, please."
        if self.filters.empty:
            wrong["filters"] = "Say whom you look for: at least one facet."
        if not 1 <= self.limit <= 10_000:
            wrong["limit"] = "From 1 to 10,000 leads."
        if self.schedule not in SCHEDULES:
            wrong["schedule"] = f"Choose one of: {', '.join(SCHEDULES)}."
        if not 1 <= self.weekday <= 7:
            wrong["weekday"] = "From 1 (Monday) to 7 (Sunday)."
        if not 0 <= self.hour <= 23:
            wrong["hour"] = "From 0 to 23."
        if not known_zone(self.time_zone):
            wrong["time_zone"] = "There is no such time zone: Europe/Berlin."
        for name in ("run_credits", "month_credits"):
            cap = getattr(self, name)
            if cap is not None and not 1 <= cap <= MOST_CREDITS:
                wrong[name] = "A whole number of credits, or nothing for no limit."
        if not self.reveal:
            wrong["reveal"] = "Choose at least one."
        return wrong


@dataclass(frozen=True, slots=True)
class Run:
    """One run: by the schedule (``due_at``) or by hand; what became of it, and what its job has brought so far."""

    id: UUID
    outcome: str
    created_at: datetime
    due_at: datetime | None = None
    code: str | None = None
    words: str | None = None
    job_id: UUID | None = None
    job_status: str | None = None
    found: int = 0
    spent: int = 0
    owned: int = 0

    @property
    def open(self) -> bool:
        """Whether its job is still at work."""
        return self.job_status in ("queued", "running", "waiting")


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as it is kept. ``brought`` and ``spent`` are of all its runs."""

    id: UUID
    owner_id: UUID
    kept: Kept
    next_run_at: datetime | None
    created_at: datetime
    updated_at: datetime
    owner: str | None = None
    brought: int = 0
    spent: int = 0
    last: Run | None = field(default=None)

    @property
    def when(self) -> str:
        """Its schedule in words."""
        kept = self.kept
        return in_words(kept.schedule, kept.weekday, kept.hour, kept.time_zone)


def kept_of(row: Mapping[str, Any]) -> Kept:
    """What a row of the table says that people chose."""
    return Kept(
        name=row["name"],
        filters=Filters.of(row["filters"]),
        limit=row["lead_limit"],
        reveal=tuple(row["reveal"]),
        sources=tuple(row["sources"]),
        schedule=row["schedule"],
        weekday=row["weekday"],
        hour=row["hour"],
        time_zone=row["time_zone"],
        run_credits=row["run_credits"],
        month_credits=row["month_credits"],
        list_id=row["list_id"],
        notify=row["notify"],
        paused=row["paused"],
    )
