"""Hears the news for everybody in this process: one subscription to Redis, however many follow something.

News may be lost; whoever is told reads the rows first and after every piece of news, so that nothing is missed. While
Redis is away everybody is told once a second that something may be new.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import redis
import structlog

from reachly import news

Told = Callable[[str | None, str | None], None]
BLIND_SECONDS = 1.0
_log = structlog.get_logger()
_lock = threading.Lock()
_told: list[Told] = []
_thread: threading.Thread | None = None
_stopping = False


def on_news(told: Told) -> None:
    """Call ``told`` with the workspace and job of every piece of news from now on, from a thread of its own.

    Without a job it was the workspace's credits; without either, news may have been lost and anything may be new.
    The same ``told`` twice is called once; it must return at once.
    """
    global _thread
    with _lock:
        if told not in _told:
            _told.append(told)
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_listen, name="news", daemon=True)
            _thread.start()


def stopping() -> bool:
    """Whether this process was asked to stop: streams end, and whoever followed comes back to the next one."""
    return _stopping


def stop() -> None:
    """End every stream of this process soon. Takes no lock at all: it is called from a signal handler, which may have
    interrupted itself.
    """
    global _stopping
    _stopping = True


def _listen() -> None:
    hearing = False
    while not _stopping:
        try:
            for heard in news.listen(BLIND_SECONDS):
                if _stopping:
                    return
                if not hearing:
                    hearing = True
                    _tell(None, None)
                if heard is not None:
                    _tell(*heard)
        except (redis.RedisError, OSError, ValueError) as error:
            if hearing:
                _log.warning("news_lost", error=type(error).__name__)
            hearing = False
            _tell(None, None)
            time.sleep(BLIND_SECONDS)


def _tell(workspace_id: str | None, job_id: str | None) -> None:
    for told in list(_told):
        told(workspace_id, job_id)
