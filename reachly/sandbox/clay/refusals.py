"""How Clay says no: a message and nothing else."""

from __future__ import annotations

from reachly.sandbox.accounts import Account
from reachly.sandbox.messages import Refused, Response

_MESSAGES = {
    400: "Validation failed",
    401: "Authentication failed",
    402: "Not enough credits for this request",
    403: "Forbidden",
    404: "Not found",
    429: "Too many requests",
    451: "Unavailable for legal reasons",
}


def refusal(account: Account | None, refused: Refused) -> Response:
    """The contract's error body: a message and nothing else. A 429 says when to come again."""
    message = refused.message or _MESSAGES.get(refused.status, "Internal server error")
    headers = dict(refused.headers)
    if refused.status == 429 and account is not None:
        limit, _, resets = account.limits.snapshot()["minute"]
        headers |= {"X-RateLimit-Limit": str(limit), "X-RateLimit-Reset": str(int(resets))}
        headers["X-RateLimit-Remaining"] = "0"
    return Response.of({"message": message}, refused.status, headers)
