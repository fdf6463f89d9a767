"""A job that has stopped two workers goes on in a process of its own, where it stops nobody else's work.

Up to then all jobs of a worker that died are suspects alike. From then on each of them is tried by itself: the innocent
ends, and only the guilty one is counted out. Each process is forked from one that has everything imported, so that
many suspects at once do not spend the machine on starting.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import threading
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess

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
_UNSEEN = 255
"""How a process left whose end nobody saw, since the one that it was forked from is gone: its lease tells."""
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["jobs.actors", "dramatiq.cli"])
_one_at_a_time = threading.Lock()
"""Starting a process looks how all others of this one are, and each tells how it ended once."""
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
    hears, tells = _forks.Pipe(duplex=False)
    process = _forks.Process(target=_go_on, args=(handed, tells), name="apart")
    with keeper.keeping(claim), hears:
        with tells, _one_at_a_time:
            process.start()
        with suppress(EOFError):  # it died before it had read: that is a crash like any other
            hears.recv_bytes()
    # From here on the process renews the lease itself: one that is frozen must lose it.
    left = _left(process, claim)
    if left in (None, 0, _UNSEEN):
        return "apart"
    _log.warning("crashed_apart", job=str(claim.id), attempt=claim.attempt, left=left)
    try:
        how = f"Signal {-left}" if left < 0 else f"It ended with {left}"
        claim.crashed("It stopped the process it ran in and will be tried again", how)
    except LeaseLost:
        return "lost"
    return "crashed"


def _left(process: ForkServerProcess, claim: Claim) -> int | None:
    """Wait until the process has ended by itself, and say how (negative: the signal); ``None`` where it had to be
    ended, because the job has not been its for long.

    It is told when the worker is being stopped.
    """
    told = False
    over = 0
    while not wait([process.sentinel], _LOOK_EVERY) and over < _LOOKS:
        if claim.stopping() and not told:
            told = True
            process.terminate()
        over += not claim.held()
    if over >= _LOOKS:
        process.kill()
    with _one_at_a_time:
        process.join()
        left = process.exitcode
        process.close()
    return None if over >= _LOOKS else left


def _go_on(handed: bytes, tells: Connection) -> None:
    """Go on with the job that was handed over."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.stop())
    logs.start()
    claim, step = pickle.loads(handed)  # noqa: S301 - our own parent's words
    claim.stopping = stopping.event.is_set
    claim.renew()
    tells.send_bytes(b".")
    tells.close()
    go_on(claim, step)
