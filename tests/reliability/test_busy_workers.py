"""A worker whose threads all have work is a living worker."""

from __future__ import annotations

import time
from uuid import uuid4

import dramatiq
import pytest

from jobs import broker
from jobs.standing import standing


def test_a_worker_that_has_no_thread_free_counts_as_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "_SPEAK_EVERY", 0.0, raising=False)
    mine = broker.connect()
    mine.declare_queue("bulk")
    mine.enqueue(dramatiq.Message("bulk", "work_bulk", (str(uuid4()),), {}, {}))
    consumer = mine.consume("bulk", prefetch=1)
    message = next(consumer)
    assert message is not None
    awake = standing()
    assert awake is not None
    heartbeats = f"{mine.namespace}:__heartbeats__"
    long_ago = (time.time() - 3600) * 1000
    mine.client.zadd(heartbeats, {mine.broker_id: long_ago})
    assert next(consumer) is None
    try:
        assert mine.client.zscore(heartbeats, mine.broker_id) > long_ago
        assert standing() == awake
    finally:
        consumer.ack(message)
        consumer.close()
        mine.client.zrem(heartbeats, mine.broker_id)
