"""``GET /v3/account/usage`` and the nine headers: how the account stands."""

from __future__ import annotations

from datetime import UTC, datetime

from reachly.sandbox.accounts import Account
from reachly.sandbox.limits import DEFAULTS
from reachly.sandbox.messages import Response

PRICING = {
    "api_search": {"credits": 1, "perQuantity": 25},
    "revealEmail": {"credits": 1, "perQuantity": 1},
    "revealPhone": {"credits": 5, "perQuantity": 1},
    "reveal_company": {"credits": 1, "perQuantity": 1},
}


def headers(account: Account | None) -> dict[str, str]:
    """The nine rate-limit headers; without an account they tell the standing limits."""
    windows = account.limits.snapshot() if account else {name: (limit, 0, 0.0) for name, limit in DEFAULTS.items()}
    found: dict[str, str] = {}
    for name, (limit, used, _) in windows.items():
        found[f"x-rate-limit-{name}"] = str(limit)
        found[f"x-{name}-requests-left"] = str(max(0, limit - used))
        found[f"x-{name}-usage"] = str(used)
    return found


def moment(seconds: float) -> str:
    """Seconds since 1970 as the API writes a time."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def usage(account: Account) -> Response:
    """Credits, limits, plan and prices."""
    total = account.behaviour.lusha_credits
    return Response.of(
        {
            "credits": {"total": total, "used": account.lusha_used, "remaining": account.lusha_left},
            "rateLimits": {
                name: {"limit": limit, "used": used, "remaining": max(0, limit - used), "resetsAt": moment(ends)}
                for name, (limit, used, ends) in account.limits.snapshot().items()
            },
            "plan": {
                "category": "scale",
                "renewalType": "annual",
                "startDate": "2026-01-01T00:00:00.000Z",
                "endDate": "2027-01-01T00:00:00.000Z",
            },
            "pricing": PRICING,
            "sandbox": {"sample": True},
        }
    )
