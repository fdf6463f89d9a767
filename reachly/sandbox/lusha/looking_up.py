"""``POST /v3/contacts/search`` and ``search-and-enrich``: contacts by what one knows of them."""

from __future__ import annotations

from typing import Any

from reachly.sandbox.accounts import Account
from reachly.sandbox.lusha import ids, profiles
from reachly.sandbox.lusha.enriching import FIELDS, failed, revealed, trouble
from reachly.sandbox.lusha.paying import billed, charge, price_of_search
from reachly.sandbox.messages import Refused, Response
from reachly.sandbox.world import World
from reachly.sandbox.world import columns as c
from reachly.sandbox.world.people import Person
from reachly.sandbox.world.text import host


def search(world: World, account: Account, body: dict[str, Any]) -> Response:
    """Previews in the order asked, with the caller's reference on each."""
    found = _found(world, body)
    results: list[dict[str, Any]] = []
    for index, called in found:
        if index is None or (code := trouble(world, index)) == "NOT_FOUND":
            results.append(failed("NOT_FOUND", **called))
        elif code == "COMPLIANCE_RESTRICTED":
            results.append(failed(code, **called))
        else:
            results.append({**called, **profiles.preview(world, account, world.person(index))})
    served = sum("error" not in result for result in results)
    credits = price_of_search(served)
    charge(account, "lusha.lookup", credits)
    return billed({"results": results}, credits, served)


def search_and_enrich(world: World, account: Account, body: dict[str, Any]) -> Response:
    """Both at once, both charged."""
    found = _found(world, body)
    served = sum(trouble(world, index) is None for index, _ in found)
    reveal = body.get("reveal", list(FIELDS))
    return revealed(world, account, "lusha.search_and_enrich", found, reveal, price_of_search(served))


def _found(world: World, body: dict[str, Any]) -> list[tuple[int | None, dict[str, str]]]:
    partial = body.get("options", {}).get("includePartialProfiles", True)
    found: list[tuple[int | None, dict[str, str]]] = []
    for place, item in enumerate(body["contacts"]):
        called = {key: item[key] for key in ("clientReferenceId",) if key in item}
        person = _person(world, item, place)
        if person is not None and not partial and world.columns.profile[person.index] == c.PARTIAL:
            person = None
        found.append((person.index if person else None, called))
    return found


def _person(world: World, item: dict[str, str], place: int) -> Person | None:
    if "id" in item:
        index = ids.number("contact", item["id"])
        return world.person(index) if index is not None and index < len(world) else None
    if "linkedinUrl" in item:
        return world.by_linkedin(item["linkedinUrl"])
    if "email" in item:
        return world.by_email(item["email"])
    if item.keys() >= {"firstName", "lastName"} and item.keys() & {"companyName", "companyDomain"}:
        organization = world.organizations.by_domain.get(host(item.get("companyDomain", "")))
        organization = organization or world.organizations.by_name.get(item.get("companyName", "").lower())
        return world.by_name(item["firstName"], item["lastName"], organization)
    raise Refused(
        400,
        "Validation failed",
        [f"contacts.{place} needs id, linkedinUrl, email, or firstName, lastName and companyName or companyDomain"],
    )
