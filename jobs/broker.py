"""Dramatiq on Redis, for wake-ups only: a message names a job and nothing else, and may be lost or come twice.

Enqueueing also pushes a token on a wake list, in the same script; an idle consumer blocks on that list. So a job on a
quiet queue starts at once and a waiting worker costs next to nothing.
"""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import dramatiq
import redis
import structlog
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.errors import ConnectionClosed
from redis.backoff import NoBackoff
from redis.retry import Retry

from reachly.settings import settings

QUEUES = ("interactive", "bulk")
_log = structlog.get_logger()

_ENQUEUE = """
redis.call('hset', KEYS[1] .. '.msgs', ARGV[1], ARGV[2])
redis.call('rpush', KEYS[1], ARGV[1])
redis.call('rpush', KEYS[2], '1')
redis.call('ltrim', KEYS[2], -32, -1)
"""
"""What the library's own script does to enqueue, and a token on the wake list, of which a few are enough."""


class _WakingConsumer(_RedisConsumer):
    """Fetches; where nothing was to be had it blocks on the wake list instead of sleeping and looking again."""

    def __next__(self) -> Any:
        try:
            if self.message_cache or self.outstanding_message_count >= self.prefetch:
                return super().__next__()
            self.message_cache = self.broker.do_fetch(self.queue_name, self.prefetch - self.outstanding_message_count)
            if self.message_cache:
                return super().__next__()
            self.broker.client.blpop([self.broker.wake_list(self.queue_name)], timeout=self.timeout / 1000)
            return None
        except (redis.ConnectionError, redis.TimeoutError) as error:
            raise ConnectionClosed(error) from None


class WakingBroker(RedisBroker):
    """The Redis broker with a wake list; bulk messages may take at most half of a worker's threads."""

    consumer_class = _WakingConsumer

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._enqueue = self.client.register_script(_ENQUEUE)

    def wake_list(self, queue_name: str) -> str:
        """The key an idle consumer of this queue blocks on."""
        return f"{self.namespace}:{queue_name}.wake"

    def do_enqueue(self, queue_name: str, message_id: str, data: bytes) -> None:
        """Store the message and wake one consumer, in one round trip."""
        self._enqueue(keys=[f"{self.namespace}:{queue_name}", self.wake_list(queue_name)], args=[message_id, data])

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Any:
        """A consumer that holds no more messages than there are threads for them."""
        threads = settings().worker_threads
        most = max(1, threads // 2) if queue_name.startswith("bulk") else threads
        return super().consume(queue_name, prefetch=min(prefetch, most), timeout=timeout)


class Stopping(dramatiq.Middleware):
    """Remembers that this worker is being shut down, so that jobs are handed back after their present step."""

    def __init__(self) -> None:
        self.event = threading.Event()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Called once, on SIGTERM or SIGINT."""
        self.event.set()


stopping = Stopping()


def connect() -> WakingBroker:
    """A broker for the configured Redis, database 0, which it has for itself; time-outs keep a frozen server from
    hanging anybody.
    """
    client = redis.Redis.from_url(
        settings().redis_at(0),
        socket_timeout=2,
        socket_connect_timeout=settings().redis_timeout,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
    return WakingBroker(
        client=client,
        middleware=[stopping],
        maintenance_chance=1_000_000 // 100,
        heartbeat_timeout=10_000,
        dead_message_ttl=86_400_000,
    )


broker = connect()
dramatiq.set_broker(broker)
_quick = redis.Redis.from_url(
    settings().redis_at(0),
    socket_timeout=settings().redis_timeout,
    socket_connect_timeout=settings().redis_timeout,
    retry=Retry(NoBackoff(), 0),
)
_sender = WakingBroker(client=_quick, middleware=[])
for _queue in QUEUES:
    _sender.declare_queue(_queue)


def send(queue: str, job_id: UUID | str) -> bool:
    """Wake a worker for the job; false when Redis is away, which loses nothing: the sweep sends it later."""
    message: dramatiq.Message[None] = dramatiq.Message(
        queue_name=queue, actor_name=f"work_{queue}", args=(str(job_id),), kwargs={}, options={}
    )
    try:
        _sender.enqueue(message)
    except (redis.RedisError, OSError) as error:
        _log.warning("message_not_sent", job=str(job_id), error=type(error).__name__)
        return False
    return True
