"""Forgets what jobs no longer need: providers' answers after some days, the keys of requests after some hours."""

from __future__ import annotations

from datetime import timedelta

from reachly.database import one, transaction
from reachly.settings import settings


def forget(most: int = 100) -> int:
    """Forget for at most so many jobs of each sort and return how many those were.

    May run any number of times and at once; what a run that dies leaves behind is found by the next. Leads, credits and
    the stories of jobs stay.
    """
    config = settings()
    gone = 0
    for function, after in (
        ("jobs_forget", timedelta(days=config.provider_answers_days)),
        ("jobs_free_keys", timedelta(hours=config.idempotency_hours)),
        ("answers_forget", timedelta(hours=config.idempotency_hours)),
    ):
        with transaction():
            told = one(f"SELECT {function}(%s, %s) AS jobs", (after, most))
        gone += told["jobs"] if told else 0
    return gone
