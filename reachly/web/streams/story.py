"""Brings each job's events to all who follow it in this process: read once, in order, none missed, none twice.

Events of a job are numbered without a gap, and a number is visible only after those before it. So a follower needs
nothing but the number it has seen: what is read after that number is what it lacks, whatever news came or was lost.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import peewee
import structlog

from reachly import news, watching
from reachly.database import StoreAway, rows, scope

AT_ONCE = 500
LOOK_AGAIN = 2.0
"""Followed jobs are read this often even without news, since a piece of news may be lost on its way to Redis."""
_AWAY = 0.5
_log = structlog.get_logger()
Key = tuple[str, str]


@dataclass(slots=True)
class Event:
    """One event of a job, shared by all who follow it."""

    seq: int
    kind: str
    data: dict[str, Any]
    created_at: datetime
    _frames: dict[Any, bytes] = field(default_factory=dict)

    def frame(self, write: Callable[[Event], bytes]) -> bytes:
        """What ``write`` makes of the event, made once."""
        made = self._frames.get(write)
        if made is None:
            made = self._frames[write] = write(self)
        return made


class Follower(Protocol):
    """Who follows a job: ``key`` is its workspace and id, ``seen`` the number of the last event it was given."""

    key: Key
    seen: int
    outlet: Any
    """What the follower writes to, whose ``end`` may be called from any thread and returns at once."""

    def deliver(self, events: list[Event]) -> None:
        """Take the next events, or an empty list where something else about the job may have changed. Returns at
        once.
        """


class Story:
    """The one reader of a process; it sleeps while nobody follows anything."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._followers: dict[Key, set[Follower]] = {}
        self._due: dict[Key, None] = {}
        self._thread: threading.Thread | None = None

    def join(self, follower: Follower) -> None:
        """Give the follower all events after its ``seen``, from now on until it leaves."""
        with self._changed:
            self._followers.setdefault(follower.key, set()).add(follower)
            self._due[follower.key] = None
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._read_on, name="story", daemon=True)
                self._thread.start()
            self._changed.notify()
        watching.on_news(self.touch)

    def leave(self, follower: Follower) -> None:
        """Give the follower nothing more; leaving twice is leaving."""
        with self._changed:
            mine = self._followers.get(follower.key)
            if mine is not None:
                mine.discard(follower)
                if not mine:
                    del self._followers[follower.key]

    def follows(self, follower: Follower) -> bool:
        """Whether the follower has joined and not left."""
        with self._changed:
            return follower in self._followers.get(follower.key, ())

    def count(self) -> int:
        """How many follow something."""
        with self._changed:
            return sum(map(len, self._followers.values()))

    def touch(self, workspace_id: str | None, job_id: str | None) -> None:
        """Something of this job may be new; with neither, something of every job. Where people of a workspace have
        changed, all that follow anything there are let go: who still may comes back by itself.
        """
        with self._changed:
            if job_id == news.PEOPLE:
                for key, mine in self._followers.items():
                    if key[0] == workspace_id:
                        for follower in mine:
                            follower.outlet.end()
                return
            if workspace_id is None:
                self._due.update(dict.fromkeys(self._followers))
            elif job_id is not None and (workspace_id, job_id) in self._followers:
                self._due[(workspace_id, job_id)] = None
            if self._due:
                self._changed.notify()

    def _read_on(self) -> None:
        again = time.monotonic() + LOOK_AGAIN
        while True:
            with self._changed:
                if not self._due:
                    self._changed.wait(max(0.01, again - time.monotonic()) if self._followers else None)
                if time.monotonic() >= again:
                    again = time.monotonic() + LOOK_AGAIN
                    self._due.update(dict.fromkeys(self._followers))
                key = next(iter(self._due), None)
                if key is None:
                    continue
                del self._due[key]
                followers = list(self._followers.get(key, ()))
            if not followers:
                continue
            try:
                self._bring(key, followers)
            except (StoreAway, peewee.PeeweeException) as error:
                _log.warning("story_not_read", error=type(error).__name__)
                time.sleep(_AWAY)
                self.touch(*key)

    def _bring(self, key: Key, followers: list[Follower]) -> None:
        seen = min(follower.seen for follower in followers)
        events = read(key, seen)
        behind = events if len(events) == AT_ONCE else None
        parts: dict[int, list[Event]] = {seen: events}
        for follower in followers:
            part = parts.get(follower.seen)
            if part is None:
                part = parts[follower.seen] = [event for event in events if event.seq > follower.seen]
            if part:
                follower.seen = part[-1].seq
            try:
                follower.deliver(part)
            except Exception as error:
                # One broken stream must not end the others.
                _log.warning("follower_dropped", error=type(error).__name__)
                self.leave(follower)
        if behind:
            self.touch(*key)


def read(key: Key, seen: int, limit: int = AT_ONCE) -> list[Event]:
    """The events after number ``seen``, in order."""
    workspace_id, job_id = key
    with scope(workspace_id):
        found = rows(
            "SELECT seq, kind, data, created_at FROM job_events WHERE job_id = %s AND seq > %s ORDER BY seq LIMIT %s",
            (job_id, seen, limit),
        )
    return [Event(**row) for row in found]


story = Story()
