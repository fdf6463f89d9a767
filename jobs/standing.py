"""How the queues stand: messages that nobody fetched yet, and worker processes that fetch."""

from __future__ import annotations

import time
from dataclasses import dataclass

import redis

from jobs.broker import QUEUES, broker
from reachly import news

_AWAKE = 12.0
"""An idle worker looks for messages every five seconds; one that was not seen for this long is gone or hangs."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``messages`` by queue, and how many processes fetched lately."""

    messages: dict[str, int]
    processes: int


def standing() -> Standing | None:
    """What Redis tells; ``None`` while it is away, which loses nothing: the sweep finds jobs without a message."""
    since = (time.time() - _AWAKE) * 1000
    try:
        if not news.client().ping():
            return None
        pipe = broker.client.pipeline(transaction=False)
        for queue in QUEUES:
            pipe.llen(f"{broker.namespace}:{queue}")
        pipe.zcount(f"{broker.namespace}:__heartbeats__", since, "+inf")
        *lengths, processes = pipe.execute()
    except (redis.RedisError, OSError):
        return None
    return Standing(dict(zip(QUEUES, lengths, strict=True)), processes)
