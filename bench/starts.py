"""How soon a job on a quiet queue starts, and how fast a full queue drains, against raw Redis.

The same server in the same run: a message through Dramatiq with the wake list against a blocking pop, and a queue of
messages drained by a worker against the same number of single pops from a list.
"""

from __future__ import annotations

import statistics
import threading
import time
from typing import Any

import dramatiq
import redis
from dramatiq import Worker

from jobs.broker import WakingBroker
from reachly.settings import settings

STARTS = 200
MESSAGES = 4000
ROUNDS = 3


def raw_start(client: redis.Redis) -> list[float]:
    """Seconds from a push to its arrival at a blocked pop."""
    times: list[float] = []
    ready = threading.Event()

    def pop() -> None:
        other = redis.Redis.from_url(settings().redis_at(2))
        for _ in range(STARTS):
            ready.set()
            popped = other.blpop("raw", timeout=5)
            assert popped, "nothing came within five seconds"
            _, sent = popped
            times.append(time.perf_counter() - float(sent))

    thread = threading.Thread(target=pop)
    thread.start()
    for _ in range(STARTS):
        ready.wait()
        ready.clear()
        time.sleep(0.01)
        client.rpush("raw", time.perf_counter())
    thread.join()
    return times


def queue_start(broker: WakingBroker) -> list[float]:
    """Seconds from sending a message on a quiet queue to its actor's first line."""
    times: list[float] = []
    arrived = threading.Event()

    @dramatiq.actor(broker=broker, queue_name="quiet")
    def quiet(sent: float) -> None:
        times.append(time.perf_counter() - sent)
        arrived.set()

    worker = Worker(broker, queues={"quiet"}, worker_threads=4, worker_timeout=1000)
    worker.start()
    time.sleep(1)
    for _ in range(STARTS):
        time.sleep(0.01)
        arrived.clear()
        quiet.send(time.perf_counter())
        arrived.wait(5)
    worker.stop()
    return times


def raw_drain(client: redis.Redis) -> float:
    """Items per second popped one by one from a list, blocking, by one thread, as the worker has one consumer."""
    pipe = client.pipeline()
    for number in range(MESSAGES):
        pipe.rpush("full", number)
    pipe.execute()
    started = time.perf_counter()
    for _ in range(MESSAGES):
        client.blpop("full", timeout=5)
    return MESSAGES / (time.perf_counter() - started)


def queue_drain(broker: WakingBroker, number: int) -> float:
    """Messages per second through a worker whose actor does nothing."""
    done = threading.Semaphore(0)

    @dramatiq.actor(broker=broker, queue_name=f"drain{number}", actor_name=f"drain{number}")
    def drain() -> None:
        done.release()

    for _ in range(MESSAGES):
        drain.send()
    worker = Worker(broker, queues={f"drain{number}"}, worker_threads=4, worker_timeout=1000)
    worker.queue_prefetch = 100
    started = time.perf_counter()
    worker.start()
    for _ in range(MESSAGES):
        done.acquire(timeout=30)
    rate = MESSAGES / (time.perf_counter() - started)
    worker.stop()
    return rate


def broker() -> WakingBroker:
    """A broker like the product's, in a database of its own and with prefetch left open."""

    class Open(WakingBroker):
        def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Any:
            return super(WakingBroker, self).consume(queue_name, prefetch=prefetch, timeout=timeout)

    return Open(client=redis.Redis.from_url(settings().redis_at(3), socket_timeout=2), middleware=[])


def main() -> None:
    """Print both comparisons."""
    client = redis.Redis.from_url(settings().redis_at(2))
    ours, raw = [], []
    for _ in range(ROUNDS):
        raw += raw_start(client)
        ours += queue_start(broker())
    mine, theirs = statistics.median(ours) * 1000, statistics.median(raw) * 1000
    print(f"quiet start p50   ours {mine:7.2f} ms   raw {theirs:7.2f} ms   ratio {mine / theirs:5.2f}   (at most 3)")
    rates = [(queue_drain(broker(), number), raw_drain(client)) for number in range(ROUNDS)]
    ratio = statistics.median(a / b for a, b in rates)
    told = f"ours {statistics.median(a for a, _ in rates):7.0f}/s  raw {statistics.median(b for _, b in rates):7.0f}/s"
    print(f"drain             {told}   ratio {ratio:5.2f}   (at least 0.45)")


if __name__ == "__main__":
    main()
