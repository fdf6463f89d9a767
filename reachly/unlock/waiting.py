"""Waiting a little for a job, so that whoever asked for one value need not come back for it."""

from __future__ import annotations

import time
from uuid import UUID

from reachly.database import scope
from reachly.engine import look
from reachly.models import Job

_LOOKS = (0.03, 0.05, 0.1, 0.2, 0.3)
"""Seconds between looks, the last one again and again; no connection is held between two."""


def wait_for(workspace_id: UUID | str, user_id: UUID | str, job_id: UUID | str, seconds: float) -> Job:
    """The job as it is when it has ended, or after so many seconds; outside of any transaction."""
    until, looks = time.monotonic() + seconds, 0
    while True:
        with scope(workspace_id, user_id):
            job = look.job(job_id)
        assert job is not None
        pause = _LOOKS[min(looks, len(_LOOKS) - 1)]
        if job.finished or time.monotonic() + pause > until:
            return job
        time.sleep(pause)
        looks += 1
