"""News for whoever watches: a publish on Redis that carries an id, never data.

PostgreSQL has the truth, so news may be lost. Publishing never raises and never takes longer than the configured
time-out.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from reachly.settings import settings

_log = structlog.get_logger()
_lock = threading.Lock()
_client: redis.Redis | None = None
_quiet_until = 0.0
ALONE = 2.0
PEOPLE = "people"
"""Stands where a job would, when who belongs to the workspace has changed."""


class Quick(redis.Redis):
    """Redis, asked for no longer than ``redis_timeout`` and, once it gave no answer, left alone for two seconds by the
    whole process: a request that needs it for five things waits for a frozen one once.
    """

    left_alone_until = 0.0

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """What the command gives; raises ``redis.ConnectionError`` at once while Redis is left alone."""
        if time.monotonic() < Quick.left_alone_until:
            raise redis.ConnectionError("Redis gave no answer a moment ago")
        try:
            return super().execute_command(*args, **options)
        except (redis.ConnectionError, redis.TimeoutError, OSError):
            Quick.left_alone_until = time.monotonic() + ALONE
            raise


def quick(database: int) -> redis.Redis:
    """A pool of connections to one of our databases of Redis."""
    return Quick.from_url(
        settings().redis_at(database),
        socket_timeout=settings().redis_timeout,
        socket_connect_timeout=settings().redis_timeout,
        retry=Retry(NoBackoff(), 0),
    )


def channel() -> str:
    """Where the news goes; channels are shared by all databases of a server, so it carries the number of ours."""
    return f"reachly:news:{urlsplit(settings().redis_at(1)).path.strip('/')}"


def client() -> redis.Redis:
    """This process's connection pool to Redis, with short time-outs; Dramatiq has a database and a pool of its own."""
    global _client
    with _lock:
        if _client is None:
            _client = quick(1)
        return _client


def publish(workspace_id: UUID | str, job_id: UUID | str | None = None) -> None:
    """Say that something of this workspace changed: a job where one is named, its :data:`PEOPLE`, else its credits.

    After a failure nothing is tried for two seconds, so that a frozen Redis slows nobody down.
    """
    global _quiet_until
    if not settings().redis_url.get_secret_value() or time.monotonic() < _quiet_until:
        return
    try:
        client().publish(channel(), json.dumps([str(workspace_id), str(job_id) if job_id else None]))
    except (redis.RedisError, OSError) as error:
        _quiet_until = time.monotonic() + 2
        _log.warning("news_not_published", error=type(error).__name__)


def listen(timeout: float) -> Iterator[tuple[str, str | None] | None]:
    """Workspace and job of each piece of news; ``None`` when none came for ``timeout`` seconds.

    The first ``None`` comes when Redis has confirmed the subscription: whatever is published from then on is heard.
    Raises ``redis.RedisError`` when the connection is lost; the caller starts again and reads the rows it may have
    missed.
    """
    with client().pubsub() as subscription:
        subscription.subscribe(channel())
        if subscription.get_message(timeout=timeout) is None:
            raise redis.TimeoutError("the subscription was not confirmed")
        yield None
        while True:
            message = subscription.get_message(timeout=timeout)
            if message is None:
                yield None
            elif message["type"] == "message":
                workspace_id, job_id = json.loads(message["data"])
                yield workspace_id, job_id
