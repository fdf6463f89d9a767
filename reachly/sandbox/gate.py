"""The way of every call at a provider's door: counted, delayed, limited, carried out, spoilt where a fault was set."""

from __future__ import annotations

import time
from collections.abc import Callable

from reachly.sandbox.accounts import Account
from reachly.sandbox.faults import REFUSALS, WIRE, Fault
from reachly.sandbox.messages import Refused, Response

Dialect = Callable[[Account | None, Refused], Response]
"""How a provider words a refusal."""


def passed(account: Account, operation: str, work: Callable[[], Response], dialect: Dialect) -> Response:
    """The answer to one call of ``operation``; never raises :class:`Refused`."""
    with account.tally(operation) as tally:
        tally.calls += 1
    if account.behaviour.latency_ms:
        time.sleep(account.behaviour.latency_ms / 1000)
    fault = account.faults.take(operation)
    if fault is None:
        response = _answered(account, operation, work, dialect)
    else:
        with account.tally(operation) as tally:
            tally.faults[fault.kind] += 1
        response = _spoilt(account, fault, lambda: _answered(account, operation, work, dialect), dialect)
    with account.tally(operation) as tally:
        tally.statuses[str(response.status) if response.ending == "whole" else response.ending] += 1
    return response


def _answered(account: Account, operation: str, work: Callable[[], Response], dialect: Dialect) -> Response:
    try:
        if not account.limits.take(usage=operation == "lusha.usage"):
            raise limited(account.limits.wait())
        return work()
    except Refused as refused:
        return dialect(account, refused)


def limited(seconds: float) -> Refused:
    """The refusal of one request too many; ``seconds`` until it may come again."""
    refused = Refused(429)
    refused.headers["Retry-After"] = str(max(1, round(seconds)))
    return refused


def _spoilt(account: Account, fault: Fault, answer: Callable[[], Response], dialect: Dialect) -> Response:
    kept = answer() if fault.works_first else None
    if fault.kind not in WIRE:
        refused = Refused(fault.status or REFUSALS[fault.kind])
        if fault.kind == "429":
            refused = limited(1)
        spoilt = dialect(account, refused)
        if fault.retry_after is not None:
            spoilt.headers["Retry-After"] = f"{fault.retry_after:g}"
        if fault.kind == "429_without_hint":
            spoilt.headers = {"Content-Type": spoilt.headers["Content-Type"]}
        return spoilt
    if fault.kind == "hang":
        return Response(kept.status if kept else 504, b"", ending="silent", seconds=fault.seconds)
    whole = kept or Response.of({"results": [], "data": [], "message": "This answer never ends well"})
    if fault.kind == "cut":
        whole.ending = "cut"
        return whole
    whole.body = whole.body[: max(1, len(whole.body) * 2 // 3)]
    return whole
