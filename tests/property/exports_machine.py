"""The machine that does to exports what may happen to them: dying processes, zombies, a storage that fails, cancels."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from reachly import leads, storage
from reachly.engine.claim import Claim, LeaseLost, take
from reachly.engine.outcomes import Continue, Outcome, Succeeded, Wait
from reachly.engine.run import run
from reachly.engine.stop import JobEnded, cancel
from reachly.engine.sweep import sweep
from reachly.export import ExportWish, ask
from reachly.export.expire import expire, manifest_of, remove_strays
from reachly.export.step import step
from reachly.leads import LeadQuery
from reachly.storage import StorageAway
from tests.conftest import Team, new_team
from tests.planted import people, plant
from tests.property.books import Books
from tests.property.dying import MOMENTS, dying

ANY = st.integers(0, 99)
WORKER = st.sampled_from(["ada", "bob"])
FAULTS = st.sampled_from([None, None, None, "away", "cut", "landed"])
"""What the storage does wrong: nothing is stored and it says so, half is sent, or all is there and it denies that."""
MOST = 6


@dataclass
class Hand:
    """A claim as some process has it, and whether it is a zombie's."""

    claim: Claim
    stale: bool = False


@contextmanager
def failing(how: str | None) -> Iterator[None]:
    """A storage that fails in one way."""
    real = storage.put

    def put(path: str, chunks: Iterable[bytes]) -> None:
        if how == "away":
            raise StorageAway("refused")
        if how == "cut":
            next(iter(chunks))
            raise StorageAway("cut off")
        real(path, chunks)
        if how == "landed":
            raise StorageAway("no answer")

    with patch.object(storage, "put", put):
        yield


