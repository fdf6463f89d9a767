"""What people do to jobs, in any order, with requests that die between statements."""

from __future__ import annotations

from unittest.mock import patch
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from reachly import leads
from reachly.engine.claim import Claim
from reachly.engine.request import KeyReused, NotEnoughCredits, Wish, request
from reachly.engine.stop import JobEnded, cancel
from reachly.generate import step as generating
from reachly.retry import NothingToRetry, retry
from tests.conftest import Team, new_team
from tests.planted import refund
from tests.property.books import Books
from tests.property.dying import MOMENTS, dying
from tests.property.jobs_model import Body, Job, Refused, World
from tests.property.people import FIELDS, PAGES, PRICES, new_mark, profile
from tests.property.source import Told, pages_of

ANY = st.integers(0, 99)
TEAM = st.integers(0, 1)
BODY = st.builds(
    Body,
    st.integers(1, 5),
    st.sampled_from(FIELDS),
    st.sampled_from([False, False, False, True]),
    PAGES.map(lambda pages: tuple(map(tuple, pages))),
    st.sampled_from(["free", "charged", "never"]),
)


class Wanted(RuleBasedStateMachine):
    """Two workspaces, their jobs, and what people do with them."""

    books: Books

    def __init__(self) -> None:
        super().__init__()
        self.mark = new_mark()
        self.teams: list[Team] = [new_team() for _ in range(2)]
        self.world = World(len(self.teams))
        self.ids: list[UUID] = []
        told = Told(self.asked, self.answered, self.landed, self.skipped)
        self.patched = patch.dict(generating.RUNS, {"lusha": pages_of(told)})
        self.patched.start()

    def pick(self, which: int) -> tuple[Job, UUID, Team]:
        at = which % len(self.ids)
        return self.world.jobs[at], self.ids[at], self.teams[self.world.jobs[at].at]

    # What the source tells

    def model(self, job_id: UUID) -> Job:
        return self.world.jobs[self.ids.index(job_id)]

    def asked(self, claim: Claim, page: int, repeat: str) -> None:
        job = self.model(claim.id)
        assert page not in job.answered, "bought again although the answer is there"
        assert repeat != "never" or page not in job.asked, "asked twice what must not be"
        job.asked.add(page)

    def answered(self, claim: Claim, page: int) -> None:
        self.model(claim.id).answered.add(page)

    def landed(self, claim: Claim) -> None:
        self.world.deliver(self.model(claim.id))

    def skipped(self, claim: Claim) -> None:
        self.model(claim.id).page += 1

    # What people do

    def wish(self, body: Body) -> Wish:
        pages = [[[seen.who, seen.email, seen.phone, seen.suppressed] for seen in page] for page in body.pages]
        params = {"filters": {}, "limit": body.limit, "sources": ["lusha"], "reveal": list(body.reveal)}
        params |= {"own": body.own, "pages": pages, "repeat": body.repeat, "mark": self.mark}
        prices = {field: PRICES[field] for field in body.reveal}
        sources = (("lusha", body.own),)
        return Wish("generate_leads", body.queue, "", params, body.limit, body.most, prices, sources=sources)

    @rule(at=TEAM, body=BODY, key=st.sampled_from([None, None, "a", "b"]), moment=MOMENTS)
    def request(self, at: int, body: Body, key: str | None, moment: int | None) -> None:
        known = next((job for job in self.world.jobs if key and (job.at, job.key) == (at, key)), None)
        ledger, team = self.world.ledgers[at], self.teams[at]
        with dying(moment) as death:
            if known and known.body != body:
                with pytest.raises(KeyReused):
                    request(team.workspace_id, team.user_id, self.wish(body), key)
            elif not known and body.most > max(0, ledger.accounts["available"]):
                with pytest.raises(NotEnoughCredits):
                    request(team.workspace_id, team.user_id, self.wish(body), key)
            else:
                made = request(team.workspace_id, team.user_id, self.wish(body), key)
                assert made.replayed == bool(known)
                if known:
                    assert self.model(made.job_id) is known
                else:
                    self.world.request(at, body, key)
                    self.ids.append(made.job_id)
        assert moment or not death.came

    @initialize(bodies=st.lists(BODY, min_size=2, max_size=2))
    def begin(self, bodies: list[Body]) -> None:
        for at, body in enumerate(bodies):
            self.request(at, body, "a", None)

    @precondition(lambda self: any(job.key for job in self.world.jobs))
    @rule(which=ANY)
    def press_again(self, which: int) -> None:
        keyed = [job for job in self.world.jobs if job.key]
        job = keyed[which % len(keyed)]
        self.request(job.at, job.body, job.key, None)

    @precondition(lambda self: self.ids)
    @rule(which=ANY, moment=MOMENTS)
    def cancel(self, which: int, moment: int | None) -> None:
        job, job_id, team = self.pick(which)
        with dying(moment):
            if job.ended:
                with pytest.raises(JobEnded):
                    cancel(team.workspace_id, team.user_id, job_id)
                return
            told = cancel(team.workspace_id, team.user_id, job_id)
            assert told == ("cancelling" if job.status == "running" else "cancelled")
            job.stopping = True
            if told == "cancelled":
                self.world.end(job, "cancelled")

    @precondition(lambda self: self.ids)
    @rule(which=ANY, moment=MOMENTS)
    def retry(self, which: int, moment: int | None) -> None:
        job, job_id, team = self.pick(which)
        with dying(moment):
            if job.status not in ("failed", "cancelled") or job.done >= job.limit:
                with pytest.raises(NothingToRetry):
                    retry(team.workspace_id, team.user_id, job_id)
                return
            try:
                made = retry(team.workspace_id, team.user_id, job_id)
            except NotEnoughCredits:
                with pytest.raises(Refused):
                    self.world.request(job.at, job.body, before=job)
                return
            assert made.replayed == job.retried
            if not job.retried:
                job.retried = True
                self.world.request(job.at, job.body, before=job)
                self.ids.append(made.job_id)

    @precondition(lambda self: any(self.world.leads))
    @rule(at=TEAM, which=ANY)
    def delete_a_lead(self, at: int, which: int) -> None:
        mine, team = sorted(self.world.leads[at]), self.teams[at]
        if mine:
            who = mine[which % len(mine)]
            sql = "SELECT id FROM leads WHERE workspace_id = %s AND linkedin_url = %s"
            (found,) = self.books.do(sql, team.workspace_id, profile(self.mark, who))
            leads.delete(team.workspace_id, team.user_id, [found["id"]])
            self.world.leads[at][who] = False

    @rule(at=TEAM, kind=st.sampled_from(["grant", "claw_back"]), credits=st.integers(1, 90))
    def move(self, at: int, kind: str, credits: int) -> None:
        source, target = ("granted", "available") if kind == "grant" else ("available", "sold")
        sql = "SELECT ledger_move(%s, %s, %s, %s, %s, NULL, NULL, '', p_overdraw => true)"
        self.books.do(sql, self.teams[at].workspace_id, kind, source, target, credits)
        self.world.ledgers[at].move(kind, credits)

    @rule(at=TEAM, which=ANY)
    def give_back(self, at: int, which: int) -> None:
        sql = "SELECT id, credits FROM transactions WHERE workspace_id = %s AND kind = 'capture' ORDER BY position"
        if captures := self.books.do(sql, self.teams[at].workspace_id):
            capture = captures[which % len(captures)]
            refund(self.teams[at], capture["id"])
            self.world.ledgers[at].move("refund", capture["credits"], f"refund:{capture['id']}")
