"""Searching the catalogue that all workspaces share: free of charge, and for nothing that is for sale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly.database import as_json, one, rows
from reachly.filters import Filters
from reachly.search.counted import Counted
from reachly.vocabulary import place

CAP = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """Ids of contacts in order, and the one to go on after; ``close`` where none has the words and these nearly do."""

    contact_ids: list[UUID]
    next: UUID | None
    close: bool = False


def search_contacts(
    q: str, filters: Filters, after: UUID | None = None, limit: int = 50, **narrower: bool | list[str]
) -> Found:
    """The contacts that match, the last found first; inside a scope, which must see them: no scope, no contacts.

    ``narrower`` may be ``has_email``, ``has_phone``, ``owned`` (whether the workspace has them as leads) and
    ``email_statuses``. Who is suppressed or hidden in the workspace is not among them. An e-mail's domain is searched,
    what stands before it is not.
    """
    found = rows(
        "SELECT contact_id, close FROM catalogue_search(%s, %s::jsonb, %s, %s)",
        (q, _told(filters, narrower), after and str(after), limit + 1),
    )
    ids = [row["contact_id"] for row in found[:limit]]
    return Found(ids, ids[-1] if len(found) > limit else None, bool(found) and found[0]["close"])


def count_contacts(q: str, filters: Filters, cap: int = CAP, **narrower: bool | list[str]) -> Counted:
    """How many there are, as far as ``cap``."""
    row = one("SELECT catalogue_count(%s, %s::jsonb, %s) AS many", (q, _told(filters, narrower), cap))
    assert row is not None
    return Counted(min(row["many"], cap), row["many"] > cap)


def _told(filters: Filters, narrower: dict[str, Any]) -> str:
    told = filters.as_dict() | narrower
    for name in ("locations", "exclude_locations"):
        if name in told:
            told[name] = [place(value) for value in told[name]]
    return as_json(told)
