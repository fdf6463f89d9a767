"""How processes that work on jobs are told to stop, and give back what they have at hand."""

from __future__ import annotations

import inspect
import queue
import signal
import threading
import time
from types import FrameType

import dramatiq

from reachly.engine.lease import keeper
from reachly.settings import settings

_ONE_STOP = 5.0
"""Seconds within which being told to stop again is the same stop."""
_PATIENCE = 0.7
"""The share of its time to stop that a worker gives to steps which are under way."""


class Stopping(dramatiq.Middleware):
    """Remembers that this worker is being shut down, so that jobs are handed back after their present step, or in the
    middle of it where it waits for something that does not come.
    """

    def __init__(self) -> None:
        self.event = threading.Event()

    def after_process_boot(self, broker: dramatiq.Broker) -> None:
        """Called once in each worker process: has it stop politely although it is told twice.

        systemd tells every process of a unit, and Dramatiq's master tells its workers once more. The library takes the
        second time for impatience and leaves at once, in the middle of its jobs. It may have been told the first time
        while it was starting.
        """
        stop = signal.getsignal(signal.SIGTERM)
        if not callable(stop):
            return
        stops_already = inspect.isfunction(stop) and inspect.getclosurevars(stop).nonlocals.get("running") is False
        told_at = time.monotonic() if stops_already else 0.0

        def told(number: int, frame: FrameType | None) -> None:
            nonlocal told_at
            now = time.monotonic()
            if not told_at or now - told_at > _ONE_STOP:
                told_at = told_at or now
                stop(number, frame)

        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, told)

    def on_signals(self) -> None:
        """Stop when this process is told to by SIGTERM, SIGINT or SIGHUP, however often that is.

        A handler interrupts whatever the main thread does and may wait for no lock, which the main thread may hold:
        it leaves a note, and a thread that waits for nothing else acts on it.
        """
        told: queue.SimpleQueue[int] = queue.SimpleQueue()

        def act() -> None:
            told.get()
            self.stop()

        threading.Thread(target=act, name="told-to-stop", daemon=True).start()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda number, _frame: told.put(number))

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Called once, on SIGTERM or SIGINT."""
        self.stop()

    def stop(self) -> None:
        """Have all jobs of this process handed back in time."""
        self.event.set()
        late = threading.Timer(settings().worker_stop * _PATIENCE, keeper.hand_back)
        late.daemon = True
        late.start()


stopping = Stopping()
"""Whether this process is to stop; there is one of it for all its jobs."""
