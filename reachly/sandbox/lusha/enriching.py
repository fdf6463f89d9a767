"""``POST /v3/contacts/enrich``: whole profiles of contacts by id, paid per revealed field."""

from __future__ import annotations

from typing import Any

from reachly.sandbox.accounts import Account
from reachly.sandbox.lusha import ids, profiles
from reachly.sandbox.lusha.paying import billed, charge, price_of_field, remember
from reachly.sandbox.messages import Response
from reachly.sandbox.world import World
from reachly.sandbox.world import columns as c

ERRORS = {
    "NOT_FOUND": "Contact not found",
    "COMPLIANCE_RESTRICTED": "This contact cannot be shared for compliance reasons",
    "ENRICH_FAILED": "Contact could not be enriched",
}
FIELDS = ("emails", "phones")


def trouble(world: World, index: int | None) -> str | None:
    """The per-item error code that this contact answers with, if any."""
    if index is None or index >= len(world) or world.columns.known_to[index] == c.CLAY:
        return "NOT_FOUND"
    state = world.columns.profile[index]
    return {c.RESTRICTED: "COMPLIANCE_RESTRICTED", c.BROKEN: "ENRICH_FAILED"}.get(state)


def failed(code: str, **known: str) -> dict[str, Any]:
    """An item that could not be served; it costs nothing."""
    return {**known, "error": {"code": code, "message": ERRORS[code]}}


def enrich(world: World, account: Account, body: dict[str, Any]) -> Response:
    """The profiles in the order asked; a batch never fails because of one id."""
    wanted = [(ids.number("contact", given), {"id": given}) for given in body["ids"]]
    return revealed(world, account, "lusha.enrich", wanted, body.get("reveal", list(FIELDS)), 0)


def revealed(
    world: World,
    account: Account,
    operation: str,
    wanted: list[tuple[int | None, dict[str, str]]],
    reveal: list[str],
    credits: int,
) -> Response:
    """Profiles of the ``wanted`` (number, what the item is called), charged together with ``credits`` already due."""
    results: list[dict[str, Any]] = []
    bought: list[tuple[str, int]] = []
    with account.lock:
        for index, called in wanted:
            code = trouble(world, index)
            if code is not None or index is None:
                results.append(failed(code or "NOT_FOUND", **called))
                continue
            person = world.person(index)
            for field, there in profiles.has(world, person).items():
                if there and field in reveal:
                    again = (field, index) in bought
                    credits += 0 if again else price_of_field(account, field, index, profiles.PRICES[field])
                    bought.append((field, index))
            results.append({**called, **profiles.profile(world, person, reveal)})
        charge(account, operation, credits)
        for field, index in bought:
            remember(account, field, index)
    served = sum("error" not in result for result in results)
    return billed({"results": results}, credits, served)
