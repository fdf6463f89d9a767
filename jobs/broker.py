"""Dramatiq on Redis, for wake-ups only: a message names a job and nothing else, and may be lost or come twice.

Enqueueing also pushes a token on a wake list, in the same script; an idle consumer blocks on that list. So a job on a
quiet queue starts at once and a waiting worker costs next to nothing.
"""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Any
from uuid import UUID

import dramatiq
import redis
import structlog
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.errors import ConnectionClosed
from redis.backoff import NoBackoff
from redis.retry import Retry

from jobs.beside import Beside
from jobs.stopping import stopping
from reachly import migrating
from reachly.database import afterwards
from reachly.engine.request import Requested
from reachly.news import quick
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


_ACKNOWLEDGE = """
for at = 1, #ARGV do
  if redis.call('srem', KEYS[2], ARGV[at]) > 0 then redis.call('hdel', KEYS[1] .. '.msgs', ARGV[at]) end
end
"""
_HOARD = 32
"""Consumers that hold this many messages fetch again only when half of them are done."""

_SPEAK_EVERY = 3.0
"""Well within the ten seconds after which others take a silent worker for dead."""


class _WakingConsumer(_RedisConsumer):
    """Fetches; where nothing was to be had it blocks on the wake list instead of sleeping and looking again.

    Acknowledgements are gathered and written with the next fetch. What is not written when the process dies comes a
    second time, which is harmless: the message only says "look at this row".
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._done: list[str] = []
        self._spoke = 0.0

    def ack(self, message: Any) -> None:
        """Remember the message as done; it is written with the next fetch."""
        self._done.append(message.options["redis_message_id"])
        self.queued_message_ids.discard(message.message_id)

    def _acknowledge(self) -> None:
        if self._done:
            done, self._done = self._done, []
            self.broker.acknowledge(self.queue_name, done)

    def _speak(self) -> None:
        """Say that this worker lives, as each fetch does: one that has all hands full is not dead, its messages are not
        to be given to others, and it is one of those that people see at work.
        """
        if time.monotonic() - self._spoke >= _SPEAK_EVERY:
            self._spoke = time.monotonic()
            self._acknowledge()
            self.broker.do_fetch(self.queue_name, 0)

    def __next__(self) -> Any:
        try:
            if self.message_cache:
                return super().__next__()
            free = self.prefetch - self.outstanding_message_count
            if free <= 0 or (self.prefetch >= _HOARD and free < self.prefetch // 2):
                time.sleep(0.001)
                self._speak()
                return None
            self._spoke = time.monotonic()
            self._acknowledge()
            self.message_cache = self.broker.do_fetch(self.queue_name, free)
            if self.message_cache:
                return super().__next__()
            self.broker.client.blpop([self.broker.wake_list(self.queue_name)], timeout=self.timeout / 1000)
            return None
        except (redis.ConnectionError, redis.TimeoutError) as error:
            raise ConnectionClosed(error) from None

    def close(self) -> None:
        """Write what is still to be acknowledged; Redis may be away, and then it comes again."""
        with contextlib.suppress(redis.RedisError, OSError):
            self._acknowledge()


class WakingBroker(RedisBroker):
    """The Redis broker with a wake list; bulk messages may take at most half of a worker's threads."""

    consumer_class = _WakingConsumer

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._enqueue = self.client.register_script(_ENQUEUE)
        self._acknowledge = self.client.register_script(_ACKNOWLEDGE)

    def acknowledge(self, queue_name: str, message_ids: list[str]) -> None:
        """Mark these messages of this broker as done, in one round trip."""
        queue = f"{self.namespace}:{queue_name}"
        fetched = f"{self.namespace}:__acks__.{self.broker_id}.{queue_name}"
        self._acknowledge(keys=[queue, fetched], args=message_ids)

    def wake_list(self, queue_name: str) -> str:
        """The key an idle consumer of this queue blocks on."""
        return f"{self.namespace}:{queue_name}.wake"

    def do_enqueue(self, queue_name: str, message_id: str, data: bytes) -> None:
        """Store the message and wake one consumer, in one round trip."""
        self._enqueue(keys=[f"{self.namespace}:{queue_name}", self.wake_list(queue_name)], args=[message_id, data])

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Any:
        """A consumer that holds no more messages than there are threads for them.

        A worker asks for two for each of its threads. With fewer threads than the setting says, interactive messages
        would always be at hand, and bulk would wait until there are none.
        """
        threads = min(settings().worker_threads, max(1, prefetch // 2))
        most = max(1, threads // 2) if queue_name.startswith("bulk") else threads
        return super().consume(queue_name, prefetch=min(prefetch, most), timeout=timeout)


class Migrated(dramatiq.Middleware):
    """Takes no job while the database is older than the code."""

    def after_process_boot(self, broker: dramatiq.Broker) -> None:
        """Called once in each worker process; ends it where migrations are pending."""
        if not migrating.ready():
            sys.exit("The database is not migrated: run `python3 -m reachly migrate`, then start again.")


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
        middleware=[stopping, Migrated(), Beside()],
        maintenance_chance=1_000_000 // 100,
        heartbeat_timeout=10_000,
        dead_message_ttl=86_400_000,
    )


broker = connect()
dramatiq.set_broker(broker)
_sender = WakingBroker(client=quick(0), middleware=[])
for _queue in QUEUES:
    _sender.declare_queue(_queue)


def wake(asked: Requested) -> None:
    """Send for a new job as soon as it is committed; one that was there before is on its way already."""
    if not asked.replayed:
        afterwards(lambda: send(asked.queue, asked.job_id))


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
