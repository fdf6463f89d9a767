"""What a status code means, the same for every provider."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from reachly.providers.failures import (
    ContractBroken,
    KeyRefused,
    NotFound,
    ProviderBusy,
    ProviderFailure,
    QuotaSpent,
    Suppressed,
)
from reachly.providers.reading import as_text
from reachly.providers.values import Answer
from reachly.providers.windows import hinted_wait

SAID_LENGTH = 200


def said(answer: Answer) -> str:
    """The provider's own words about a failure, cut to a readable length; empty where it had none."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(body, Mapping):
        return ""
    parts = [body.get("message"), body.get("error"), *_listed(body.get("errors"))]
    words = [as_text(part) or "" for part in parts if isinstance(part, str)]
    return " ".join(" · ".join(filter(None, words)).split())[:SAID_LENGTH]


def _listed(errors: object) -> list[object]:
    return errors[:3] if isinstance(errors, list) else []


def failure_of(label: str, answer: Answer, now: datetime | None = None) -> ProviderFailure | None:
    """The failure that ``answer`` stands for, ``None`` for a 2xx.

    A 429 carries the wait that its headers ask for; a server error carries one only where ``Retry-After`` is given.
    """
    status = answer.status
    if 200 <= status < 300:
        return None
    words = said(answer)
    because = f": {words}" if words else "."
    if status == 429:
        wait = hinted_wait(answer.headers, now or datetime.now(UTC))
        return ProviderBusy(f"{label} asks us to slow down{because}", status=status, retry_after=wait)
    if status in (401, 403):
        return KeyRefused(f"{label} refused the key{because}", status=status)
    if status == 402:
        return QuotaSpent(f"The {label} account is out of credits{because}", status=status)
    if status in (404, 410):
        return NotFound(f"{label} does not know what was asked for{because}", status=status)
    if status == 451:
        return Suppressed(f"{label} may not hand this out{because}", status=status)
    if status in (408, 425, 499) or status >= 500:
        wait = hinted_wait(answer.headers, now or datetime.now(UTC))
        return ProviderBusy(
            f"{label} has a problem of its own (HTTP {status}){because}", status=status, retry_after=wait
        )
    if 300 <= status < 400:
        return ContractBroken(f"{label} answered with a redirect (HTTP {status}); check its base URL.", status=status)
    return ContractBroken(f"{label} did not accept the request (HTTP {status}){because}", status=status)


def checked(label: str, answer: Answer) -> Answer:
    """``answer`` itself when it is a 2xx; raises the failure it stands for otherwise."""
    failure = failure_of(label, answer)
    if failure is not None:
        raise failure
    return answer
