"""Finds jobs that ought to be on their way and are not: the outbox, the alarm clock and the rescue in one query."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from reachly import database
from reachly.engine.places import places, unsent
from reachly.settings import settings

Send = Callable[[str, UUID], object]


def sweep(send: Send, most: int = 500) -> int:
    """Send what is due and return how many that were: of each workspace no more than may run, and one of each in turn.

    The rows are stamped and the stamp committed before anything is sent, so many sweeps may run at once and a sweep
    that dies halfway leaves nothing that a later one does not find. One that cannot be sent (``send`` says ``False``)
    ends the round: a frozen queue would take its time-out for each of the others. Those are due again at once.
    """
    config = settings()
    with database.transaction():
        due = database.rows(
            "SELECT id, queue FROM jobs_in_turn(%s, %s, %s, %s, %s, %s)",
            (timedelta(seconds=config.job_send_after), timedelta(seconds=config.job_resend_after), most, *places()),
        )
    for at, job in enumerate(due):
        if send(job["queue"], job["id"]) is False:
            unsent([job["id"] for job in due[at:]])
            break
    return len(due)
