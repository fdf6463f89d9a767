"""Leads of a workspace that look like one person: the same address or profile, or the same name at the same company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly.database import rows, scope
from reachly.leads.listing import COLUMNS
from reachly.models import Lead

LOOKED = 20_000
"""Among so many leads, those found last, pairs are looked for; what belongs to one lead is looked for among all."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two leads and, in words, why they look like one person; ``kept`` is the one the workspace had first."""

    kept: Lead
    gone: Lead
    why: str


def duplicates(workspace_id: UUID | str, user_id: UUID | str | None, most: int = 50) -> list[Pair]:
    """Pairs that look like one person, those found last first; the later one of each is among :data:`LOOKED` leads."""
    return _pairs(workspace_id, user_id, None, most)


def duplicates_of(
    workspace_id: UUID | str, user_id: UUID | str | None, lead_id: UUID | str, most: int = 10
) -> list[Pair]:
    """The pairs that one lead is part of."""
    return _pairs(workspace_id, user_id, str(lead_id), most)


def _pairs(workspace_id: UUID | str, user_id: UUID | str | None, lead_id: str | None, most: int) -> list[Pair]:
    with scope(workspace_id, user_id):
        found = rows("SELECT * FROM lead_twins(%s, %s, %s)", (lead_id, LOOKED, most))
        ids = [str(each) for pair in found for each in (pair["kept"], pair["gone"])]
        told: dict[UUID, Any] = {
            row["id"]: Lead(**row)
            for row in rows(f"SELECT {COLUMNS} FROM leads l WHERE l.id = ANY (%s::uuid[])", (ids,))
        }
    return [Pair(told[pair["kept"]], told[pair["gone"]], pair["why"]) for pair in found]
