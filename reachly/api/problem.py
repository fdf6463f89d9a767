"""What a program is told when something does not work: problem details (RFC 9457), always JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import peewee
from flask import Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from reachly.accounts import Invalid, NotThem, TooManyAttempts
from reachly.database import StoreAway, refused, sqlstate
from reachly.engine.request import KeyReused, NotEnoughCredits, TooManyOpen
from reachly.spending import CapReached
from reachly.web.limits import TooManyRequests

AWAY_SECONDS = 5
LOOKS = "Your role in this workspace may look but not change."
LOCK_WAITED = "55P03"
TITLES = {
    400: "The request cannot be read",
    401: "Who are you?",
    402: "Not enough credits",
    403: "You may not do that",
    404: "There is nothing here",
    405: "This does not work that way",
    406: "Nothing to answer in that form",
    409: "Not now",
    410: "This is gone",
    413: "This is too much at once",
    415: "This is not in a form we read",
    416: "There is no such part",
    422: "The request is readable but wrong",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "A store is away",
}
WORDS = {
    401: "Send `Authorization: Bearer TOKEN` with an access token or an API key that works.",
    404: "Nothing is here, or it belongs to somebody else.",
    405: "This path does not take that method.",
    413: "The body is larger than this server takes.",
    415: "Send the body as application/json.",
    500: "The failure was written down.",
    503: "Nothing was changed. Try again in a moment.",
}

TABLES = "/rest/"
CODES = {401: "PGRST301", 403: "42501", 404: "PGRST125", 405: "PGRST117", 409: "55P03", 503: "PGRST000"}
"""What PostgREST calls what comes about before a table is reached."""


class Problem(Exception):
    """An answer that is not a success, raised from anywhere below a call."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        errors: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail or TITLES[status])
        self.status = status
        self.detail = detail or WORDS.get(status, TITLES[status] + ".")
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.more = more


EXPECTED = (Problem, Invalid, NotThem, TooManyAttempts, NotEnoughCredits, TooManyOpen, CapReached, KeyReused)
"""Failures that are answers: they say nothing about us and are not logged."""


def response(problem: Problem) -> Response:
    """The problem as an answer."""
    title = TITLES.get(problem.status, TITLES[400] if problem.status < 500 else TITLES[500])
    told: dict[str, Any] = {"type": "about:blank", "title": title, "status": problem.status, "detail": problem.detail}
    if problem.errors:
        told["errors"] = [{"field": field, "message": message} for field, message in problem.errors]
    told |= problem.more
    answer = Response(json.dumps(told), problem.status, content_type="application/problem+json")
    answer.headers.update(problem.headers)
    if problem.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    answer.cache_control.no_store = True
    return answer


def answer(error: Exception, reference: str = "") -> Response:
    """What any failure means to a program, in the shape that it knows."""
    problem = _meaning(error, reference)
    return _of_table(problem) if request.path.startswith(TABLES) else response(problem)


def _of_table(problem: Problem) -> Response:
    """The problem as PostgREST tells it: ``code``, ``message``, ``details`` and ``hint``."""
    told = {name: problem.more.get(name) for name in ("details", "hint")}
    code = problem.more.get("code") or CODES.get(problem.status, f"HTTP{problem.status}")
    shaped = response(problem)
    shaped.set_data(json.dumps({"code": code, "message": problem.detail} | told))
    shaped.content_type = "application/json; charset=utf-8"
    return shaped


def _meaning(error: Exception, reference: str) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, Invalid):
        return Problem(422, "Some fields cannot be taken as they are.", errors=tuple(error.errors.items()))
    if isinstance(error, NotThem):
        return Problem(401, "E-mail and password do not belong together.")
    if isinstance(error, TooManyAttempts):
        return Problem(429, error.words, headers={"Retry-After": str(error.seconds)})
    if isinstance(error, TooManyRequests):
        return Problem(429, f"Try again in {error.seconds} s.", headers={"Retry-After": str(error.seconds)})
    if isinstance(error, TooManyOpen):
        headers = {"Retry-After": str(error.RETRY_AFTER)}
        return Problem(429, error.words, headers=headers, jobs_open=error.open, jobs_most=error.most)
    if isinstance(error, CapReached):
        limit = {"of": error.of, "credits": error.cap, "spent": error.spent, "held": error.held}
        return Problem(
            402, error.words, credits_required=error.required, credits_available=error.left, monthly_limit=limit
        )
    if isinstance(error, NotEnoughCredits):
        short = error.required - error.available
        return Problem(
            402,
            f"This may cost up to {error.required} credits and {error.available} are available: {short} are missing.",
            credits_required=error.required,
            credits_available=error.available,
        )
    if isinstance(error, KeyReused):
        return Problem(
            422, "This Idempotency-Key was used for another request.", errors=[("Idempotency-Key", "Use a new one.")]
        )
    if isinstance(error, peewee.OperationalError) and sqlstate(error) == LOCK_WAITED:
        return Problem(409, "An equal request is still being worked on.", headers={"Retry-After": "1"})
    if refused(error):
        return Problem(403, LOOKS)
    if isinstance(error, (StoreAway, peewee.OperationalError, peewee.InterfaceError)):
        return Problem(503, headers={"Retry-After": str(AWAY_SECONDS)})
    if isinstance(error, HTTPException):
        return _http(error)
    return Problem(500, reference=reference)


def _http(error: HTTPException) -> Problem:
    status = error.code or 500
    if isinstance(error, RequestEntityTooLarge):
        return Problem(413)
    headers = {}
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        headers["Allow"] = ", ".join(sorted(allowed))
    if status not in TITLES:
        status = 400 if status < 500 else 500
    return Problem(status, headers=headers)