class Exports(RuleBasedStateMachine):
    """A workspace with some leads, the files it asked for, and the hands that write them."""

    books: Books
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.team: Team = new_team()
        self.ids: list[UUID] = []
        self.hands: list[Hand] = []
        self.alive = plant(self.team, *people(MOST))
        # Planted leads were never paid for, which the books rightly say.
        self.planted = set(self.books.breaches(self.team))

    # What people do

    @initialize()
    def begin(self) -> None:
        self.ask("csv", None)

    @precondition(lambda self: len(self.ids) < MOST)
    @rule(kind=st.sampled_from(["csv", "jsonl"]), moment=MOMENTS)
    def ask(self, kind: str, moment: int | None) -> None:
        wish = ExportWish(LeadQuery(), format=kind)
        with dying(moment):
            self.ids.append(ask(self.team.workspace_id, self.team.user_id, wish).job_id)

    @precondition(lambda self: self.ids)
    @rule(which=ANY, moment=MOMENTS)
    def cancel(self, which: int, moment: int | None) -> None:
        job = self.ids[which % len(self.ids)]
        ended = self.row(job)["finished_at"] is not None
        with dying(moment):
            try:
                cancel(self.team.workspace_id, self.team.user_id, job)
                assert not ended
            except JobEnded:
                assert ended

    @precondition(lambda self: self.alive)
    @rule()
    def delete_a_lead(self) -> None:
        leads.delete(self.team.workspace_id, self.team.user_id, [self.alive.pop()])

    # What workers do

    @precondition(lambda self: self.ids)
    @rule(which=ANY, worker=WORKER, moment=MOMENTS)
    def take(self, which: int, worker: str, moment: int | None) -> None:
        job = self.ids[which % len(self.ids)]
        with dying(moment):
            claim = take(job, worker)
            if claim:
                for hand in self.hands:
                    hand.stale = hand.stale or hand.claim.id == job
                self.hands.append(Hand(claim))

    @precondition(lambda self: self.hands)
    @rule(which=ANY, moment=MOMENTS, fault=FAULTS)
    def step(self, which: int, moment: int | None, fault: str | None) -> None:
        hand = self.hands[which % len(self.hands)]
        before = self.made()
        outcome: Outcome | None = None
        with dying(moment) as death, failing(fault):
            try:
                outcome = step(hand.claim)
            except LeaseLost:
                assert self.stale(hand)
        if death.came:
            self.hands.remove(hand)
            return
        new = [row for row in self.made() if row not in before]
        if self.stale(hand):
            assert not new, "a worker that lost the job wrote its file's row"
        elif new:
            assert [row["rows"] for row in new] == [len(self.alive)], "the file is of another moment"
            assert isinstance(outcome, Succeeded)
        else:
            told = isinstance(outcome, Succeeded) and self.has_row(hand.claim.id)
            assert told or isinstance(outcome, Continue | Wait), outcome

    @precondition(lambda self: any(not self.stale(hand) for hand in self.hands))
    @rule(which=ANY, fault=FAULTS)
    def take_over(self, which: int, fault: str | None) -> None:
        """The worker stops answering, another writes the file, and the first one wakes up and goes on."""
        live = [hand for hand in self.hands if not self.stale(hand)]
        zombie = live[which % len(live)]
        self.pass_time()
        self.take(self.ids.index(zombie.claim.id), "heir", None)
        self.step(self.hands.index(self.hands[-1]), None, fault)
        self.step(self.hands.index(zombie), None, None)

    @precondition(lambda self: self.ids)
    @rule(which=ANY, worker=WORKER, fault=FAULTS)
    def run(self, which: int, worker: str, fault: str | None) -> None:
        with failing(fault):
            run(self.ids[which % len(self.ids)], {"export_leads": step}, worker)

    # What time and the schedule do

    @rule()
    def pass_time(self) -> None:
        """Leases and waits are over."""
        self.books.do(
            "UPDATE jobs SET lease_until = CASE status WHEN 'running' THEN clock_timestamp() END,"
            " wake_at = CASE status WHEN 'waiting' THEN clock_timestamp() END"
            " WHERE workspace_id = %s AND finished_at IS NULL",
            self.team.workspace_id,
        )

    @rule(moment=MOMENTS)
    def tidy_up(self, moment: int | None) -> None:
        with dying(moment):
            remove_strays()

    @precondition(lambda self: self.made())
    @rule(which=ANY, moment=MOMENTS)
    def expire(self, which: int, moment: int | None) -> None:
        made = self.made()
        self.books.do(
            "UPDATE exports SET expires_at = now() - interval '1 second' WHERE id = %s", made[which % len(made)]["id"]
        )
        with dying(moment):
            expire()

    # What must hold

    def row(self, job: UUID) -> dict:
        (row,) = self.books.do("SELECT * FROM jobs WHERE id = %s", job)
        return row

    def made(self) -> list[dict]:
        return self.books.do("SELECT * FROM exports WHERE workspace_id = %s ORDER BY id", self.team.workspace_id)

    def has_row(self, job: UUID) -> bool:
        return any(row["job_id"] == job for row in self.made())

    def stale(self, hand: Hand) -> bool:
        job = self.row(hand.claim.id)
        return hand.stale or job["finished_at"] is not None or job["attempt"] != hand.claim.attempt

    @invariant()
    def every_row_has_its_file(self) -> None:
        made = self.made()
        assert len({row["job_id"] for row in made}) == len(made), "two files of one job"
        for row in made:
            path = self.folder / row["path"]
            if row["deleted_at"] is not None:
                assert not path.exists()
            elif row["expires_at"] > row["created_at"]:
                data = path.read_bytes()
                assert (len(data), hashlib.sha256(data).hexdigest()) == (row["bytes"], row["sha256"])
                assert data.count(b"\n") - (row["format"] == "csv") == row["rows"]
                assert (self.folder / manifest_of(row["path"])).exists()

    @invariant()
    def the_books_agree(self) -> None:
        for job in self.ids:
            row = self.row(job)
            assert row["status"] != "succeeded" or self.has_row(job), "finished without a file"
            assert row["credits_held"] == 0
        assert set(self.books.breaches(self.team)) <= self.planted

    def teardown(self) -> None:
        if sys.exc_info()[0] is None:
            self.come_to_rest()

    def swept(self) -> set[UUID]:
        sent: set[UUID] = set()
        sweep(lambda _queue, job_id: sent.add(job_id), most=100_000)
        return sent

    def come_to_rest(self) -> None:
        """All ends by itself, and then there are the files that rows name, and no others."""
        for _ in range(50):
            self.pass_time()
            for job in self.swept() & set(self.ids):
                run(job, {"export_leads": step}, "drain")
            if all(self.row(job)["finished_at"] for job in self.ids):
                break
        assert all(self.row(job)["finished_at"] for job in self.ids)
        self.every_row_has_its_file()
        self.the_books_agree()
        expire()
        remove_strays(timedelta(0))
        named = {
            path for row in self.made() if not row["deleted_at"] for path in (row["path"], manifest_of(row["path"]))
        }
        mine = self.folder / "exports" / str(self.team.workspace_id)
        found = {str(path.relative_to(self.folder)) for path in mine.rglob("*") if path.is_file()}
        assert found == named, "files without a row"
