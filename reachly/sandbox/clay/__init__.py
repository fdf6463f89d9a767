"""Clay's public API, version 0, as its published contract has it: which address does what, and how it says no."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from reachly.sandbox.accounts import Account, Accounts
from reachly.sandbox.clay import routines, searching
from reachly.sandbox.clay.refusals import refusal
from reachly.sandbox.contracts import schemas
from reachly.sandbox.gate import passed
from reachly.sandbox.messages import Refused, Request, Response
from reachly.sandbox.postman import Postman
from reachly.sandbox.world import World

ROOT = "/public/v0"
_SEARCH = re.compile(r"/search/filters-mode/([^/]+)/run")
_ROUTINE = re.compile(r"/routines/([^/]+)/run")
_RESULTS = re.compile(r"/routines/run/([^/]+)/results")
Work = Callable[[], Response]


def answer(world: World, accounts: Accounts, postman: Postman, request: Request) -> Response:
    """The answer to a request under ``/public/v0``."""
    account = accounts.of(request.headers.get("clay-api-key"))
    if account is None:
        return refusal(None, Refused(401))
    operation, work = _work(world, account, postman, request)
    return passed(account, operation, work, refusal)


def _work(world: World, account: Account, postman: Postman, request: Request) -> tuple[str, Work]:
    path = request.path.removeprefix(ROOT)
    if request.method == "GET":
        if path == "/me":
            return "clay.me", lambda: _me(account)
        if path == "/search/filters-mode/fields":
            return "clay.fields", lambda: searching.fields(request.query.get("source_type"))
        if found := _RESULTS.fullmatch(path):
            run_id = unquote(found[1])
            return "clay.results", lambda: routines.results(account, run_id, request.query)
    if request.method == "POST":
        if path == "/search/filters-mode":
            return "clay.create_search", lambda: searching.create(world, account, _body(request, "CreateSearchRequest"))
        if found := _SEARCH.fullmatch(path):
            search_id = unquote(found[1])
            return "clay.run_search", lambda: searching.run(
                world, account, search_id, _body(request, "NextSearchResultsBody")
            )
        if found := _ROUTINE.fullmatch(path):
            routine = unquote(found[1])
            return "clay.run_routine", lambda: routines.start(
                world, account, postman, routine, _body(request, "RunRoutineRequest")
            )
    return "clay.unknown", _nothing_here


def _nothing_here() -> Response:
    raise Refused(404)


def _me(account: Account) -> Response:
    number = uuid.uuid5(uuid.NAMESPACE_OID, account.key).int % 1_000_000
    return Response.of({"user": {"id": str(number), "name": "Sample User"}, "workspace": {"id": str(number + 1)}})


def _body(request: Request, schema: str) -> dict[str, Any]:
    try:
        body = request.json() if request.body else {}
    except ValueError:
        raise Refused(400, "Invalid JSON") from None
    errors = schemas("clay").errors(schema, body)
    if errors:
        raise Refused(400, f"Validation failed: {errors[0]}")
    found: dict[str, Any] = body
    return found
