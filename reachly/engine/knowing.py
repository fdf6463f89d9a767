"""How the workers of one version leave what they do not know to those who do.

While a new version is rolled out, workers of both take from the same queue. A kind of job, or a form of its parameters
or its checkpoint, that only the new one knows is never claimed by the old one, so that it costs the job no attempt, no
crash and no wait; its message is sent again soon, until it comes to a worker that knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from reachly.database import as_json, execute, scope
from reachly.settings import settings

Known = Mapping[str, int]
"""The newest form of parameters and checkpoint of each kind that is known here."""

KNOWN = """
coalesce((%s::jsonb ->> kind)::integer, 0) >= greatest(params_version, coalesce((checkpoint ->> 'version')::integer, 1))
"""
"""Whether a row of ``jobs`` is of a form that is known; its parameter is :data:`Known` as JSON."""

_LEAVE = f"""
UPDATE jobs SET wait_reason = 'waiting for a worker that knows how',
       dispatched_at = clock_timestamp() - make_interval(secs => %s - least(%s, greatest(%s,
                       extract(epoch FROM clock_timestamp() - coalesce(wake_at, updated_at)) / 4)))
 WHERE id = %s AND NOT ({KNOWN})
   AND (status = 'queued' OR (status = 'waiting' AND wake_at <= clock_timestamp())
        OR (status = 'running' AND lease_until <= clock_timestamp()))
"""  # noqa: S608 - a condition of our own
_SOONEST = 0.5


def leave(job_id: UUID | str, workspace_id: UUID, user_id: UUID | None, known: Known) -> bool:
    """Have a job that is not known here sent again soon, to somebody else; false when it is known, or not to be had.

    The longer it waits already the less often it is sent, down to as often as any other.
    """
    again = settings().job_resend_after
    with scope(workspace_id, user_id):
        left = execute(_LEAVE, (again, again, min(_SOONEST, again), str(job_id), as_json(known))).rowcount
    return bool(left)
