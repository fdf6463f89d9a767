"""ICP profiles: searches that are kept and run again."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from reachly.api.schemas.leads import SearchFilters
from reachly.api.schemas.parts import Asked, Instant, Object, Told, Word
from reachly.profiles import Profile as Row

Name = Annotated[str, Field(min_length=1, max_length=120)]
Cap = Annotated[int, Field(ge=1, le=1_000_000_000)]
Sources = Annotated[list[Word], Field(max_length=20)]
Reveal = Annotated[list[Literal["email", "phone"]], Field(min_length=1, max_length=2)]
Schedule = Literal["off", "daily", "weekly"]


class IcpProfileChange(Asked):
    """What is to be different; what is left out stays."""

    name: Name | None = None
    filters: SearchFilters | None = None
    limit: int | None = Field(None, ge=1, le=10_000)
    reveal: Reveal | None = None
    sources: Sources | None = Field(None, description="In the order they are asked; empty: all that have a key.")
    schedule: Schedule | None = None
    weekday: int | None = Field(None, ge=1, le=7, description="1 is Monday; for `weekly`.")
    hour: int | None = Field(None, ge=0, le=23)
    time_zone: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(None, examples=["Europe/Berlin"])
    run_credits: Cap | None = Field(None, description="The most one run may cost; `null` for no limit.")
    month_credits: Cap | None = Field(None, description="The most its runs of a month (UTC) may cost.")
    list_id: UUID | None = Field(None, description="What is delivered goes onto this list.")
    notify: bool | None = Field(None, description="Tell whoever keeps it of new matches, here and by mail.")
    paused: bool | None = None


class NewIcpProfile(IcpProfileChange):
    """A search to keep."""

    name: Name
    filters: SearchFilters


class IcpProfileRun(Told):
    """One run; `due_at` is `null` where somebody asked for it. `words` say why it was skipped or refused."""

    id: UUID
    outcome: Literal["started", "skipped", "refused"]
    created_at: Instant
    due_at: Instant | None
    code: str | None
    words: str | None
    job_id: UUID | None
    job_status: str | None
    found: int
    spent: int
    owned: int


class IcpProfile(Told):
    """A search that is kept."""

    id: UUID
    name: str
    owner_id: UUID
    owner: str | None
    filters: Object
    limit: int
    reveal: list[str]
    sources: list[str]
    schedule: Schedule
    weekday: int
    hour: int
    time_zone: str
    run_credits: int | None
    month_credits: int | None
    list_id: UUID | None
    notify: bool
    paused: bool
    leads_found: int = Field(description="New leads of all its runs.")
    credits_spent: int
    last_run: IcpProfileRun | None
    next_run_at: Instant | None
    created_at: Instant
    updated_at: Instant


class IcpProfiles(Told):
    """Profiles, the newest first."""

    data: list[IcpProfile]
    next_cursor: str | None


def profile(row: Row) -> IcpProfile:
    """A profile as it is told."""
    kept = row.kept
    told: dict[str, Any] = {name: getattr(kept, name) for name in type(kept).__slots__}
    told |= {
        name: getattr(row, name) for name in ("id", "owner_id", "owner", "next_run_at", "created_at", "updated_at")
    }
    told |= {"filters": kept.filters.as_dict(), "reveal": list(kept.reveal), "sources": list(kept.sources)}
    told |= {"leads_found": row.brought, "credits_spent": row.spent}
    return IcpProfile.model_validate(told | {"last_run": IcpProfileRun.model_validate(row.last) if row.last else None})
