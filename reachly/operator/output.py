"""The lines of all processes on one screen, each with the name it comes from."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from typing import IO

_COLOURS = (36, 35, 33, 32, 34)


class Screen:
    """Writes whole lines, one at a time; colours on a terminal only, and never where NO_COLOR is set."""

    def __init__(self, target: IO[str] | None = None) -> None:
        self.target = target or sys.stdout
        self.coloured = self.target.isatty() and not os.environ.get("NO_COLOR")
        self._lock = threading.Lock()
        self._colours: dict[str, int] = {}
        self._followers: dict[str, threading.Thread] = {}

    def say(self, words: str = "", name: str = "") -> None:
        """Write a line; a screen that has gone away is no reason to stop working."""
        if name:
            label = f"{name:<8}|"
            if self.coloured:
                colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
                label = f"\x1b[{colour}m{label}\x1b[0m"
            words = f"{label} {words}"
        with self._lock, contextlib.suppress(OSError, ValueError):
            self.target.write(words + "\n")
            self.target.flush()

    def follow(self, name: str, pipe: IO[bytes]) -> None:
        """Pass on what a process writes, until it ends."""
        follower = threading.Thread(target=self._pass_on, args=(name, pipe), daemon=True)
        self._followers[name] = follower
        follower.start()

    def settle(self, name: str) -> None:
        """Wait until the last lines of a process that has ended are written."""
        if name in self._followers:
            self._followers[name].join(2)

    def _pass_on(self, name: str, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                self.say(line.decode(errors="replace").rstrip("\r\n"), name)
