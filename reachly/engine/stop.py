"""Cancelling a job."""

from __future__ import annotations

from uuid import UUID

from reachly import news
from reachly.database import afterwards, execute, one, scope

_STOPPING = """
SELECT job_tell(%s, 'log', jsonb_build_object('text', 'Stopping at the next step', 'tone', 'warn', 'detail',
       coalesce((SELECT name FROM users WHERE id = %s), 'Somebody') || ' asked for it'))
"""


class NoSuchJob(Exception):
    """There is no such job in this workspace."""


class JobEnded(Exception):
    """The job has ended already, so there is nothing to cancel."""


def cancel(workspace_id: UUID | str, user_id: UUID | str, job_id: UUID | str) -> str:
    """Ask the job to stop: ``cancelled`` where nobody runs it, ``cancelling`` where its run will see it at the next
    step.

    What was delivered stays, what was held comes back. Raises :class:`NoSuchJob` and :class:`JobEnded`.
    """
    with scope(workspace_id, user_id):
        row = one(
            "UPDATE jobs SET cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp())"
            " WHERE id = %s AND finished_at IS NULL RETURNING old.cancel_requested_at IS NULL AS first",
            (str(job_id),),
        )
        if row is None:
            if one("SELECT id FROM jobs WHERE id = %s", (str(job_id),)) is None:
                raise NoSuchJob(str(job_id))
            raise JobEnded(str(job_id))
        ended = one("SELECT job_end(%s, NULL, 'cancelled', NULL, NULL, NULL) AS ended", (str(job_id),))
        if row["first"] and not (ended and ended["ended"]):
            execute(_STOPPING, (str(job_id), str(user_id)))
    afterwards(lambda: news.publish(workspace_id, job_id))
    return "cancelled" if ended and ended["ended"] else "cancelling"
