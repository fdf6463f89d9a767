"""How many jobs of one workspace run at a time, and whose turn it is next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from reachly import database
from reachly.settings import settings


@dataclass(frozen=True, slots=True)
class Next:
    """A job whose turn it is, stamped as sent, and the queue through which it is sent."""

    id: UUID
    queue: str


def places() -> tuple[int, int, int]:
    """The most jobs of one workspace that run at a time: in all, of the interactive queue, of the bulk queue."""
    config = settings()
    return config.workspace_running, config.workspace_running_interactive, config.workspace_running_bulk


def next_after(job_id: UUID | str) -> list[Next]:
    """What may start because this job no longer runs; each is given to one caller, who has to send it.

    A caller that dies instead loses nothing: the sweep sends it then.
    """
    again = timedelta(seconds=settings().job_resend_after)
    with database.transaction():
        found = database.rows("SELECT id, queue FROM jobs_after(%s, %s, %s, %s, %s)", (str(job_id), again, *places()))
    return [Next(**row) for row in found]


def unsent(job_ids: Sequence[UUID]) -> None:
    """Say that these were stamped as sent and could not be: whoever looks next may have them, and their places."""
    with database.transaction():
        database.execute("SELECT jobs_unsent(%s::uuid[])", ([str(job_id) for job_id in job_ids],))


def others_wait(job_id: UUID | str) -> bool:
    """Whether somebody waits for the thread or the place that this job uses."""
    with database.transaction():
        found = database.one("SELECT jobs_wait_behind(%s) AS waits", (str(job_id),))
    return bool(found and found["waits"])
