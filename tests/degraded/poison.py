"""A step for tests of memory: a job that asks for it takes more than there is, as often as it is tried."""

import os
import resource
import signal
import time

from reachly.database import one
from reachly.engine.claim import Claim
from reachly.engine.outcomes import Outcome, Succeeded
from reachly.engine.run import run

LIMIT = 1_500_000_000


def step(claim: Claim) -> Outcome:
    """What the parameters ask for: ``die`` as the kernel ends who takes too much, ``hoard`` until there is no
    more, or sleep ``seconds`` and end well.
    """
    if claim.params.get("die"):
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGKILL)
    if claim.params.get("hoard"):
        resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
        bytearray(LIMIT)
    with claim.transaction():
        assert one("SELECT 1 AS one")
    until = time.monotonic() + float(claim.params.get("seconds", 0))
    while time.monotonic() < until and not claim.stopping():
        time.sleep(0.05)
    return Succeeded({"pid": os.getpid()})


def suspect(job_id: str) -> None:
    """Work on a suspect, as a process that may start none of its own."""
    from jobs.apart import apart

    assert run(job_id, {"generate_leads": step}, "schedule", apart=apart) == "apart"
