"""What the workspace's newest leads have in one field, for whoever begins to type it."""

from __future__ import annotations

from reachly.database import literal, rows
from reachly.hidden.condition import SHOWN_LEADS

FIELDS = ("industry", "title", "city", "company_domain")
RECENT = 5_000
"""Leads are looked through from the newest back to this many, so that typing stays quick in large workspaces."""


def values_beginning(field: str, typed: str, most: int) -> list[tuple[str, int]]:
    """The commonest values of which a word begins as ``typed``, with how many leads have them; inside a scope.

    Raises ``KeyError`` for a field that is none of :data:`FIELDS`.
    """
    if field not in FIELDS:
        raise KeyError(field)
    begun = literal(typed)
    found = rows(
        f"SELECT {field} AS value, count(*) AS leads FROM (SELECT {field} FROM leads l WHERE deleted_at IS NULL"
        f" AND {SHOWN_LEADS} ORDER BY created_at DESC, id DESC LIMIT {RECENT}) recent"
        f" WHERE {field} ILIKE %s OR {field} ILIKE %s GROUP BY 1 ORDER BY 2 DESC LIMIT %s",
        (f"{begun}%", f"% {begun}%", most),
    )
    return [(row["value"], row["leads"]) for row in found]
