"""Real workers in processes of their own, started with the Procfile's command and killed at will."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import psutil
import redis

from jobs.broker import send
from reachly.database import owner_database
from reachly.engine.stop import JobEnded, cancel
from reachly.settings import settings
from tests.conftest import Team
from tests.engine.work import job
from tests.generate.finding import find
from tests.outside import Outside

EVERYONE = {"seniorities": ["c_level", "vp", "director", "manager", "senior"]}
ROOT = Path(__file__).parent.parent.parent
QUICK = {
    "JOB_LEASE": "2",
    "JOB_SWEEP": "0.2",
    "JOB_SEND_AFTER": "0.5",
    "JOB_RESEND_AFTER": "1",
    "PROVIDER_BACKOFF": "0.1",
    "WORKER_THREADS": "4",
    "WORKER_STOP": "15",
}
"""Times short enough for a test; the same code runs with the usual ones."""


def settle() -> None:
    """Cancel every open job of this database and empty the queue.

    Most tests leave jobs open that nobody works on. A real worker would do them all, before those of its own test.
    """
    owner = owner_database(settings())
    with owner.connection_context():
        left = owner.execute_sql("SELECT workspace_id, user_id, id FROM jobs WHERE finished_at IS NULL").fetchall()
    for one in left:
        with suppress(JobEnded):
            cancel(*one)
    redis.Redis.from_url(settings().redis_at(0)).flushdb()


class Worker:
    """A worker with its scheduler, in a process group of its own."""

    def __init__(self, outside: Outside, actors: str = "jobs.actors", **more: str) -> None:
        own = QUICK | more
        command = [sys.executable, "-m", "dramatiq", actors, "--fork-function", "jobs.schedule:run"]
        command += ["--processes", "1", "--threads", own["WORKER_THREADS"]]
        command += ["--worker-shutdown-timeout", own["WORKER_STOP"] + "000"]
        environment = os.environ | outside.environment() | {"PYTHONPATH": str(ROOT)} | own
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def signal(self, number: int) -> None:
        """Send a signal to every process of the worker."""
        os.killpg(self.process.pid, number)

    def schedule(self, seconds: float = 60) -> int:
        """The pid of its scheduler, which is the last process it starts."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            children = psutil.Process(self.process.pid).children()
            if len(children) == 2:
                return max(children, key=lambda one: one.create_time()).pid
            time.sleep(0.05)
        raise AssertionError("the worker did not start its schedule")

    def kill(self) -> None:
        """SIGKILL, as if the machine had gone away."""
        self.signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self, seconds: float = 20) -> float:
        """SIGTERM, and how long it took to go."""
        started = time.monotonic()
        os.kill(self.process.pid, signal.SIGTERM)
        self.process.wait(seconds)
        return time.monotonic() - started


@contextmanager
def worker(outside: Outside, actors: str = "jobs.actors", **more: str) -> Iterator[Worker]:
    """A worker of this module's actors, with ``more`` in its environment, for the length of the block."""
    made = Worker(outside, actors, **more)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.kill()


def searching(make_team: Callable[..., Team], outside: Outside, latency_ms: int) -> tuple[Team, UUID]:
    """A team and its search of 300 leads, which takes a while at a provider that is this slow; sent, and not begun."""
    team = make_team(500)
    outside.play(latency_ms=latency_ms)
    job_id = find(team, 300, filters=EVERYONE)
    send("interactive", job_id)
    return team, job_id


def until(team: Team, job_id: UUID, ready, seconds: float = 60) -> dict:
    """The job's row once ``ready`` says so of it."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        row = job(team, job_id)
        if ready(row):
            return row
        time.sleep(0.03)
    raise AssertionError(f"the job did not get there in {seconds} s: {row['status']} {row['progress_done']}")
