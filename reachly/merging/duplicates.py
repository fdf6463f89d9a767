"""Leads of a workspace that look like one person: the same address or profile, or the same name at the same company."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly.database import rows, scope
from reachly.leads.listing import COLUMNS
from reachly.models import Lead

# What two leads may have in common, strongest first. A name alone is nothing: it needs its company beside it.
_MARKS = """
SELECT l.id, l.created_at, m.why, m.mark
  FROM leads l, LATERAL (VALUES
       (1, 'the same e-mail', lower(l.email)),
       (2, 'the same profile', lower(l.linkedin_url)),
       (3, 'the same name at the same company',
        search_fold(nullif(concat_ws(' ', l.first_name, l.last_name), '')) || '|'
        || coalesce(lower(l.company_domain), search_fold(l.company)))) m(rank, why, mark)
 WHERE l.deleted_at IS NULL AND NOT l.hidden AND m.mark IS NOT NULL
"""
# Two profiles that both are known and differ are two people, whatever their names.
_PAIRS = f"""
WITH marks AS MATERIALIZED ({_MARKS}),
pairs AS (
    SELECT DISTINCT ON (a.id, b.id) a.id AS kept, b.id AS gone, a.why, b.created_at
      FROM marks a JOIN marks b ON b.mark = a.mark AND b.why = a.why AND (a.created_at, a.id) < (b.created_at, b.id)
     WHERE %s::uuid IS NULL OR %s::uuid IN (a.id, b.id)
     ORDER BY a.id, b.id, array_position(ARRAY['the same e-mail', 'the same profile', a.why], a.why))
SELECT p.kept, p.gone, p.why FROM pairs p JOIN leads a ON a.id = p.kept JOIN leads b ON b.id = p.gone
 WHERE a.linkedin_url IS NULL OR b.linkedin_url IS NULL OR lower(a.linkedin_url) = lower(b.linkedin_url)
    OR p.why = 'the same e-mail'
 ORDER BY p.created_at DESC, p.gone LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two leads and, in words, why they look like one person; ``kept`` is the one the workspace had first."""

    kept: Lead
    gone: Lead
    why: str


def duplicates(workspace_id: UUID | str, user_id: UUID | str | None, most: int = 50) -> list[Pair]:
    """Pairs that look like one person, those found last first."""
    return _pairs(workspace_id, user_id, None, most)


def duplicates_of(
    workspace_id: UUID | str, user_id: UUID | str | None, lead_id: UUID | str, most: int = 10
) -> list[Pair]:
    """The pairs that one lead is part of."""
    return _pairs(workspace_id, user_id, str(lead_id), most)


def _pairs(workspace_id: UUID | str, user_id: UUID | str | None, lead_id: str | None, most: int) -> list[Pair]:
    with scope(workspace_id, user_id):
        found = rows(_PAIRS, (lead_id, lead_id, most))
        ids = [str(each) for pair in found for each in (pair["kept"], pair["gone"])]
        told: dict[UUID, Any] = {
            row["id"]: Lead(**row)
            for row in rows(f"SELECT {COLUMNS} FROM leads l WHERE l.id = ANY (%s::uuid[])", (ids,))
        }
    return [Pair(told[pair["kept"]], told[pair["gone"]], pair["why"]) for pair in found]
