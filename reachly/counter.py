"""Counts within a window of time, shared by all processes through Redis; each counts alone while Redis is away."""

from __future__ import annotations

import threading
import time
from typing import NamedTuple

import redis
import structlog

from reachly import news
from reachly.settings import settings

_AWAY_SECONDS = 3.0
_MOST_LOCAL = 20_000
_SCRIPT = """
local used = redis.call('incrby', KEYS[1], ARGV[1])
local left = redis.call('pttl', KEYS[1])
if left < 0 then
  redis.call('pexpire', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
return {used, left}
"""
_log = structlog.get_logger()
_lock = threading.Lock()
_local: dict[str, tuple[int, float]] = {}
_away_until = 0.0


class Counted(NamedTuple):
    """How much was counted in the present window, and the seconds until it ends."""

    used: int
    ends_in: float


def count(name: str, window: float, by: int = 1) -> Counted:
    """Add ``by`` to the count of ``name`` in its window, begun by the first. Never raises, never waits long."""
    told = _ask(name, window, by)
    return told if told is not None else _alone(name, window, by)


def forget(name: str) -> None:
    """Start the count of ``name`` anew."""
    with _lock:
        _local.pop(name, None)
    if _reachable():
        try:
            news.client().delete(_key(name))
        except (redis.RedisError, OSError):
            _leave_alone()


def _key(name: str) -> str:
    return f"reachly:count:{name}"


def _reachable() -> bool:
    return bool(settings().redis_url.get_secret_value()) and time.monotonic() >= _away_until


def _leave_alone() -> None:
    global _away_until
    _away_until = time.monotonic() + _AWAY_SECONDS


def _ask(name: str, window: float, by: int) -> Counted | None:
    if not _reachable():
        return None
    try:
        used, left = news.client().eval(_SCRIPT, 1, _key(name), by, max(1, int(window * 1000)))
    except (redis.RedisError, OSError) as error:
        _leave_alone()
        _log.warning("counting_alone", error=type(error).__name__)
        return None
    return Counted(int(used), int(left) / 1000)


def _alone(name: str, window: float, by: int) -> Counted:
    now = time.monotonic()
    with _lock:
        if len(_local) >= _MOST_LOCAL:
            for old in [key for key, (_, ends) in _local.items() if ends <= now] or list(_local)[: _MOST_LOCAL // 2]:
                del _local[old]
        used, ends = _local.get(name, (0, 0.0))
        if ends <= now:
            used, ends = 0, now + window
        _local[name] = (used + by, ends)
        return Counted(used + by, ends - now)
