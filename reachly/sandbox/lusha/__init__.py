"""Lusha's API, version 3, as its published contract has it: which address does what, and how it says no."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from reachly.sandbox.accounts import Account, Accounts
from reachly.sandbox.contracts import contract, schemas
from reachly.sandbox.gate import passed
from reachly.sandbox.lusha import catalogues, companies, enriching, looking_up, prospecting
from reachly.sandbox.lusha.usage import headers, usage
from reachly.sandbox.messages import Refused, Request, Response
from reachly.sandbox.world import World

Verb = Callable[[World, Account, dict[str, Any]], Response]
_VERBS: dict[str, tuple[str, Verb]] = {
    "/v3/contacts/prospecting": ("lusha.search", prospecting.search),
    "/v3/contacts/enrich": ("lusha.enrich", enriching.enrich),
    "/v3/contacts/search": ("lusha.lookup", looking_up.search),
    "/v3/contacts/search-and-enrich": ("lusha.search_and_enrich", looking_up.search_and_enrich),
    "/v3/companies/prospecting": ("lusha.company_search", companies.prospect),
    "/v3/companies/search": ("lusha.company_lookup", companies.search),
    "/v3/companies/enrich": ("lusha.company_enrich", companies.enrich),
}
_FILTERS = re.compile(r"/v3/(contacts|companies)/prospecting/filters(?:/([^/]+))?")
_KINDS = {400: "400", 401: "401", 402: "402", 403: "403_inactive", 429: "429", 500: "500"}
_OTHERS = {404: "Not found", 451: "Unavailable for legal reasons"}


def refusal(account: Account | None, refused: Refused) -> Response:
    """The contract's error body; Lusha gives no ``Retry-After``, its headers tell what is left."""
    status = refused.status
    sample = contract("lusha")["errors"].get(
        _KINDS.get(status, ""), {"message": _OTHERS.get(status, "Unexpected error")}
    )
    body: dict[str, Any] = {"statusCode": status, "message": refused.message or sample["message"]}
    if refused.errors:
        body["errors"] = refused.errors
    about = headers(account)
    if status == 429 and account is not None and not any(about[f"x-{name}-requests-left"] == "0" for name in _WINDOWS):
        about["x-minute-requests-left"], about["x-minute-usage"] = "0", about["x-rate-limit-minute"]
    return Response.of(body, status, about)


_WINDOWS = ("minute", "hourly", "daily")


def answer(world: World, accounts: Accounts, request: Request) -> Response:
    """The answer to a request under ``/v3``."""
    account = accounts.of(request.headers.get("api_key"))
    if account is None:
        return refusal(None, Refused(401))
    operation, work = _work(world, account, request)

    def worded() -> Response:
        response = work()
        response.headers.update(headers(account))
        return response

    return passed(account, operation, worded, refusal)


def _work(world: World, account: Account, request: Request) -> tuple[str, Callable[[], Response]]:
    if request.method == "POST" and request.path in _VERBS:
        operation, verb = _VERBS[request.path]
        return operation, lambda: verb(world, account, _body(request))
    if request.method == "GET" and request.path == "/v3/account/usage":
        return "lusha.usage", lambda: usage(account)
    if request.method == "GET" and (found := _FILTERS.fullmatch(request.path)):
        side, kind = found.groups()
        if kind is None:
            return "lusha.filters", lambda: catalogues.types(side)
        return "lusha.filters", lambda: catalogues.values(world, side, unquote(kind), request.query.get("query"))
    return "lusha.unknown", _nothing_here


def _nothing_here() -> Response:
    raise Refused(404)


def _body(request: Request) -> dict[str, Any]:
    """The request's body, held against the contract; raises :class:`Refused` (400) for what the contract lacks."""
    name = contract("lusha")["operations"][f"POST {request.path}"]["request"]
    try:
        body = request.json()
    except ValueError:
        raise Refused(400) from None
    errors = schemas("lusha").errors(name, body)
    if errors:
        raise Refused(400, "Validation failed", errors)
    found: dict[str, Any] = body
    return found
