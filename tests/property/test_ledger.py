"""Random movements in several workspaces: balances and every row of the history are what plain sums say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import peewee
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from reachly.database import as_json, one
from reachly.engine.claim import Claim, take
from reachly.engine.request import NotEnoughCredits, Wish, request
from reachly.generate.rows import row
from tests.conftest import Team, new_team
from tests.planted import refund
from tests.property.books import Books
from tests.property.ledger_model import Ledger, Refused
from tests.property.people import CALL, PRICES, Seen, new_mark

TEAM = st.integers(0, 2)
KEY = st.sampled_from(["a", "b", "c", "d"])
ANY = st.integers(0, 99)
CREDITS = st.integers(1, 90)


@dataclass
class Held:
    """A job that holds credits and the prices at which it may spend them."""

    at: int
    claim: Claim
    held: int
    left: int
    spent: int = 0


def ledger_machine(books: Books) -> type[RuleBasedStateMachine]:
    """The machine, whose movements go through the functions of the database that ``books`` looks at."""

    class Movements(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.teams: list[Team] = [new_team() for _ in range(3)]
            self.ledgers = [Ledger() for _ in self.teams]
            self.open: list[Held] = []
            self.captures: list[tuple[int, UUID, int]] = []

        def tried(self, at: int, kind: str, credits: int, key: str, sql: str, *params: Any) -> None:
            """Do it in the database and in the model; both refuse or neither does."""
            try:
                self.ledgers[at].move(kind, credits, key)
            except Refused:
                with pytest.raises(peewee.PeeweeException, match="not enough credits"):
                    books.do(sql, *params)
            else:
                books.do(sql, *params)

        @rule(at=TEAM, credits=CREDITS, key=KEY)
        def grant(self, at: int, credits: int, key: str) -> None:
            sql = "SELECT ledger_grant(%s, %s, %s, NULL, 'Plan')"
            self.tried(at, "grant", credits, key, sql, self.teams[at].workspace_id, credits, key)

        @rule(at=TEAM, kind=st.sampled_from(["purchase", "expire", "claw_back"]), credits=CREDITS, key=KEY)
        def pay_or_lose(self, at: int, kind: str, credits: int, key: str) -> None:
            source, target = {"purchase": ("sold", "available"), "expire": ("available", "expired")}.get(
                kind, ("available", "sold")
            )
            sql = "SELECT ledger_move(%s, %s, %s, %s, %s, %s, NULL, '', p_overdraw => %s)"
            params = (self.teams[at].workspace_id, kind, source, target, credits, key, kind == "claw_back")
            self.tried(at, kind, credits, key, sql, *params)

        @rule(at=TEAM, leads=st.integers(0, 9))
        def hold(self, at: int, leads: int) -> None:
            team, credits = self.teams[at], leads * sum(PRICES.values())
            wish = Wish("generate_leads", "bulk", "", {}, leads, credits, PRICES, sources=(("lusha", False),))
            try:
                self.ledgers[at].move("hold", credits)
            except Refused:
                with pytest.raises(NotEnoughCredits):
                    request(team.workspace_id, team.user_id, wish)
                return
            claim = take(request(team.workspace_id, team.user_id, wish).job_id, "w")
            assert claim is not None
            self.open.append(Held(at, claim, credits, leads))

        @precondition(lambda self: any(job.left for job in self.open))
        @rule(which=ANY, fields=st.sets(st.sampled_from(["email", "phone"]), min_size=1))
        def capture(self, which: int, fields: set[str]) -> None:
            able = [job for job in self.open if job.left]
            job = able[which % len(able)]
            person = Seen(0, "email" in fields, "phone" in fields).person(new_mark())
            with job.claim.transaction():
                told = as_json([row(person, "lusha", CALL, 0, True)])
                sql = "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, %s, 9, 0, %s::jsonb, '{}'::jsonb)"
                one(sql, (job.claim.id, job.claim.attempt, told, ["email", "phone"], as_json(PRICES)))
            job.left -= 1
            for field in sorted(fields):
                job.spent += PRICES[field]
                self.ledgers[job.at].move("capture", PRICES[field])
            sql = "SELECT id, credits FROM transactions WHERE job_id = %s AND kind = 'capture' ORDER BY position DESC"
            made = books.do(f"{sql} LIMIT {len(fields)}", job.claim.id)
            self.captures += [(job.at, capture["id"], capture["credits"]) for capture in made]

        @precondition(lambda self: self.open)
        @rule(which=ANY, status=st.sampled_from(["succeeded", "failed", "cancelled"]))
        def release(self, which: int, status: str) -> None:
            job = self.open.pop(which % len(self.open))
            job.claim.end(status)
            self.ledgers[job.at].move("release", job.held - job.spent)

        @precondition(lambda self: self.captures)
        @rule(which=ANY)
        def give_back(self, which: int) -> None:
            at, capture, credits = self.captures[which % len(self.captures)]
            refund(self.teams[at], capture)
            self.ledgers[at].move("refund", credits, f"refund:{capture}")

        @invariant()
        def the_books_say_the_same(self) -> None:
            for team, ledger in zip(self.teams, self.ledgers, strict=True):
                assert books.balances(team) == ledger.balances
                assert books.history(team) == ledger.history
            assert books.breaches(*self.teams) == []

    return Movements


def test_balances_and_history_are_plain_sums(roomy: Books, looking: settings) -> None:
    run_state_machine_as_test(ledger_machine(roomy), settings=looking)
