"""A job that has stopped two workers goes on in a process of its own, where it stops nobody else's work.

Up to then all jobs of a worker that died are suspects alike. From then on each of them is tried by itself: the innocent
ends, and only the guilty one is counted out.
"""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from typing import IO

import structlog

from jobs.broker import stopping
from reachly import logs
from reachly.engine.claim import Claim, LeaseLost
from reachly.engine.lease import keeper
from reachly.engine.run import go_on
from reachly.engine.steps import Step

SUSPECT = 2
"""So many workers a job may stop before it goes on apart."""
_LOOK_EVERY, _LOOKS = 0.5, 10
_log = structlog.get_logger()


def apart(claim: Claim, step: Step) -> str | None:
    """Have a process of its own go on with the claimed job; ``None`` where the job is no suspect, or cannot be handed
    over.

    A process that dies counts as a crash of this job alone, and the job comes back a little later.
    """
    if claim.crashes < SUSPECT:
        return None
    try:
        handed = pickle.dumps((claim, step))
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    command = [sys.executable, "-c", "from jobs.apart import main; main()"]
    with subprocess.Popen(  # noqa: S603 - our own words
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        with keeper.keeping(claim):
            _hand(process.stdin, handed)
            process.stdout.read(1)
        # From here on the process renews the lease itself: one that is frozen must lose it.
        ended = _wait(process, claim)
    if not ended or process.returncode == 0:
        return "apart"
    _log.warning("crashed_apart", job=str(claim.id), attempt=claim.attempt, left=process.returncode)
    try:
        claim.crashed("It stopped the process it ran in and will be tried again", f"Signal {-process.returncode}")
    except LeaseLost:
        return "lost"
    return "crashed"


def _hand(to: IO[bytes], handed: bytes) -> None:
    try:
        to.write(handed)
        to.close()
    except BrokenPipeError:
        pass  # it died before it read: that is a crash like any other


def _wait(process: subprocess.Popen[bytes], claim: Claim) -> bool:
    """Until the process has ended by itself; false where it had to be ended, because the job has not been its for long.

    It is told when the worker is being stopped.
    """
    told = False
    over = 0
    while over < _LOOKS:
        try:
            process.wait(_LOOK_EVERY)
            return True
        except subprocess.TimeoutExpired:
            if claim.stopping() and not told:
                told = True
                process.send_signal(signal.SIGTERM)
            over += not claim.held()
    process.kill()
    return False


def main() -> None:
    """Go on with the job that comes in by the standard input."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.stop())
    logs.start()
    claim, step = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - our own parent's words
    claim.stopping = stopping.event.is_set
    claim.renew()
    sys.stdout.write(".")
    sys.stdout.flush()
    go_on(claim, step)
