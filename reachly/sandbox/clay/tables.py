"""A table with a webhook source and an HTTP column: rows come in, each goes out again to its ``callback_url``."""

from __future__ import annotations

import hmac
import math
from collections.abc import Mapping
from typing import Any

from reachly.sandbox.accounts import Account, Accounts
from reachly.sandbox.clay import people_filters
from reachly.sandbox.clay.functions import Unusable, email_of, known_person, phone_of
from reachly.sandbox.clay.refusals import refusal
from reachly.sandbox.clay.rows import profile_url
from reachly.sandbox.clay.wishes import clay_filters
from reachly.sandbox.gate import passed
from reachly.sandbox.messages import Refused, Request, Response
from reachly.sandbox.postman import Postman
from reachly.sandbox.world import World
from reachly.sandbox.world.people import Person
from reachly.vocabulary import size_band

PATH = "/v3/sources/webhook/pull-in-data-from-a-webhook-"
_MOST_BYTES = 100_000
_FOUND_AT_MOST = 1_000


def answer(world: World, accounts: Accounts, postman: Postman, request: Request) -> Response:
    """Takes one row; the answer says nothing about what becomes of it."""
    account = accounts.of_table(request.path.removeprefix(PATH))
    if account is None or request.method != "POST":
        return Response.of({"message": "Not found"}, 404)

    def work() -> Response:
        token = account.behaviour.table_token
        if token and not hmac.compare_digest(token, request.headers.get("x-clay-webhook-auth", "")):
            raise Refused(401, "Invalid webhook auth token")
        if len(request.body) > _MOST_BYTES:
            raise Refused(413, "Payload too large")
        _send_back(world, account, postman, _row(request))
        return Response.of({"success": True})

    return passed(account, "clay.table_row", work, refusal)


def _row(request: Request) -> dict[str, Any]:
    try:
        row = request.json()
    except ValueError:
        raise Refused(400, "Invalid JSON") from None
    if not isinstance(row, dict):
        raise Refused(400, "A row is one JSON object")
    return row


def _send_back(world: World, account: Account, postman: Postman, row: dict[str, Any]) -> None:
    url = row.get("callback_url")
    if not isinstance(url, str):
        return
    behaviour = account.behaviour
    headers = {"X-Callback-Token": behaviour.callback_token} if behaviour.callback_token else {}
    for place, letter in enumerate(_letters(world, account, row)):
        with account.tally("clay.callback") as tally:
            tally.calls += 1
            if behaviour.callbacks_lost > 0:
                behaviour.callbacks_lost -= 1
                tally.statuses["lost"] += 1
                continue
            tally.statuses["sent"] += 1
        for copy in range(max(1, behaviour.callback_copies)):
            wait = behaviour.table_delay_ms + behaviour.callback_gap_ms * (place + copy)
            postman.post_later(wait / 1000, url, headers, letter)


def _letters(world: World, account: Account, row: dict[str, Any]) -> list[dict[str, Any]]:
    about: dict[str, Any] = {name: row[name] for name in ("run_id", "item_id") if name in row}
    wishes = row.get("filters")
    if isinstance(wishes, dict):
        found = people_filters.people(world, clay_filters(wishes))
        people = [world.person(index) for index in found[: _wanted(account, row)]]
        return [
            {**about, "row": number, "of": len(people), **_columns(world, one)} for number, one in enumerate(people)
        ]
    lead = row.get("lead") if isinstance(row.get("lead"), dict) else row
    try:
        person = known_person(world, _inputs(lead or {}))
    except Unusable as trouble:
        return [{**about, "status": "error", "error": str(trouble)}]
    return [{**about, **(_columns(world, person) if person else {"status": "not_found"})}]


def _wanted(account: Account, row: Mapping[str, Any]) -> int:
    for name in ("limit", "wanted", "count"):
        value = row.get(name)
        if isinstance(value, int | float) and math.isfinite(value):
            return max(0, min(int(value), _FOUND_AT_MOST))
    return account.behaviour.table_rows


def _inputs(lead: Mapping[str, Any]) -> dict[str, Any]:
    named = {"LinkedIn URL": "linkedin_url", "email": "email", "full_name": "full_name", "first_name": "first_name"}
    named |= {"last_name": "last_name", "company_domain": "company_domain", "company_name": "company_name"}
    return {name: lead[key] for name, key in named.items() if lead.get(key)} | dict(lead)


def _columns(world: World, person: Person) -> dict[str, Any]:
    organization = person.organization
    return {
        "status": "ok",
        "full_name": person.full_name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "title": person.title,
        "seniority": person.seniority,
        "department": person.department,
        "linkedin_url": profile_url(person),
        "city": person.city.name,
        "state": person.city.state,
        "country": person.country.name,
        "company_name": organization.name,
        "company_domain": organization.domain,
        "industry": organization.industry.name,
        "company_size": size_band(organization.headcount),
        "email": email_of(world, person),
        "phone": phone_of(world, person),
        "sample": True,
    }
