"""Counts messages and kills the acting process at the one that was chosen."""

from __future__ import annotations

import os
import signal
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

SIDES = ("before", "after")


@dataclass(frozen=True, slots=True)
class Point:
    """One place to die: just before the ``number``-th message of a channel is forwarded, or just after its answer came.

    After means that the server did it and answered, and the process never learnt of it.
    """

    channel: str
    number: int
    side: str

    def __str__(self) -> str:
        return f"{self.side} {self.channel} {self.number}"


class Trigger:
    """Watches the messages of one acting process at a time, on all its connections."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed = threading.Event()
        self.begin(None)

    def begin(self, point: Point | None) -> None:
        """Count from the start for a process that is about to act, and kill it at ``point``."""
        with self._lock:
            self._armed.clear()
            self._point = point
            self._pid = 0
            self.told: dict[str, list[str]] = defaultdict(list)
            self.killed = False

    def arm(self, pid: int) -> None:
        """The process that is watched; its messages wait for this."""
        self._pid = pid
        self._armed.set()

    def disarm(self) -> None:
        """Let what is still on its way go through."""
        self._point = None
        self._armed.set()

    def message(self, channel: str, words: str) -> bool:
        """Count a message; kills before it where that is the point. True where the point is after its answer."""
        self._armed.wait(10)
        with self._lock:
            self.told[channel].append(words)
            point = self._point
            if point is None or point.channel != channel or point.number != len(self.told[channel]):
                return False
        if point.side == "after":
            return True
        self.kill()
        return False

    def kill(self) -> None:
        """End the process as the power does."""
        self.killed = True
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)


def places(told: Mapping[str, Sequence[str]]) -> list[Point]:
    """Every place where a process that said this could have died, in order; a file has moments and no messages."""
    return [
        Point(channel, number, side)
        for channel, words in sorted(told.items())
        for number in range(1, len(words) + 1)
        for side in (SIDES if channel != "storage" else SIDES[:1])
    ]
