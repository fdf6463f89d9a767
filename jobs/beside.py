"""Watches over the schedule from a worker beside it: Dramatiq does not notice when that process dies.

Without a schedule nothing sends a job whose message was lost. So a worker that sees the schedule gone asks the whole
member to stop politely; whoever started it starts it again, complete.
"""

from __future__ import annotations

import os
import signal
import threading
import time

import dramatiq
import psutil
import structlog

LOOK_EVERY = 1.0
CERTAIN_AFTER = 3.0
"""A schedule that was told to stop goes before its worker hears of it: it is missed only when the worker stays."""
STARTED_AFTER = 15.0
"""Seconds within which the schedule is started, which comes after the workers."""
_log = structlog.get_logger()


class Beside(dramatiq.Middleware):
    """Looks once a second at the processes that this worker's parent has started."""

    def __init__(self) -> None:
        self._over = threading.Event()

    def after_process_boot(self, broker: dramatiq.Broker) -> None:
        """Called once in each worker process."""
        threading.Thread(target=self._look, args=(os.getppid(),), name="beside", daemon=True).start()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Who is told to stop goes, and so does everybody beside it."""
        self._over.set()

    def _look(self, parent: int) -> None:
        seen: set[int] = set()
        late = time.monotonic() + STARTED_AFTER
        while not self._over.wait(LOOK_EVERY):
            try:
                alive, least = _children(parent)
            except psutil.Error:
                return  # the parent is gone; whoever started it ends us
            if seen - alive or (len(alive) < least and time.monotonic() > late):
                if not self._over.wait(CERTAIN_AFTER):
                    _log.error("process_beside_died", pids=sorted(seen - alive))
                    os.kill(parent, signal.SIGTERM)
                return
            seen = alive


def _children(parent: int) -> tuple[set[int], int]:
    """The living children, and how many there are at least when everything was started."""
    above = psutil.Process(parent)
    alive = {one.pid for one in above.children() if one.status() != psutil.STATUS_ZOMBIE}
    return alive, 1 + sum(word in ("-f", "--fork-function") for word in above.cmdline())
