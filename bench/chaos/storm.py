"""What is done to the product: a seeded schedule of faults, and how each is carried out."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import psycopg2

from bench.chaos.product import QUICK, Product

LEASE = float(QUICK["JOB_LEASE"])
KINDS = {
    "worker killed": 10,
    "worker's child killed": 8,
    "all workers killed": 2,
    "scheduler killed": 5,
    "worker told to stop": 5,
    "worker frozen beyond its lease": 5,
    "web killed": 4,
    "web's child killed": 3,
    "web told to stop": 3,
    "redis killed": 4,
    "redis wiped": 4,
    "redis frozen": 4,
    "redis line hung": 3,
    "redis line cut": 3,
    "postgres stopped at once": 3,
    "postgres backend killed": 2,
    "postgres line hung": 3,
    "postgres line cut": 4,
    "provider line hung": 5,
    "provider line deaf": 6,
    "provider line cut": 8,
    "provider line refused": 3,
    "provider line slow": 3,
}
"""Each fault with its weight."""
REDIS = ("redis killed", "redis wiped", "redis frozen", "redis line hung", "redis line cut")
"""Faults during which a request must still be answered."""
# A refusal that tells of its window is left out: the rest of a minute is then waited for, rightly.
PROVIDER_FAULTS = (
    ("5xx", 9),
    ("429_without_hint", 3),
    ("cut", 6),
    ("malformed", 2),
    ("hang", 4),
    ("451", 1),
    ("out_of_credits", 1),
    ("key_refused", 0.5),
)


@dataclass(frozen=True)
class Fault:
    """One thing to do: ``pause`` seconds after the one before, for ``seconds`` where it lasts; ``measured`` faults are
    recovered from before the next one comes.
    """

    kind: str
    which: int
    pause: float
    seconds: float
    measured: bool


def schedule(seed: int) -> Iterator[Fault]:
    """The faults of a seed, without end."""
    draw = Random(f"{seed}/storm")
    while True:
        kind = draw.choices(list(KINDS), list(KINDS.values()))[0]
        lasts = draw.uniform(0.5, 3)
        if kind == "worker frozen beyond its lease":
            lasts = LEASE + draw.uniform(0.5, 3)
        yield Fault(kind, draw.randrange(1 << 16), draw.uniform(0.2, 2.5), lasts, draw.random() < 0.45)


def mischief(seed: int) -> Iterator[tuple[int, list[dict[str, object]]]]:
    """What the providers do to which account, without end."""
    draw = Random(f"{seed}/mischief")
    names, weights = zip(*PROVIDER_FAULTS, strict=True)
    while True:
        faults: list[dict[str, object]] = []
        for _ in range(draw.randint(2, 6)):
            kind = draw.choices(names, weights)[0]
            fault: dict[str, object] = {"kind": kind, "after": draw.randint(0, 6), "times": draw.randint(1, 2)}
            if kind == "429_without_hint":
                fault["times"] = 1
            if kind == "hang":
                fault |= {"seconds": draw.uniform(1, 4), "processed": draw.random() < 0.5}
            if kind == "5xx":
                fault |= {"status": draw.choice((500, 502, 503, 504))}
            faults.append(fault)
        yield draw.randrange(1 << 16), faults


class Storm:
    """Carries out faults on one product."""

    def __init__(self, product: Product, durable_redis: bool) -> None:
        self.product = product
        self.durable_redis = durable_redis

    def strike(self, fault: Fault) -> str:
        """Do it, return when it is over, and say to whom it was done; what is down already is left alone."""
        product, kind = self.product, fault.kind
        worker = product.workers[fault.which % len(product.workers)]
        subject, _, how = kind.partition(" ")
        if kind == "all workers killed":
            for name in product.workers:
                product.members[name].signal(signal.SIGKILL)
            return ", ".join(product.workers)
        if subject in ("worker", "worker's", "scheduler"):
            self._worker(worker, kind, fault.seconds)
            return worker
        if subject in ("web", "web's"):
            self._web(how)
            return "web"
        if "line" in how:
            self._line({"redis": "redis", "postgres": "postgres", "provider": "provider"}[subject], how, fault.seconds)
            return f"{fault.seconds:.1f} s"
        return self._redis(how, fault.seconds) if subject == "redis" else self._postgres(how)

    def _worker(self, name: str, kind: str, seconds: float) -> None:
        member = self.product.members[name]
        if kind == "worker killed":
            member.signal(signal.SIGKILL)
        elif kind == "worker told to stop":
            member.tell(signal.SIGTERM)
        elif kind == "worker frozen beyond its lease":
            frozen = member.process
            member.signal(signal.SIGSTOP)
            time.sleep(seconds)
            if frozen is member.process:
                member.signal(signal.SIGCONT)
        else:
            _kill(self.product.scheduler(name) if kind == "scheduler killed" else self.product.worker(name))

    def _web(self, how: str) -> None:
        member = self.product.members["web"]
        if how == "killed":
            member.signal(signal.SIGKILL)
        elif how == "told to stop":
            member.tell(signal.SIGTERM)
        else:
            _kill(next(iter(member.pids()[1:]), None))

    def _line(self, name: str, how: str, seconds: float) -> None:
        if how.endswith("cut"):
            self.product.wire(name, "cut")
            return
        mood = {"hung": "hang", "deaf": "deaf", "refused": "refuse", "slow": "delay"}[how.split()[-1]]
        if mood == "delay":
            self.product.wire(name, mood, 0.3)
        else:
            self.product.wire(name, mood)
        time.sleep(seconds)
        self.product.wire(name, "flow")

    def _redis(self, how: str, seconds: float) -> str:
        member = self.product.members["valkey"]
        if how == "frozen":
            member.signal(signal.SIGSTOP)
            time.sleep(seconds)
            member.signal(signal.SIGCONT)
            return f"{seconds:.1f} s"
        member.signal(signal.SIGKILL)
        if how == "wiped":
            shutil.rmtree(self.product.home.path / "valkey" / "appendonlydir", ignore_errors=True)
            return "with its data"
        return "its data kept" if self.durable_redis else "with its data"

    def _postgres(self, how: str) -> str:
        if how == "stopped at once":
            self.product.members["postgres"].tell(signal.SIGQUIT)
            return ""
        with contextlib.suppress(psycopg2.Error):
            connection = psycopg2.connect(self.product.owner_url, connect_timeout=2)
            try:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT pid FROM pg_stat_activity WHERE application_name = 'reachly' AND datname ="
                        " current_database() ORDER BY state = 'active' DESC, random() LIMIT 1"
                    )
                    row = cursor.fetchone()
                    _kill(row[0] if row else None)
                    return str(row)
            finally:
                connection.close()
        return "nobody there"


def _kill(pid: int | None) -> None:
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
