"""Small state that all workers share through Redis, and that each keeps for itself while Redis is away."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from redis.exceptions import RedisError

AWAY_SECONDS = 5.0
log = structlog.get_logger("reachly.providers")

Local = dict[str, str]
Twin = Callable[..., int]
_states: dict[str, Local] = {}
_lock = threading.Lock()
_away_until: WeakKeyDictionary[Any, float] = WeakKeyDictionary()


class SharedState:
    """One hash in Redis under ``key``, changed only by scripts, so that every change is one step for all workers.

    Each script has a twin in Python that does the same to a dictionary of this process. When Redis fails, the twin
    answers, and Redis is left alone for five seconds: a provider's call must never wait for it or fail because of it.
    """

    def __init__(self, redis: Any | None, key: str) -> None:
        self.key = key
        self._redis = redis

    def change(self, script: str, twin: Twin, arguments: Sequence[str | int]) -> int:
        """What ``script``, or ``twin`` in its place, returns."""
        told = self._try(lambda redis: redis.eval(script, 1, self.key, *arguments))
        if told is not None:
            return int(told)
        with _lock:
            return twin(_states.setdefault(self.key, {}), *arguments)

    def read(self) -> Local:
        """The whole state."""
        told = self._try(lambda redis: redis.hgetall(self.key))
        if told is not None:
            return {_written(name): _written(value) for name, value in told.items()}
        with _lock:
            return dict(_states.get(self.key, {}))

    def _try(self, ask: Callable[[Any], Any]) -> Any | None:
        if self._redis is None or time.monotonic() < _away_until.get(self._redis, 0):
            return None
        try:
            return ask(self._redis)
        except (RedisError, OSError) as problem:
            _away_until[self._redis] = time.monotonic() + AWAY_SECONDS
            log.warning("provider_state_local", key=self.key, reason=type(problem).__name__)
            return None


def _written(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def account_of(key: str) -> str:
    """A short name for the account behind a key, from which the key cannot be had."""
    return hashlib.sha256(b"reachly provider account\0" + key.encode()).hexdigest()[:16]
