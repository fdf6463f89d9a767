"""News reach whoever listens, from the moment the listening is confirmed."""

from __future__ import annotations

from uuid import uuid4

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from reachly import news


def test_whatever_is_published_after_the_first_word_is_heard() -> None:
    for _ in range(50):
        workspace_id, job_id = str(uuid4()), str(uuid4())
        heard = news.listen(2.0)
        assert next(heard) is None
        news.publish(workspace_id, job_id)
        news.publish(workspace_id)
        mine = [piece for piece in (next(heard) for _ in range(2)) if piece is not None]
        assert mine == [(workspace_id, job_id), (workspace_id, None)]
        heard.close()


def test_a_redis_that_is_away_is_told_to_the_listener_and_not_to_the_publisher(monkeypatch) -> None:
    away = redis.Redis(host="127.0.0.1", port=1, retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(news, "_client", away)
    monkeypatch.setattr(news, "_quiet_until", 0.0)
    news.publish(uuid4())
    with pytest.raises(redis.RedisError):
        next(news.listen(0.1))
