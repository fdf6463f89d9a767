"""Unlocking, and what came of it."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from reachly.api.schemas.jobs import Job
from reachly.api.schemas.leads import Lead, LeadFilters
from reachly.api.schemas.parts import Asked, Told

Fields = Annotated[list[Literal["email", "phone"]], Field(min_length=1, max_length=2)]

Agreed = Annotated[
    int | None,
    Field(
        ge=0,
        le=10_000_000,
        description="The most that was agreed to, as a dry run's `credits_max` says it: refused with 409, and nothing"
        " charged, where it may cost more by now. Without it, whatever it costs.",
    ),
]


class Unlock(Asked):
    """The fields wanted of one lead."""

    fields: Fields
    credits_max: Agreed = None


class Unlocked(Told):
    """The lead with what was found. `notes` says of each field asked for that has no value why: `not_found`,
    `in_progress` (the job is still asking), `refused` (must not be contacted, or is hidden).
    """

    lead: Lead
    credits_charged: int
    notes: dict[str, str] = {}
    job: Job | None = Field(None, description="The job that paid, or that is still asking; null where none was needed.")


class UnlockMany(Asked):
    """The fields wanted of many leads: those named, or those that match filters, or all."""

    fields: Fields
    lead_ids: Annotated[list[UUID], Field(min_length=1, max_length=10_000)] | None = None
    filters: LeadFilters | None = None
    credits_max: Agreed = None
    dry_run: bool = Field(False, description="Only say what it comes to; nothing is charged or kept.")


class FieldQuote(Told):
    """One field: how many are to be paid when found, how many of those are known already, how many are unlocked before,
    how many must not be bought, and the price of one.
    """

    field: str
    wanted: int
    known: int
    owned: int
    refused: int
    price: int


class UnlockQuote(Told):
    """What it comes to at most."""

    leads: int
    credits_max: int
    credits_available: int
    fields: list[FieldQuote]


class ManyUnlocked(Told):
    """The job; null where nothing was left to unlock."""

    job: Job | None


class QuoteAnswer(Told):
    """What unlocking would come to, or, where it was asked for and nothing is left to unlock, that there is no job."""

    quote: UnlockQuote
    job: None = None


class Bounced(Told):
    """What came of the report: `refunded`, `free` (it had cost nothing) or `before` (reported before)."""

    lead: Lead
    outcome: Literal["refunded", "free", "before"]
    credits_refunded: int
