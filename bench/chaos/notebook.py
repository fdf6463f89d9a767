"""What the people saw: every request that starts a job, what was answered, and what can only be known from outside."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(eq=False)
class Asked:
    """One thing that was asked for, however often it was sent. ``job`` is what was answered, if anything was."""

    person: int
    kind: str
    key: str | None
    body: dict[str, Any]
    most: int
    """The most credits that it may cost, by the prices that people are told."""
    job: str | None = None
    shown: int | None = None
    """What a dry run or the answer itself said it would hold."""
    sent: int = 0
    lost: int = 0
    """How often no answer came, or one that does not say whether it was done."""
    refused: int = 0


class Notebook:
    """Shared by all people; every accepted request is on disk before its sender goes on."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")
        self.asked: list[Asked] = []
        self.wrong: list[str] = []
        self.statuses: Counter[str] = Counter()
        self.slowest: dict[str, list[float]] = defaultdict(list)
        self.faulty: Counter[str] = Counter()
        """5xx by request, without those given while PostgreSQL was away."""
        self.postgres_back = 0.0
        """When PostgreSQL's last absence counts as over; infinite while it lasts."""

    def ask(self, **told: Any) -> Asked:
        """Write down something before it is sent for the first time."""
        asked = Asked(**told)
        with self._lock:
            self.asked.append(asked)
        return asked

    def accept(self, asked: Asked, job: str) -> None:
        """An answer named the job; another one than before is a breach by itself."""
        with self._lock:
            if asked.job is not None and asked.job != job:
                self.wrong.append(f"one request, two jobs: {asked.job} and {job} for key {asked.key}")
            if asked.job is None:
                asked.job = job
                self._file.write(json.dumps({"at": time.time(), **asdict(asked)}) + "\n")
                self._file.flush()

    def note(self, wrong: str) -> None:
        """Something that no answer may say."""
        with self._lock:
            self.wrong.append(wrong)

    def count(self, what: str, status: str, seconds: float) -> None:
        """Count an answer (or that none came) and how long it took."""
        with self._lock:
            self.statuses[status] += 1
            if status.startswith("5") and time.monotonic() - seconds > self.postgres_back:
                self.faulty[f"{status} {what}"] += 1
            self.slowest[what].append(seconds)

    def close(self) -> None:
        """No more is written."""
        self._file.close()


@dataclass
class Moment:
    """How long it took to recover from one fault."""

    kind: str
    web: float
    job: float


@dataclass
class Log:
    """What was done to the product, and how it recovered."""

    path: Path
    began: float = field(default_factory=time.monotonic)
    faults: Counter[str] = field(default_factory=Counter)
    moments: list[Moment] = field(default_factory=list)
    lulls: list[float] = field(default_factory=list)
    redis: list[float] = field(default_factory=list)
    """Seconds to a 202 while Redis was away."""
    postgres: list[float] = field(default_factory=list)
    """Seconds from PostgreSQL's return to a request served."""

    def fault(self, kind: str, told: str = "") -> None:
        """Count a fault and write down when it was."""
        self.faults[kind] += 1
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{time.monotonic() - self.began:8.2f} {kind} {told}\n")
