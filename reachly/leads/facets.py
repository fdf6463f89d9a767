"""What the filter menus offer: the values that the leads have, with how many have them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from reachly.database import scope
from reachly.leads.listing import CAP
from reachly.leads.query import LeadQuery
from reachly.leads.searching import commonest
from reachly.search.counted import Counted

FACETS = ("source", "country", "industry", "seniority", "department", "company_size", "email_status")
LOOKED_AT = 20_000
"""So many leads are looked at, the newest."""


def facets(
    workspace_id: UUID | str, user_id: UUID | str | None, query: LeadQuery | None = None, most: int = 200
) -> dict[str, list[tuple[str, Counted]]]:
    """For each filter the values that the leads have which match all *other* filters, the commonest first.

    Numbers are counted no further than the list counts, and are those of the newest leads where there are very many.
    """
    wanted = query or LeadQuery()
    chosen = [name for name in FACETS if getattr(wanted, name)]
    told: dict[str, list[tuple[str, Counted]]] = {}
    with scope(workspace_id, user_id):
        told |= _facets(wanted, [name for name in FACETS if name not in chosen], most)
        for name in chosen:
            others: dict[str, Any] = {name: ()}
            told |= _facets(replace(wanted, **others), [name], most)
    return {name: told[name] for name in FACETS}


def _facets(query: LeadQuery, names: list[str], most: int) -> dict[str, list[tuple[str, Counted]]]:
    told: dict[str, list[tuple[str, Counted]]] = {name: [] for name in names}
    if not names:
        return told
    for row in commonest(replace(query, sort="newest"), names, LOOKED_AT):
        if len(told[row["name"]]) < most:
            more = row["leads"] > CAP or row["looked_at"] >= LOOKED_AT
            told[row["name"]].append((row["value"], Counted(min(row["leads"], CAP), more)))
    return told
