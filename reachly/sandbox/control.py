"""``/_control``: how tests and people set what an account meets, and read what it did. For this machine only."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any
from urllib.parse import unquote

from reachly.sandbox.accounts import Account, Accounts, Behaviour, Webhook
from reachly.sandbox.clay.tables import PATH
from reachly.sandbox.facts import facts
from reachly.sandbox.faults import Fault
from reachly.sandbox.limits import DEFAULTS
from reachly.sandbox.messages import Request, Response
from reachly.sandbox.world import World

ROOT = "/_control/"
_LOOPBACK = ("127.", "::1", "::ffff:127.")
_KINDS: dict[str, type | tuple[type, ...]] = {"float": (int, float), "int": int, "str | None": (str, type(None))}
_BEHAVIOUR = {field.name: _KINDS[str(field.type)] for field in fields(Behaviour)}
_SHORT = {"credits": "lusha_credits"}
_LIMITS = (*DEFAULTS, "usage", "minute_seconds")


def allowed(request: Request) -> bool:
    """Whether it comes from this machine."""
    return request.client.startswith(_LOOPBACK)


def answer(world: World, accounts: Accounts, request: Request) -> Response:
    """``GET`` tells, ``PUT`` sets the given settings and leaves the others, ``DELETE`` starts the account afresh."""
    if not allowed(request):
        return Response.of({"message": "Only from this machine"}, 403)
    key = unquote(request.path.removeprefix(ROOT))
    if key == "_world":
        return Response.of(facts(world))
    account = accounts.of(key)
    if account is None:
        return Response.of({"message": "Keys begin with sandbox-"}, 404)
    if request.method == "DELETE":
        accounts.forget(key)
        return Response.of({"forgotten": key})
    if request.method == "PUT":
        try:
            _set(account, request.json())
        except (ValueError, TypeError) as trouble:
            return Response.of({"message": str(trouble)}, 400)
    elif request.method != "GET":
        return Response.of({"message": "GET, PUT or DELETE"}, 405)
    return Response.of(_told(account))


def _set(account: Account, given: Any) -> None:
    if not isinstance(given, dict):
        raise ValueError("a JSON object of settings is wanted")
    values = {_SHORT.get(name, name): value for name, value in given.items()}
    unknown = {str(name) for name in values} - set(_BEHAVIOUR) - {"faults", "rate_limits", "webhook"}
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(sorted(unknown))}")
    for name, kind in _BEHAVIOUR.items():
        if name in values and (isinstance(values[name], bool) or not isinstance(values[name], kind)):
            raise ValueError(f"{name} is of another type")
    faults = [Fault.of(fault) for fault in values["faults"]] if "faults" in values else None
    limits = values.get("rate_limits", {})
    if any(name not in _LIMITS or not isinstance(value, int | float) or value < 0 for name, value in limits.items()):
        raise ValueError(f"rate_limits has {', '.join(_LIMITS)}")
    if limits.get("minute_seconds") == 0:
        raise ValueError("a minute must last a while")
    webhook = values.get("webhook")
    if webhook is not None and set(webhook) != {"id", "url", "secret"}:
        raise ValueError("webhook has id, url and secret")
    with account.lock:
        for name in _BEHAVIOUR.keys() & values.keys():
            setattr(account.behaviour, name, values[name])
        if faults is not None:
            account.faults.plan(faults)
        account.limits.set(limits)
        if webhook is not None:
            account.webhooks[webhook["id"]] = Webhook(webhook["url"], webhook["secret"])


def _told(account: Account) -> dict[str, Any]:
    with account.lock:
        return {
            "key": account.key,
            "settings": asdict(account.behaviour),
            "rate_limits": {
                name: {"limit": limit, "used": used, "resets_at": ends}
                for name, (limit, used, ends) in account.limits.snapshot().items()
            },
            "faults": [asdict(fault) for fault in account.faults.planned],
            "webhooks": {name: webhook.url for name, webhook in account.webhooks.items()},
            "table_path": f"{PATH}{account.table}",
            "operations": {name: tally.told() for name, tally in sorted(account.operations.items())},
            "calls": sum(tally.calls for name, tally in account.operations.items() if name != "clay.callback"),
            "lusha": {
                "used": account.lusha_used,
                "remaining": account.lusha_left,
                "revealed_first": account.revealed_first,
                "revealed_again": account.revealed_again,
            },
            "clay": {
                "rows": account.clay_rows,
                "rows_left": account.clay_left,
                "data_credits_spent": account.clay_data_spent,
                "searches": len(account.searches),
                "runs": len(account.runs),
            },
        }
