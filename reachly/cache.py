"""What was fetched from outside, kept in Redis for a while; without Redis everything is fetched."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

import redis

from reachly import news
from reachly.settings import settings


def shared() -> redis.Redis | None:
    """Redis for what processes share and may lose, ``None`` where none is configured."""
    return news.client() if settings().redis_url.get_secret_value() else None


def cached(name: str, seconds: float, fetch: Callable[[], Any]) -> Any:
    """What is kept under ``name``, else what ``fetch`` gives, which is plain JSON and is kept for so many seconds.

    What ``fetch`` raises goes through, and nothing is kept.
    """
    store = shared()
    try:
        known = store.get(name) if store else None
    except (redis.RedisError, OSError):
        known, store = None, None
    if known:
        return json.loads(known)
    fetched = fetch()
    if store:
        with contextlib.suppress(redis.RedisError, OSError):
            store.set(name, json.dumps(fetched), ex=max(1, round(seconds)))
    return fetched
