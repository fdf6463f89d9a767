"""Keeping processes alive: started in order, started again when they die, ended together."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from reachly.embedded.children import end, inherited, signal_group, spawn
from reachly.operator.output import Screen

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
HEALTHY_AFTER = 30.0


class Kept:
    """One process that is started again whenever it dies, the later the more often it does."""

    def __init__(
        self,
        name: str,
        start: Callable[[], subprocess.Popen[bytes]],
        screen: Screen,
        ends_by: signal.Signals = signal.SIGTERM,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.ends_by = ends_by
        self.process: subprocess.Popen[bytes] | None = None
        self._start = start
        self._screen = screen
        self._clock = clock
        self._delay = FIRST_DELAY
        self._began = 0.0
        self._due: float | None = None

    def start(self) -> None:
        """Start it now; whatever the starting raises passes through."""
        self._due = None
        self._began = self._clock()
        self.process = self._start()

    def look(self) -> None:
        """Notice a death and say why, or start again what is due; called every moment."""
        now = self._clock()
        if self._due is not None:
            if now >= self._due:
                self._again()
        elif self.process is not None and self.process.poll() is not None:
            signal_group(self.process, signal.SIGKILL)  # what it started must not live beside what comes next
            self._later(why(self.process.returncode), now)

    def _again(self) -> None:
        try:
            self.start()
        except Exception as wrong:  # a store that does not come up yet is tried again, like any child
            self._later(f"did not start ({wrong})", self._clock())

    def _later(self, reason: str, now: float) -> None:
        if now - self._began >= HEALTHY_AFTER:
            self._delay = FIRST_DELAY
        self._screen.say(f"{self.name} {reason}; starting it again in {self._delay:g} s.")
        self._due = now + self._delay
        self._delay = min(self._delay * 2, LONGEST_DELAY)


def why(code: int) -> str:
    """How a process ended, in words."""
    if code < 0:
        name = str(-code)
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
        return f"was ended by {name}"
    return f"ended with exit code {code}"


def command(
    words: list[str], name: str, home: Path, environment: dict[str, str], cwd: Path, screen: Screen
) -> Callable[[], subprocess.Popen[bytes]]:
    """What starts this command as a child of ``home`` with its lines on the screen."""

    def start() -> subprocess.Popen[bytes]:
        process = spawn(words, environment=inherited(home, environment), cwd=cwd, output=subprocess.PIPE)
        if process.stdout is not None:
            screen.follow(name, process.stdout)
        return process

    return start


def end_all(kept: list[Kept], seconds: float, hurry: Callable[[], bool]) -> None:
    """Ask all of them to end, and kill after ``seconds`` what has not."""
    end([(one.process, one.ends_by) for one in kept if one.process is not None], seconds, hurry)
