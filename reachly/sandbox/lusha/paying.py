"""Credits at Lusha: a search costs one for every started 25 results, a field is paid once per account."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from reachly.sandbox.accounts import Account
from reachly.sandbox.messages import Refused, Response

RESULTS_PER_CREDIT = 25


def price_of_search(results: int) -> int:
    """What a page of so many results costs; nothing found costs one as well."""
    return max(1, -(-results // RESULTS_PER_CREDIT))


def charge(account: Account, operation: str, credits: int) -> None:
    """Takes ``credits`` from the account; raises :class:`Refused` (402), taking nothing, when they are not there."""
    with account.lock:
        if credits > account.lusha_left:
            raise Refused(402)
        account.lusha_used += credits
        with account.tally(operation) as tally:
            tally.credits += credits


def price_of_field(account: Account, field: str, index: int, price: int) -> int:
    """What revealing a field costs this account now."""
    return 0 if index in account.revealed[field] else price


def remember(account: Account, field: str, index: int) -> None:
    """Notes that a field is paid for, and counts how often something paid is asked for again."""
    if index in account.revealed[field]:
        account.revealed_again += 1
    else:
        account.revealed[field].add(index)
        account.revealed_first += 1


def billed(values: Mapping[str, Any], credits: int, returned: int) -> Response:
    """An answer with its request id and bill."""
    return Response.of(
        {
            "requestId": str(uuid.uuid4()),
            **values,
            "billing": {"creditsCharged": credits, "resultsReturned": returned},
            "sandbox": {"sample": True},
        }
    )
