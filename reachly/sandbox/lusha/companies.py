"""``/v3/companies/…``: prospecting, search by identifiers and enrichment of companies."""

from __future__ import annotations

from typing import Any

from reachly.sandbox.accounts import Account
from reachly.sandbox.lusha import firms, ids, matching
from reachly.sandbox.lusha.enriching import failed
from reachly.sandbox.lusha.paying import billed, charge, price_of_field, price_of_search, remember
from reachly.sandbox.lusha.prospecting import MOST_RESULTS, window
from reachly.sandbox.messages import Refused, Response
from reachly.sandbox.world import World
from reachly.sandbox.world.organizations import Organization
from reachly.sandbox.world.text import host

_CLASH = ("searchText", "signals", "intentTopics", "technologies")


def prospect(world: World, account: Account, body: dict[str, Any]) -> Response:
    """One page of companies; criteria about contacts do not go together with some about companies."""
    filters = body["filters"]
    people = filters.get("contacts", {})
    clashing = [name for name in _CLASH if filters["companies"]["include"].get(name)]
    if clashing and (people.get("include") or people.get("exclude")):
        raise Refused(400, "Validation failed", [f"filters.contacts cannot be combined with {', '.join(clashing)}"])
    found = matching.companies(world, filters)
    page, size, start = window(account, body["pagination"])
    shown = found[start : min(start + size, MOST_RESULTS)]
    credits = price_of_search(len(shown))
    charge(account, "lusha.company_search", credits)
    results = [firms.preview(world.organizations[index]) for index in shown]
    pagination = {"page": page, "size": size, "total": len(found)}
    return billed({"results": results, "pagination": pagination}, credits, len(results))


def search(world: World, account: Account, body: dict[str, Any]) -> Response:
    """Companies by id, domain or name, with the caller's reference on each."""
    results: list[dict[str, Any]] = []
    for place, item in enumerate(body["companies"]):
        called = {key: item[key] for key in ("clientReferenceId",) if key in item}
        organization = _organization(world, item, place)
        results.append({**called, **firms.preview(organization)} if organization else failed("NOT_FOUND", **called))
    served = sum("error" not in result for result in results)
    credits = price_of_search(served)
    charge(account, "lusha.company_lookup", credits)
    return billed({"results": results}, credits, served)


def enrich(world: World, account: Account, body: dict[str, Any]) -> Response:
    """All about companies by id: one credit each the first time, one more for every extra that was found."""
    results: list[dict[str, Any]] = []
    credits, bought, reveal = 0, set[int](), body.get("reveal", [])
    with account.lock:
        for given in body["ids"]:
            index = ids.number("company", given)
            if index is None or index >= len(world.organizations):
                results.append(failed("NOT_FOUND", id=given))
                continue
            extras = firms.extras(world, world.organizations[index], reveal)
            if index not in bought:
                credits += price_of_field(account, "companies", index, 1) * (1 + len(extras))
            bought.add(index)
            results.append({**firms.profile(world.organizations[index]), **extras})
        charge(account, "lusha.company_enrich", credits)
        for index in bought:
            remember(account, "companies", index)
    return billed({"results": results}, credits, sum("error" not in result for result in results))


def _organization(world: World, item: dict[str, str], place: int) -> Organization | None:
    if "id" in item:
        index = ids.number("company", item["id"])
        return world.organizations[index] if index is not None and index < len(world.organizations) else None
    if "domain" in item:
        return world.organizations.by_domain.get(host(item["domain"]))
    if "name" in item:
        return world.organizations.by_name.get(item["name"].lower())
    raise Refused(400, "Validation failed", [f"companies.{place} needs id, name or domain"])
