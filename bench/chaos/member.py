"""One process of the product as whoever hosts it keeps it: started again a moment after it died."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from signal import SIGKILL, Signals

import psutil

from reachly.embedded.children import signal_group

PAUSE = 0.3
"""Seconds between a death and the next start, about what a host takes."""


class Member:
    """A named process with its children; ``look`` starts it again when it has died, unless it is to stay down."""

    def __init__(self, name: str, begin: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.name = name
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self.down = False
        """Set to keep it down; cleared, it is started again."""
        self._begin = begin
        self._due = 0.0

    def start(self) -> None:
        """Start it now."""
        self.starts += 1
        self._due = 0.0
        self.process = self._begin()

    def look(self) -> None:
        """Notice a death, and start again what is due."""
        if self.process is not None and self.process.poll() is not None:
            signal_group(self.process, SIGKILL)  # what it started must not live beside what comes next
            self.process = None
            self._due = time.monotonic() + PAUSE
        if self.process is None and not self.down and time.monotonic() >= self._due:
            try:
                self.start()
            except Exception:  # a store that does not come up yet is tried again
                self._due = time.monotonic() + PAUSE

    def pids(self) -> list[int]:
        """Itself and its children in the order they were started; nothing when it is down."""
        process = self.process
        if process is None or process.poll() is not None:
            return []
        try:
            children = psutil.Process(process.pid).children()
        except psutil.Error:
            return []
        alive = [(one.create_time(), one.pid) for one in children if one.is_running()]
        return [process.pid, *(pid for _, pid in sorted(alive))]

    def signal(self, number: Signals) -> bool:
        """Send a signal to it and everything it started; false when it is down."""
        process = self.process
        if process is None or process.poll() is not None:
            return False
        signal_group(process, number)
        return True

    def tell(self, number: Signals) -> bool:
        """Send a signal to it alone, as a host does that asks it to stop."""
        process = self.process
        if process is None or process.poll() is not None:
            return False
        process.send_signal(number)
        return True
