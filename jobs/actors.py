"""The actors: each takes one id and calls one verb."""

from __future__ import annotations

import os
import secrets
import socket
from uuid import UUID

import dramatiq
import peewee
import structlog

from jobs.apart import apart
from jobs.broker import broker, send
from jobs.stopping import stopping
from reachly import logs
from reachly.database import StoreAway
from reachly.engine.places import next_after, unsent
from reachly.engine.run import run
from reachly.engine.steps import Step
from reachly.export.step import step as export_step
from reachly.generate.step import step as generate_step
from reachly.imports.step import step as import_step
from reachly.unlock.step import step as unlock_step

logs.start()
KINDS: dict[str, Step] = {
    "generate_leads": generate_step,
    "export_leads": export_step,
    "import_leads": import_step,
    "enrich_leads": unlock_step,
}
"""What each kind of job does in one step."""
FREED = ("succeeded", "failed", "cancelled", "waiting", "stumbled", "yielded", "apart", "crashed")
"""How a job leaves a worker that gives its place to another of its workspace."""
_BORN = secrets.token_hex(2)
"""A container that is started again gives its processes the ids that they had before."""
_log = structlog.get_logger()


def worker_name() -> str:
    """This process as no other ever was: its machine, its process id, and what tells it from one before of that id."""
    return f"{socket.gethostname()}:{os.getpid()}-{_BORN}"


def work(job_id: str) -> None:
    """Work on the job as far as this process may, then call who comes next; whoever has it already keeps it."""
    came_to = run(UUID(job_id), KINDS, worker_name(), stopping.event.is_set, apart)
    if came_to in FREED:
        _call_next(job_id)


def _call_next(job_id: str) -> None:
    """Send what may start now that this job gave its place free; what cannot be sent is left to the sweep."""
    try:
        following = next_after(job_id)
        for at, job in enumerate(following):
            if send(job.queue, job.id) is False:
                unsent([each.id for each in following[at:]])
                break
    except (StoreAway, peewee.PeeweeException) as error:
        _log.warning("next_not_called", job=job_id, error=type(error).__name__)


work_interactive = dramatiq.actor(actor_name="work_interactive", queue_name="interactive", priority=0)(work)
work_bulk = dramatiq.actor(actor_name="work_bulk", queue_name="bulk", priority=10)(work)

__all__ = ["KINDS", "broker", "work_bulk", "work_interactive"]
