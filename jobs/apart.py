"""A job that has stopped two workers goes on in a process of its own, where it stops nobody else's work.

Up to then all jobs of a worker that died are suspects alike. From then on each of them is tried by itself: the innocent
ends, and only the guilty one is counted out. Each process is forked from one that has everything imported, so that
many suspects at once do not spend the machine on starting.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.popen_forkserver import Popen

import peewee
import psutil
import structlog

from jobs.stopping import stopping
from reachly import logs
from reachly.database import StoreAway
from reachly.engine.claim import Claim, LeaseLost
from reachly.engine.lease import keeper
from reachly.engine.run import go_on
from reachly.engine.steps import Step

SUSPECT = 2
"""So many workers a job may stop before it goes on apart."""
_LOOK_EVERY, _LOOKS = 0.5, 10
_STARTS_IN = 60.0
"""Seconds after which a process that has not begun never will: it would have its lease kept for it for ever."""
_UNSEEN = 255
"""How a process left whose end nobody saw, since the one that it was forked from is gone."""
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["jobs.actors", "dramatiq.cli"])
_log = structlog.get_logger()


def apart(claim: Claim, step: Step) -> str | None:
    """Have a process of its own go on with the claimed job; ``None`` where the job is no suspect, or cannot be handed
    over.

    A process that dies counts as a crash of this job alone, and the job comes back a little later. Where none can be
    started the job is handed back.
    """
    if claim.crashes < SUSPECT:
        return None
    try:
        handed = pickle.dumps((claim, step))
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    try:
        left = _left(claim, handed)
        if not left:
            return "apart"
        _log.warning("crashed_apart", job=str(claim.id), attempt=claim.attempt, left=left)
        if left == _UNSEEN and not claim.held():
            return "apart"
        if left == -signal.SIGTERM:  # told to stop before it could listen
            claim.hand_back()
            return "handed back"
        how = f"Signal {-left}" if left < 0 else f"It ended with {left}"
        claim.crashed("It stopped the process it ran in and will be tried again", how)
    except LeaseLost:
        return "lost"
    return "crashed"


def _left(claim: Claim, handed: bytes) -> int | None:
    """Start the process, wait until it has ended by itself, and say how (negative: the signal); ``None`` where it had
    to be ended, because the job has not been its for long, or could not be started.
    """
    hears, tells = _forks.Pipe(duplex=False)
    with keeper.keeping(claim), hears:
        try:
            with tells:
                # Not started as a child of this process: the schedule may have none, and a worker that ends waits for
                # all it has, however long they take.
                process = Popen(_forks.Process(target=_go_on, args=(handed, tells), name="apart"))
        except (OSError, EOFError) as error:
            _log.warning("not_apart", job=str(claim.id), error=type(error).__name__)
            claim.hand_back()
            return None
        # It died before it had read: that is a crash like any other.
        with suppress(EOFError, psutil.NoSuchProcess):
            if hears.poll(_STARTS_IN):
                hears.recv_bytes()
            else:
                _log.warning("never_began", job=str(claim.id), pid=process.pid)
                psutil.Process(process.pid).kill()
    # From here on the process renews the lease itself: one that is frozen must lose it.
    try:
        return _watched(process, claim)
    finally:
        process.close()


def _watched(process: Popen, claim: Claim) -> int | None:
    """How the process left, once it has; it is told when the worker is being stopped."""
    try:
        itself = psutil.Process(process.pid)
    except psutil.NoSuchProcess:
        return process.wait()
    told = False
    over = 0
    while over < _LOOKS:
        left = process.wait(_LOOK_EVERY)
        if left == _UNSEEN and _there(itself):
            time.sleep(_LOOK_EVERY)
        elif left is not None:
            return left
        if claim.stopping() and not told:
            told = True
            with suppress(psutil.NoSuchProcess):
                itself.terminate()
        over += not _held(claim)
    with suppress(psutil.NoSuchProcess):
        itself.kill()
    return None


def _there(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _held(claim: Claim) -> bool:
    """Whether the job is still this attempt's, as far as can be asked."""
    try:
        return claim.held()
    except (StoreAway, peewee.OperationalError, peewee.InterfaceError):
        return True


def _go_on(handed: bytes, tells: Connection) -> None:
    """Go on with the job that was handed over."""
    stopping.on_signals()
    logs.start()
    claim, step = pickle.loads(handed)  # noqa: S301 - our own parent's words
    claim.stopping = stopping.event.is_set
    claim.renew()
    tells.send_bytes(b".")
    tells.close()
    go_on(claim, step)
