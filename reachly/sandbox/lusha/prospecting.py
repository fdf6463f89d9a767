"""``POST /v3/contacts/prospecting``: a page of previews of whoever fits the filters."""

from __future__ import annotations

from typing import Any

from reachly.sandbox.accounts import Account
from reachly.sandbox.lusha import matching, profiles
from reachly.sandbox.lusha.contact_filters import REFINEMENTS
from reachly.sandbox.lusha.paying import billed, charge, price_of_search
from reachly.sandbox.messages import Refused, Response
from reachly.sandbox.world import World

MOST_RESULTS = 50_000
"""No page shows more than these first results of a search."""


def search(world: World, account: Account, body: dict[str, Any]) -> Response:
    """One page; its size may be smaller than asked, and says so."""
    filters = body["filters"]
    _must_have_a_base(filters)
    found = matching.contacts(world, filters, body.get("options", {}))
    page, size, start = window(account, body["pagination"])
    shown = found[start : min(start + size, MOST_RESULTS)]
    credits = price_of_search(len(shown))
    with account.lock:
        charge(account, "lusha.search", credits)
        results = [profiles.preview(world, account, world.person(index)) for index in shown]
    pagination = {"page": page, "size": size, "total": len(found), "totalDescription": "exact"}
    return billed({"results": results, "pagination": pagination}, credits, len(results))


def window(account: Account, pagination: dict[str, int]) -> tuple[int, int, int]:
    """Page, size after the account's cap, and the place of the first result."""
    size = min(pagination["size"], account.behaviour.page_cap)
    return pagination["page"], size, pagination["page"] * size


def _must_have_a_base(filters: dict[str, Any]) -> None:
    asked = {
        name
        for side in filters.values()
        for part in side.values()
        for name, value in part.items()
        if value not in ([], {}, "")
    }
    if asked and asked <= REFINEMENTS:
        raise Refused(
            400, "Validation failed", [f"{', '.join(sorted(asked))} can only refine a search by other filters"]
        )
