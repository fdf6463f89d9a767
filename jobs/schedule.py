"""The schedule, a process beside the workers: sweeps open jobs, deletes what expired.

Several may run at once; the rows decide.
"""

from __future__ import annotations

import signal
import threading
import time

import structlog

from jobs.broker import send
from reachly import logs
from reachly.engine.sweep import sweep
from reachly.export.expire import expire
from reachly.settings import settings

_log = structlog.get_logger()
_EXPIRE_EVERY = 60.0


def run() -> None:
    """Tick until the process is told to stop; a store that is away is waited for."""
    logs.start()
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    expire_at = 0.0
    while not stop.is_set():
        started = time.monotonic()
        try:
            sweep(send)
            if started >= expire_at:
                expire_at = started + _EXPIRE_EVERY
                expire()
        except Exception as error:
            # The scheduler outlives anything a store does; the next tick tries again.
            _log.warning("tick_failed", error=type(error).__name__, told=str(error)[:200])
        stop.wait(max(0.05, settings().job_sweep - (time.monotonic() - started)))
