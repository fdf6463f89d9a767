"""Forgets what is needed no more: providers' answers and misses after some days, keys of requests after some hours."""

from __future__ import annotations

from datetime import timedelta

from reachly.database import one, transaction
from reachly.settings import settings


def forget(most: int = 100) -> int:
    """Forget all that is due, ``most`` in one transaction, and return how many jobs, answers and misses those were.

    May run any number of times and at once; what a run that dies leaves behind is found by the next. Leads, credits and
    the stories of jobs stay.
    """
    config = settings()
    gone = 0
    for function, after in (
        ("jobs_forget", timedelta(days=config.provider_answers_days)),
        ("jobs_free_keys", timedelta(hours=config.idempotency_hours)),
        ("answers_forget", timedelta(hours=config.idempotency_hours)),
        ("misses_forget", timedelta(days=config.provider_misses_days)),
    ):
        # Until nothing is left: requests come faster than a fixed number per round, and would pile up for ever.
        while many := _batch(function, after, most):
            gone += many
            if many < most:
                break
    return gone


def _batch(function: str, after: timedelta, most: int) -> int:
    with transaction():
        told = one(f"SELECT {function}(%s, %s) AS many", (after, most))
    return int(told["many"]) if told else 0
