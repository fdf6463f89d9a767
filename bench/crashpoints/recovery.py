"""What the product does by itself after a death: the sweep finds what is open, another worker takes it."""

from __future__ import annotations

import time
from uuid import UUID

from bench.crashpoints.people import Team, as_owner
from jobs.actors import KINDS
from reachly.engine.run import run
from reachly.engine.sweep import sweep

ROUNDS = 60


def time_passes(team: Team) -> None:
    """Leases run out and waits are over."""
    as_owner(
        "UPDATE jobs SET lease_until = clock_timestamp() - interval '1 second' WHERE workspace_id = %s"
        " AND status = 'running'",
        team.workspace_id,
    )


def until_quiet(team: Team, seconds: float = 20) -> bool:
    """Sweep and work until the workspace has no open job; false where that does not come."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        open_jobs = team.rows(
            "SELECT id, status, wake_at > clock_timestamp() AS later FROM jobs WHERE finished_at IS NULL"
        )
        if not open_jobs:
            return True
        if all(job["later"] for job in open_jobs):
            time.sleep(0.01)
            continue
        time_passes(team)
        sent: list[UUID] = []
        sweep(lambda _, job_id, sent=sent: sent.append(job_id))  # type: ignore[misc]
        for job_id in sent:
            run(job_id, KINDS, "recovery")
        time.sleep(0 if sent else 0.005)
    return False
