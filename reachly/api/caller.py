"""Which program asks, for whom, how often, and from which pages."""

from __future__ import annotations

from flask import Flask, Response, g, request

from reachly import accounts
from reachly.accounts import Person
from reachly.accounts.keys import PREFIX
from reachly.api.problem import Problem
from reachly.settings import settings
from reachly.web.limits import spend
from reachly.web.security import for_programs
from reachly.web.session import address

OPENED = ("/api/", "/functions/", "/rest/")
EXPOSED = "ETag, Idempotent-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Content-Disposition"
TABLES = "Content-Range, Location, Preference-Applied, Range-Unit"


def who(scope: str) -> Person:
    """The person behind the bearer token; raises :class:`Problem` 401, or 403 where a key's scopes do not reach."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        spend("requests", address())
        raise Problem(401)
    person = accounts.find_key(token) if token.startswith(PREFIX) else accounts.find_token(token)
    if person is None:
        spend("requests", address())
        raise Problem(401)
    g.token = token
    if scope not in person.scopes:
        raise Problem(403, f"This key may not {scope}.")
    return person


def charge(person: Person | None, limit: str | None) -> None:
    """Count the request against its limits: one for all, one for what changes something, one of its own."""
    known = str(person.user_id) if person else address()
    spend("requests", known)
    if request.method not in ("GET", "HEAD"):
        spend("writes", known)
    if limit:
        spend(limit, known)


def start(app: Flask) -> None:
    """Open the paths for programs to the configured origins; cookies never count there, so none are asked for."""
    app.after_request(_cors)


def _cors(response: Response) -> Response:
    if not request.path.startswith(OPENED) or not settings().cors_origins.strip():
        return response
    allowed = {origin.strip().rstrip("/") for origin in settings().cors_origins.split(",") if origin.strip()}
    origin = request.headers.get("Origin", "")
    response.vary.add("Origin")
    if "*" not in allowed and origin not in allowed:
        return response
    response.headers["Access-Control-Allow-Origin"] = "*" if "*" in allowed else origin
    response.headers["Access-Control-Expose-Headers"] = f"{EXPOSED}, {TABLES}"
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, PATCH, DELETE"
        response.headers["Access-Control-Allow-Headers"] = (
            "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, Range, "
            "Range-Unit, Prefer, apikey, X-Client-Info, Accept-Profile, Content-Profile"
        )
        response.headers["Access-Control-Max-Age"] = "7200"
    return response


__all__ = ["charge", "for_programs", "start", "who"]
