"""Leads that are one person."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from reachly.api.schemas.leads import Lead
from reachly.api.schemas.parts import Asked, Told


class Merge(Asked):
    """Which lead the one in the address is to stand for."""

    lead_id: UUID


class Merged(Told):
    """The lead that stands for both, and the act by which that can be taken back."""

    lead: Lead
    action_id: UUID


class Pair(Told):
    """Two leads that look like one person; `kept` is the one the workspace had first."""

    kept: Lead
    gone: Lead
    why: str = Field(examples=["the same name at the same company"])


class Duplicates(Told):
    """Pairs to look at."""

    data: list[Pair]
