"""Request limits by minute, hour and day, counted in fixed windows of the clock as Lusha does."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

WINDOWS = {"minute": 60.0, "hourly": 3600.0, "daily": 86400.0}
DEFAULTS = {"minute": 1_500, "hourly": 30_000, "daily": 300_000}
USAGE_PER_MINUTE = 5
"""How often Lusha lets the account's usage be asked for."""


@dataclass(slots=True)
class Window:
    """One limit and how much of it is used; ``seconds`` is how long it lasts."""

    limit: int
    seconds: float
    used: int = 0
    number: int = 0

    def turn(self, now: float) -> None:
        """Starts afresh when the clock has passed into the next window."""
        number = int(now // self.seconds)
        if number != self.number:
            self.number, self.used = number, 0

    @property
    def resets_at(self) -> float:
        """When the window ends, in seconds since 1970."""
        return (self.number + 1) * self.seconds


class Limits:
    """The windows of one account; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.windows = {name: Window(DEFAULTS[name], seconds) for name, seconds in WINDOWS.items()}
        self.usage = Window(USAGE_PER_MINUTE, WINDOWS["minute"])

    def set(self, values: dict[str, float]) -> None:
        """Takes new limits by window name, ``usage`` for that endpoint's; ``minute_seconds`` shortens the minute."""
        with self._lock:
            for name, value in values.items():
                if name == "minute_seconds":
                    self.windows["minute"].seconds = self.usage.seconds = float(value)
                elif name == "usage":
                    self.usage.limit = int(value)
                else:
                    self.windows[name].limit = int(value)

    def take(self, *, usage: bool = False) -> bool:
        """Counts one request; ``False``, counting nothing, when a window is full."""
        with self._lock:
            self._turn()
            asked = [*self.windows.values(), *([self.usage] if usage else [])]
            if any(window.used >= window.limit for window in asked):
                return False
            for window in asked:
                window.used += 1
            return True

    def snapshot(self) -> dict[str, tuple[int, int, float]]:
        """Limit, use and end of each window now."""
        with self._lock:
            self._turn()
            return {name: (window.limit, window.used, window.resets_at) for name, window in self.windows.items()}

    def wait(self) -> float:
        """Seconds until the fullest window starts afresh."""
        with self._lock:
            self._turn()
            full = [window for window in (*self.windows.values(), self.usage) if window.used >= window.limit]
            return max((window.resets_at - time.time() for window in full), default=1.0)

    def _turn(self) -> None:
        now = time.time()
        for window in (*self.windows.values(), self.usage):
            window.turn(now)
