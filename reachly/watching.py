"""Who waits for news in this process: one subscription to Redis wakes all of them.

A stream watches, sends what the rows say, and waits again. News may be lost; whoever watches reads the rows
first and after every wake-up, so that nothing is missed. While Redis is away every watcher wakes once a second.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import redis
import structlog

from reachly import news
from reachly.settings import settings

BLIND_SECONDS = 1.0
_LISTEN_SECONDS = 1.0
_log = structlog.get_logger()
_lock = threading.Lock()
_watchers: dict[str, set[Watcher]] = {}
_thread: threading.Thread | None = None
_hearing = threading.Event()
_stopping = threading.Event()
_listeners: list[Callable[[str | None, str | None], None]] = []


class TooManyWatchers(Exception):
    """This process has as many open streams as it may: ask by polling instead."""


class Watcher:
    """One who waits for news of a workspace, or of one of its jobs."""

    def __init__(self, workspace_id: str, job_id: str | None) -> None:
        self.workspace_id = workspace_id
        self.job_id = job_id
        self._news = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Whether there may be something new; false when ``seconds`` passed, or the process is about to stop."""
        if _stopping.is_set():
            return False
        blind = not _hearing.is_set()
        woken = self._news.wait(min(seconds, BLIND_SECONDS) if blind else seconds)
        self._news.clear()
        return (woken or blind) and not _stopping.is_set()

    def wake(self) -> None:
        """There may be something new."""
        self._news.set()


@contextmanager
def watching(workspace_id: UUID | str, job_id: UUID | str | None = None) -> Iterator[Watcher]:
    """A watcher, for as long as the block lasts; raises :class:`TooManyWatchers`."""
    watcher = Watcher(str(workspace_id), str(job_id) if job_id else None)
    with _lock:
        if sum(map(len, _watchers.values())) >= settings().web_streams:
            raise TooManyWatchers
        _watchers.setdefault(watcher.workspace_id, set()).add(watcher)
    _listen()
    try:
        yield watcher
    finally:
        with _lock:
            mine = _watchers.get(watcher.workspace_id, set())
            mine.discard(watcher)
            if not mine:
                _watchers.pop(watcher.workspace_id, None)


def on_news(listener: Callable[[str | None, str | None], None]) -> None:
    """Call ``listener`` with workspace and job of each piece of news, and with ``None`` twice where everything may be
    new: after the connection was lost, and once a second until it is back. It must return at once.
    """
    if listener not in _listeners:
        _listeners.append(listener)
    _listen()


def stopping() -> bool:
    """Whether this process was asked to stop: streams end, and whoever watched comes back to the next one."""
    return _stopping.is_set()


def stop() -> None:
    """End every stream of this process soon. Takes no lock: it is called from a signal handler."""
    _stopping.set()
    for mine in list(_watchers.values()):
        for watcher in list(mine):
            watcher.wake()


def _listen() -> None:
    """See that somebody listens."""
    global _thread
    if _thread is not None and _thread.is_alive():
        return
    with _lock:
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_hear, name="news", daemon=True)
            _thread.start()


def _hear() -> None:
    while not _stopping.is_set():
        try:
            for told in news.listen(_LISTEN_SECONDS):
                if _stopping.is_set():
                    return
                if not _hearing.is_set():
                    _hearing.set()
                    _wake(None, None)
                if told is not None:
                    _wake(*told)
        except (redis.RedisError, OSError, ValueError) as error:
            if _hearing.is_set():
                _log.warning("news_lost", error=type(error).__name__)
            _hearing.clear()
            _wake(None, None)
            time.sleep(BLIND_SECONDS)


def _wake(workspace_id: str | None, job_id: str | None) -> None:
    with _lock:
        groups = list(_watchers.values()) if workspace_id is None else [_watchers.get(workspace_id, set())]
        chosen = [each for group in groups for each in group if not (job_id and each.job_id and each.job_id != job_id)]
    for watcher in chosen:
        watcher.wake()
    for listener in _listeners:
        listener(workspace_id, job_id)
