"""What jobs ought to do, in plain Python: who may take one, what a page delivers and costs, what its end gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.property.ledger_model import Ledger, Refused
from tests.property.people import PRICES, Seen

ENDED = ("succeeded", "failed", "cancelled")
CRASHES = 3
"""So many killed workers make a job poison."""
PLACES = {"interactive": 2, "bulk": 1}
ALL_PLACES = 2
"""So many jobs of a workspace run at a time."""


@dataclass(frozen=True)
class Body:
    """What a request asks for; ``own`` means that the workspace pays the provider itself."""

    limit: int
    reveal: tuple[str, ...]
    own: bool
    pages: tuple[tuple[Seen, ...], ...]
    repeat: str

    @property
    def queue(self) -> str:
        """Small jobs go before large ones."""
        return "interactive" if self.limit <= 2 else "bulk"

    @property
    def most(self) -> int:
        """The most it can cost."""
        return 0 if self.own else self.limit * sum(PRICES[name] for name in self.reveal)


@dataclass
class Job:
    """One job as it should stand. ``over`` says that its lease ran out, ``due`` that its wait did."""

    at: int
    body: Body
    limit: int
    held: int
    key: str | None = None
    page: int = 0
    status: str = "queued"
    attempt: int = 0
    crashes: int = 0
    worker: str | None = None
    over: bool = False
    due: bool = False
    stopping: bool = False
    done: int = 0
    spent: int = 0
    released: int = 0
    asked: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    retried: bool = False

    @property
    def ended(self) -> bool:
        """Whether it is over and done with."""
        return self.status in ENDED

    @property
    def exhausted(self) -> bool:
        """Whether a further step finds nothing to do."""
        return self.done >= self.limit or self.page >= len(self.body.pages)

    @property
    def lost(self) -> bool:
        """Whether its worker has stopped answering."""
        return self.status == "running" and self.over

    @property
    def in_line(self) -> bool:
        """Whether it could start if its workspace had a place free."""
        return self.status == "queued" or (self.status == "waiting" and self.due)

    def row(self) -> dict[str, Any]:
        """What its row should say."""
        return {
            "status": self.status,
            "attempt": self.attempt,
            "crashes": self.crashes,
            "cancelling": self.stopping,
            "progress_done": self.done,
            "credits_held": self.held,
            "credits_spent": self.spent,
            "credits_released": self.released,
        }

    def take(self, worker: str) -> None:
        """A worker takes it; that of another one is counted as crashed."""
        self.crashes += self.status == "running" and self.worker != worker
        self.status, self.worker, self.over, self.due = "running", worker, False, False
        self.attempt += 1

    def put_down(self, status: str, due: bool = False) -> None:
        """Nobody works on it for now."""
        self.status, self.worker, self.due = status, None, due


class World:
    """Workspaces with their leads and unlocks, and the people whom nobody may buy."""

    def __init__(self, teams: int) -> None:
        self.ledgers = [Ledger() for _ in range(teams)]
        self.leads: list[dict[int, bool]] = [{} for _ in range(teams)]
        self.unlocks: list[dict[tuple[int, str], int]] = [{} for _ in range(teams)]
        self.suppressed: set[int] = set()
        self.jobs: list[Job] = []

    def free(self, at: int, queue: str) -> int:
        """How many jobs of this queue the workspace may start."""
        running = [job.body.queue for job in self.jobs if job.at == at and job.status == "running"]
        return min(PLACES[queue] - running.count(queue), ALL_PLACES - len(running))

    def takeable(self, job: Job) -> bool:
        """Whether a worker may take it now: a job that lost its worker keeps its place."""
        return job.lost or (job.in_line and self.free(job.at, job.body.queue) > 0)

    def request(self, at: int, body: Body, key: str | None = None, before: Job | None = None) -> Job:
        """A job and its hold; raises ``Refused``. With ``before`` it goes on where that one stopped."""
        job = Job(at, body, body.limit, body.most, key)
        if before:
            job.limit, job.page = before.limit - before.done, before.page
            job.held = body.most // body.limit * job.limit
        if job.held:  # what is free is had in debt as well
            self.ledgers[at].move("hold", job.held)
        self.jobs.append(job)
        return job

    def deliver(self, job: Job) -> None:
        """The next page: each new person once, each field that was never paid, and nothing for anybody else."""
        page = job.body.pages[job.page]
        job.page += 1
        self.suppressed |= {seen.who for seen in page if seen.suppressed}
        for seen in _first_of_each(page, job.body.reveal):
            unpaid = [
                name for name in job.body.reveal if getattr(seen, name) and (seen.who, name) not in self.unlocks[job.at]
            ]
            owned = self.leads[job.at].get(seen.who, False) and not unpaid
            if job.done < job.limit and seen.who not in self.suppressed and not owned:
                self._buy(job, seen.who, unpaid)

    def _buy(self, job: Job, who: int, fields: Sequence[str]) -> None:
        for name in fields:
            credits = 0 if job.body.own else PRICES[name]
            self.unlocks[job.at][who, name] = credits
            self.ledgers[job.at].move("capture", credits)
            job.spent += credits
        self.leads[job.at][who] = True
        job.done += 1

    def end(self, job: Job, status: str) -> None:
        """It is over, and what was not spent comes back."""
        job.put_down(status)
        job.released = job.held - job.spent
        self.ledgers[job.at].move("release", job.released)


def _first_of_each(page: Sequence[Seen], reveal: tuple[str, ...]) -> list[Seen]:
    """Who is worth having, each as the first good row tells."""
    good: dict[int, Seen] = {}
    for seen in page:
        if seen.satisfies(reveal):
            good.setdefault(seen.who, seen)
    return list(good.values())


__all__ = ["ALL_PLACES", "CRASHES", "ENDED", "PLACES", "Body", "Job", "Refused", "World"]
