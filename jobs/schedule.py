"""The schedule, a process beside the workers: sweeps open jobs, sends mail, deletes what expired, forgets what is not
needed, and proves the books every night.

Several may run at once; the rows decide.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

from jobs.direct import Direct
from jobs.stopping import stopping
from reachly import audit, logs, mail, profiles, search
from reachly.engine.forget import forget
from reachly.engine.sweep import sweep
from reachly.export.expire import expire
from reachly.imports.expire import expire as expire_imports
from reachly.settings import settings

_log = structlog.get_logger()
_TIDY_EVERY = 60.0
_DUE_EVERY = 5.0
MOST_SENT = 500


def run() -> None:
    """Tick until the process is told to stop; a store that is away is waited for.

    What deletes has a thread of its own: a storage that hangs must not keep jobs from being sent.
    """
    logs.start()
    stop = stopping.event
    stopping.on_signals()
    for tidy in (expire, expire_imports, forget, audit.nightly, search.fill):
        threading.Thread(target=_repeat, args=(tidy, _TIDY_EVERY, stop), name=tidy.__name__, daemon=True).start()
    for act, every in ((profiles.start_due, _DUE_EVERY), (profiles.tell_ended, _DUE_EVERY)):
        threading.Thread(target=_repeat, args=(act, every, stop), name=act.__name__, daemon=True).start()
    for act, every in ((mail.send_due, settings().mail_every), (mail.forget, _TIDY_EVERY)):
        threading.Thread(target=_repeat, args=(act, every, stop), name=f"mail_{act.__name__}", daemon=True).start()
    direct = Direct()
    _repeat(lambda: _sweep(direct), settings().job_sweep, stop)
    direct.wait(settings().worker_stop)


def _sweep(direct: Direct) -> None:
    """One round; while Redis is away no more is stamped as sent than can be worked on here."""
    room = direct.room(MOST_SENT)
    if room:
        sweep(direct.take, room)


def _repeat(act: Callable[[], object], every: float, stop: threading.Event) -> None:
    while not stop.is_set():
        started = time.monotonic()
        try:
            act()
        except Exception as error:
            # The scheduler outlives anything a store does; the next tick tries again.
            _log.warning("tick_failed", error=type(error).__name__, told=str(error)[:200])
        stop.wait(max(0.05, every - (time.monotonic() - started)))
