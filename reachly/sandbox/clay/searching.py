"""Filters-mode search: an iterator kept by the server that only goes forward."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reachly.sandbox.accounts import Account
from reachly.sandbox.clay import company_filters, people_filters, rows
from reachly.sandbox.clay.vocabulary import FIELDS, OPEN
from reachly.sandbox.messages import Refused, Response
from reachly.sandbox.world import World

_MOST_KEPT = 2_000
_TYPES: dict[str, Callable[[Any], bool]] = {
    "list": lambda value: isinstance(value, list) and all(isinstance(entry, str) for entry in value),
    "str": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 0,
    "bool": lambda value: isinstance(value, bool),
}
_BEHAVIOUR = [
    "A search is an iterator: each run returns the next rows and no row comes twice.",
    "Leave out filters that are empty.",
]


@dataclass(slots=True)
class Search:
    """Where one search stands."""

    source: str
    found: Sequence[int]
    made_at: float
    position: int = 0


def fields(source: str | None) -> Response:
    """The filters that a source knows."""
    if source not in FIELDS:
        raise Refused(400, "source_type must be people or companies")
    guidance = {"behavior": _BEHAVIOUR, "field_guidance": []}
    return Response.of({"source_type": source, "fields": FIELDS[source], "guidance": guidance})


def create(world: World, account: Account, body: dict[str, Any]) -> Response:
    """A new search; finding is free, rows are not."""
    source, filters = body["source_type"], body["filters"]
    _known(source, filters)
    if source == "people":
        found: Sequence[int] = people_filters.people(world, filters)
    else:
        fits = company_filters.matching(world, "companies", filters)
        found = [number for number in range(len(world.organizations)) if fits is None or fits[number]]
    search_id = f"srch_{secrets.token_hex(10)}"
    with account.lock:
        if len(account.searches) >= _MOST_KEPT:
            account.searches.pop(next(iter(account.searches)))
        account.searches[search_id] = Search(source, found, time.time())
    return Response.of({"search_id": search_id})


def run(world: World, account: Account, search_id: str, body: dict[str, Any]) -> Response:
    """The next rows; what was handed out once is never handed out again."""
    with account.lock:
        search: Search | None = account.searches.get(search_id)
        if search is None or time.time() - search.made_at > account.behaviour.search_ttl_s:
            account.searches.pop(search_id, None)
            raise Refused(404, "Search not found")
        limit = body.get("limit", 20)
        rest = len(search.found) - search.position
        if rest and account.clay_left == 0:
            raise Refused(402, "Search quota for this period is used up")
        count = min(limit, rest, account.clay_left)
        numbers = search.found[search.position : search.position + count]
        search.position += count
        account.clay_rows += count
        with account.tally("clay.run_search") as tally:
            tally.credits += count
        quota = {
            "limit": account.behaviour.clay_quota,
            "used": account.clay_rows,
            "remaining": account.clay_left,
            "resets_at": datetime(datetime.now(UTC).year + 1, 1, 1, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }
        has_more = search.position < len(search.found)
    if search.source == "people":
        data = [rows.person_row(world.person(number)) for number in numbers]
    else:
        data = [rows.company_row(world.organizations[number]) for number in numbers]
    return Response.of({"data": data, "has_more": has_more, "period_quota": quota})


def _known(source: str, filters: dict[str, Any]) -> None:
    catalogue = {field["name"]: field for field in FIELDS[source]}
    for name, value in filters.items():
        field = catalogue.get(name)
        if field is None:
            raise Refused(400, f"Validation failed: unknown filter {name}")
        if not _TYPES[field["type"]](value):
            raise Refused(400, f"Validation failed: {name} must be of type {field['type']}")
        allowed = None if name in OPEN else field.get("allowed_values")
        entries = value if isinstance(value, list) else [value]
        strange = [entry for entry in entries if allowed and entry not in allowed]
        if strange:
            raise Refused(400, f"Validation failed: {name} does not know {strange[0]}")
