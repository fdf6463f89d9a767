"""The machine that does to jobs what may happen to them, in any order, with processes that die between statements."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from reachly.engine.claim import Claim, LeaseLost, take
from reachly.engine.outcomes import Continue, Outcome, Succeeded
from reachly.engine.run import run
from reachly.engine.sweep import sweep
from reachly.generate import step as generating
from tests.property.dying import MOMENTS, dying
from tests.property.jobs_model import CRASHES, ENDED, PLACES, Job
from tests.property.jobs_wanted import ANY, Wanted
from tests.property.people import profile

WORKER = st.sampled_from(["ada", "bob", "cyd"])
LEAVES = ("renew", "wait", "wait a bit", "hand back", *ENDED)


@dataclass
class Hand:
    """A claim as some process has it; it may be a zombie's by now."""

    job: Job
    claim: Claim

    @property
    def live(self) -> bool:
        """Whether the job is still its."""
        return self.job.status == "running" and self.job.attempt == self.claim.attempt


class Jobs(Wanted):
    """Beside the people the workers' hands that hold a job or think they do, time, and the schedule."""

    def __init__(self) -> None:
        super().__init__()
        self.hands: list[Hand] = []

    # What workers do

    @precondition(lambda self: self.ids)
    @rule(which=ANY, worker=WORKER, moment=MOMENTS)
    def take(self, which: int, worker: str, moment: int | None) -> None:
        job, job_id, _team = self.pick(which)
        with dying(moment):
            claim = take(job_id, worker)
            assert (claim is not None) == self.world.takeable(job)
            if claim:
                job.take(worker)
                assert (claim.attempt, claim.crashes) == (job.attempt, job.crashes)
                self.hands.append(Hand(job, claim))

    @precondition(lambda self: any(hand.live for hand in self.hands))
    @rule(which=ANY, then=st.sampled_from(["step", *LEAVES]))
    def take_over(self, which: int, then: str) -> None:
        """The worker stops answering, another takes the job, and the first one wakes up and goes on."""
        live = [hand for hand in self.hands if hand.live]
        zombie = live[which % len(live)]
        self.pass_time(zombie.job)
        self.take(self.world.jobs.index(zombie.job), "heir", None)
        if then == "step":
            self.step(self.hands.index(zombie), None)
        else:
            self.leave(self.hands.index(zombie), then, None)

    @precondition(lambda self: self.hands)
    @rule(which=ANY, moment=MOMENTS)
    def step(self, which: int, moment: int | None) -> None:
        hand = self.hands[which % len(self.hands)]
        landed, exhausted = hand.job.page, hand.job.exhausted
        with dying(moment) as death:
            try:
                outcome: Outcome | None = generating.step(hand.claim)
            except LeaseLost:
                outcome = None
            if hand.live:
                assert outcome == (Succeeded() if exhausted else Continue())
                assert hand.job.page == landed + (not exhausted)
            else:
                assert not isinstance(outcome, Continue)
                assert hand.job.page == landed
        if death.came:
            self.hands.remove(hand)

    @precondition(lambda self: self.hands)
    @rule(
        which=ANY,
        how=st.sampled_from(LEAVES),
        moment=MOMENTS,
    )
    def leave(self, which: int, how: str, moment: int | None) -> None:
        hand = self.hands[which % len(self.hands)]
        live, claim, job = hand.live, hand.claim, hand.job
        with dying(moment) as death:
            try:
                if how == "renew":
                    assert claim.renew() == live
                elif how.startswith("wait"):
                    claim.wait(datetime.now(UTC) + timedelta(hours=how == "wait"), "")
                elif how == "hand back":
                    claim.hand_back()
                else:
                    claim.end(how, code="x" if how == "failed" else None)
            except LeaseLost:
                assert not live
                return
            assert live or how == "renew"
            self.left(job, how, live)
        if death.came:
            self.hands.remove(hand)

    def left(self, job: Job, how: str, live: bool) -> None:
        if how in ENDED:
            self.world.end(job, how)
        elif how == "renew":
            job.over = job.over and not live
        else:
            job.put_down("queued" if how == "hand back" else "waiting", due=how == "wait a bit")

    @precondition(lambda self: self.ids)
    @rule(which=ANY, worker=WORKER, steps=st.integers(0, 3))
    def run(self, which: int, worker: str, steps: int) -> None:
        job, job_id, _team = self.pick(which)
        left = iter([False] * steps)
        how = run(job_id, {"generate_leads": generating.step}, worker, lambda: next(left, True))
        self.worked(job, worker, how)

    @precondition(lambda self: self.ids)
    @rule(which=ANY, worker=WORKER)
    def stumble(self, which: int, worker: str) -> None:
        job, job_id, _team = self.pick(which)

        def broken(_claim: Claim) -> Outcome:
            raise ValueError("a bug")

        self.worked(job, worker, run(job_id, {"generate_leads": broken}, worker))

    def worked(self, job: Job, worker: str, how: str) -> None:
        """The model after the product's own loop, whose pages it has heard of by now."""
        if not self.world.takeable(job):
            assert how == "gone"
            return
        job.take(worker)
        if job.crashes >= CRASHES:
            assert how == "failed"
        elif job.stopping:
            assert how == "cancelled"
        else:
            assert how in ("stumbled", "handed back", "succeeded" if job.exhausted else "")
        if how in ENDED:
            self.world.end(job, how)
        else:
            job.crashes += how == "stumbled"
            job.put_down("waiting" if how == "stumbled" else "queued")
        if how == "stumbled":  # the wait is over when the machine says so, however slow the machine below it is
            sql = "UPDATE jobs SET wake_at = wake_at + interval '1 hour' WHERE id = %s"
            self.books.do(sql, self.ids[self.world.jobs.index(job)])

    # What time and the schedule do

    @precondition(lambda self: any(job.status == "running" for job in self.world.jobs))
    @rule(which=ANY)
    def lose_lease(self, which: int) -> None:
        job = [job for job in self.world.jobs if job.status == "running"]
        self.pass_time(job[which % len(job)])

    @precondition(lambda self: any(job.status == "waiting" for job in self.world.jobs))
    @rule(which=ANY)
    def wake(self, which: int) -> None:
        job = [job for job in self.world.jobs if job.status == "waiting"]
        self.pass_time(job[which % len(job)])

    def pass_time(self, job: Job) -> None:
        """Its lease or its wait is over."""
        job.over, job.due = job.status == "running", job.status == "waiting"
        sql = (
            "UPDATE jobs SET lease_until = CASE status WHEN 'running' THEN clock_timestamp() END,"
            " wake_at = CASE status WHEN 'waiting' THEN clock_timestamp() END WHERE id = %s"
        )
        self.books.do(sql, self.ids[self.world.jobs.index(job)])

    @rule(moment=MOMENTS)
    def sweep(self, moment: int | None) -> None:
        self.swept(moment)

    def swept(self, moment: int | None = None) -> list[UUID]:
        """What the schedule sent: what lost its worker, and of each workspace no more than it may start, but some."""
        sent: list[UUID] = []
        with dying(moment) as death:
            sweep(lambda _queue, job_id: sent.append(job_id), most=100_000)
        ours = [job_id for job_id in self.ids if job_id in sent]
        due = [self.model(job_id) for job_id in ours]
        assert all(map(self.world.takeable, due))
        if not death.came:
            assert all(job in due for job in self.world.jobs if job.lost)
            for at, queue in product(range(2), PLACES):
                line = [job for job in self.world.jobs if job.in_line and (job.at, job.body.queue) == (at, queue)]
                starting = [job for job in due if job in line]
                assert len(starting) <= self.world.free(at, queue)
                if line and not any(job.at == at and job.in_line for job in due):
                    assert self.world.free(at, queue) <= 0
        return ours

    # What must hold

    @invariant()
    def the_database_says_the_same(self) -> None:
        for at, team in enumerate(self.teams):
            assert self.books.balances(team) == self.world.ledgers[at].balances
            assert self.books.history(team) == self.world.ledgers[at].history
            assert self.books.leads(team) == {
                profile(self.mark, who): live for who, live in self.world.leads[at].items()
            }
            assert self.books.unlocks(team) == {
                (profile(self.mark, who), field): credits for (who, field), credits in self.world.unlocks[at].items()
            }
        assert self.books.jobs(self.ids) == [job.row() for job in self.world.jobs]
        assert self.books.breaches(*self.teams) == []

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self.come_to_rest()
        finally:
            self.patched.stop()

    def come_to_rest(self) -> None:
        """All ends by itself: what the sweep sends is worked on, until it sends nothing."""
        for _ in range(50):
            for job in self.world.jobs:
                if job.status in ("running", "waiting"):
                    self.pass_time(job)
            sent = self.swept()
            for job_id in sent:
                how = run(job_id, {"generate_leads": generating.step}, "drain")
                self.worked(self.model(job_id), "drain", how)
            if not sent:
                break
        self.the_database_says_the_same()
        assert all(job.ended for job in self.world.jobs)
        assert all(not ledger.accounts["held"] for ledger in self.world.ledgers)
