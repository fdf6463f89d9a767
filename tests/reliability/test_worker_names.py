"""How workers are told apart, which decides whether a job that is taken up again has stopped one."""

from __future__ import annotations

import subprocess
import sys

from reachly.engine.run import run
from tests.engine.work import ask, job, lose_lease

BORN = """
import os, socket
socket.gethostname = lambda: "c0ffee"
os.getpid = lambda: 8
from jobs.actors import worker_name
print("named", worker_name())
"""


def _born() -> str:
    """The name that a worker of a container gives itself, where every start gives the same processes the same ids."""
    told = subprocess.run([sys.executable, "-c", BORN], capture_output=True, text=True, timeout=60, check=True)
    return told.stdout.split("named ")[1].strip()


def test_a_container_that_a_job_stopped_does_not_take_itself_for_the_one_before(team) -> None:
    before, after = _born(), _born()
    assert before.startswith("c0ffee:8")
    asked = ask(team)

    def dies(_claim):
        raise SystemExit  # as far as the row knows: no end, no wait, nothing handed back

    for worker, crashes in ((before, 0), (after, 1)):
        try:
            run(asked.job_id, {"generate_leads": dies}, worker)
        except SystemExit:
            lose_lease(team, asked.job_id)
        assert job(team, asked.job_id)["crashes"] == crashes


def test_a_worker_keeps_its_name() -> None:
    from jobs.actors import worker_name

    assert worker_name() == worker_name()
