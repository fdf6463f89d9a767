"""Paints the fragments of jobs that people look at: once per job and change, however many look."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import peewee
import structlog
from flask import Flask

from reachly.database import StoreAway
from reachly.web.streams.answer import Outlet, frame
from reachly.web.streams.story import Event, Key, story

PAUSE = 0.2
"""The shortest time between two paintings of one job; what changes meanwhile comes with the next."""
TOKEN = "token-of-whoever-looks"  # noqa: S105 - stands where each viewer's own is put in
_AWAY = 1.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Painting:
    """The fragments of a job by event name, as they were when it had told ``number`` events."""

    number: int
    parts: dict[str, str]
    over: bool


Paint = Callable[[Flask, Key], Painting | None]
"""Makes the painting; ``None`` where there is no such job."""


class Page:
    """Follows a job for one page: gets all fragments first, then those that changed, and ``done`` at the end."""

    outlet: Outlet

    def __init__(self, easel: Easel, key: Key, token: str) -> None:
        self.key = key
        self.seen = 0
        self.token = token.encode()
        self.fresh = True
        self._easel = easel

    def deliver(self, events: list[Event]) -> None:
        """Have the job painted soon."""
        if events or self.fresh:
            self._easel.want(self)

    def close(self) -> None:
        """Follow no more."""
        story.leave(self)
        self._easel.forget(self)


@dataclass(slots=True)
class _Canvas:
    pages: set[Page] = field(default_factory=set)
    shown: dict[str, str] = field(default_factory=dict)
    next_at: float = 0.0
    wanted: bool = False


class Easel:
    """The one painter of a process; it sleeps while nothing changes."""

    def __init__(self, app: Flask, paint: Paint) -> None:
        self._app = app
        self._paint = paint
        self._changed = threading.Condition()
        self._canvases: dict[Key, _Canvas] = {}
        self._thread: threading.Thread | None = None

    def want(self, page: Page) -> None:
        """Paint this page's job, and send it."""
        with self._changed:
            canvas = self._canvases.setdefault(page.key, _Canvas())
            canvas.pages.add(page)
            canvas.wanted = True
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="easel", daemon=True)
                self._thread.start()
            self._changed.notify()

    def forget(self, page: Page) -> None:
        """Paint no more for this page."""
        with self._changed:
            canvas = self._canvases.get(page.key)
            if canvas is not None:
                canvas.pages.discard(page)
                if not canvas.pages:
                    del self._canvases[page.key]

    def _work(self) -> None:
        while True:
            key, canvas = self._next()
            try:
                painting = self._paint(self._app, key)
            except (StoreAway, peewee.PeeweeException) as error:
                _log.warning("not_painted", error=type(error).__name__)
                self._later(canvas, _AWAY)
                continue
            except Exception as error:
                _log.error("painting_failed", job=key[1], exc_info=error)
                self._drop(key)
                continue
            self._show(key, canvas, painting)

    def _next(self) -> tuple[Key, _Canvas]:
        """The wanted job whose pause ended first; waits for it."""
        with self._changed:
            while True:
                wanted = [(canvas.next_at, key) for key, canvas in self._canvases.items() if canvas.wanted]
                now = time.monotonic()
                if wanted and min(wanted)[0] <= now:
                    key = min(wanted)[1]
                    canvas = self._canvases[key]
                    canvas.wanted = False
                    canvas.next_at = now + PAUSE
                    return key, canvas
                self._changed.wait(min(wanted)[0] - now if wanted else None)

    def _later(self, canvas: _Canvas, seconds: float) -> None:
        with self._changed:
            canvas.wanted = True
            canvas.next_at = time.monotonic() + seconds

    def _drop(self, key: Key) -> None:
        with self._changed:
            canvas = self._canvases.pop(key, None)
        for page in list(canvas.pages) if canvas else ():
            story.leave(page)
            page.outlet.end()

    def _show(self, key: Key, canvas: _Canvas, painting: Painting | None) -> None:
        if painting is None:
            return self._drop(key)
        changed = {name: html for name, html in painting.parts.items() if canvas.shown.get(name) != html}
        end = frame("done", "", painting.number) if painting.over else b""
        some, whole = (_frames(parts, painting.number) + end for parts in (changed, painting.parts))
        with self._changed:
            canvas.shown = painting.parts
            pages = list(canvas.pages)
        for page in pages:
            sent = whole if page.fresh else some
            page.fresh = False
            if sent:
                page.outlet.send(sent.replace(TOKEN.encode(), page.token))
        if painting.over:
            self._drop(key)


def _frames(parts: dict[str, str], number: int) -> bytes:
    return b"".join(frame(name, html, number) for name, html in parts.items())
