"""The actors: each takes one id and calls one verb."""

from __future__ import annotations

import os
import socket
from uuid import UUID

import dramatiq

from jobs.broker import broker, stopping
from reachly import logs
from reachly.engine.knowing import Step
from reachly.engine.run import run
from reachly.export.step import step as export_step
from reachly.generate.step import step as generate_step

logs.start()
KINDS: dict[str, Step] = {"generate_leads": generate_step, "export_leads": export_step}
"""What each kind of job does in one step."""


def _work(job_id: str) -> None:
    run(UUID(job_id), KINDS, f"{socket.gethostname()}:{os.getpid()}", stopping.event.is_set)


work_interactive = dramatiq.actor(actor_name="work_interactive", queue_name="interactive", priority=0)(_work)
work_bulk = dramatiq.actor(actor_name="work_bulk", queue_name="bulk", priority=10)(_work)

__all__ = ["KINDS", "broker", "work_bulk", "work_interactive"]
