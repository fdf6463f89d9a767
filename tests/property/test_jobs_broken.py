"""The machine of the jobs finds what it is there for, in the database's functions and in the code around them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import settings

from reachly.database import scope
from reachly.engine import claim
from reachly.engine.claim import Claim
from tests.property.books import Books
from tests.property.broken import broken, must_fail
from tests.property.jobs_machine import Jobs

FENCE = "AND attempt = p_attempt AND status = 'running'"


@contextmanager
def no_fence(self: Claim) -> Iterator[None]:
    """What a claim's transaction would be if it did not look whose the job is."""
    with scope(self.workspace_id, self.user_id):
        yield


@pytest.fixture
def machine(books: Books, monkeypatch: pytest.MonkeyPatch) -> type[Jobs]:
    """The machine on the books' database."""
    monkeypatch.setattr(Jobs, "books", books, raising=False)
    return Jobs


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        pytest.param("job_request", "AND j.idempotency_key = p_key", "AND false", id="does not know its keys"),
        pytest.param(
            "job_request",
            "IF p_hold > 0 THEN\n        PERFORM ledger_move",
            "IF false THEN\n        PERFORM ledger_move",
            id="holds nothing",
        ),
        pytest.param("job_end", "IF v_left > 0", "IF v_left < 0", id="releases nothing"),
        pytest.param("job_end", "AND attempt = p_attempt", "", id="lets a zombie end a job"),
        pytest.param(
            "jobs_pick",
            "o.running AND o.due_at <= clock_timestamp()",
            "false",
            id="forgets killed workers",
        ),
        pytest.param(
            "deliver_page", "c.suppressed OR x.suppressed", "c.suppressed", id="forgets who must not be bought"
        ),
    ],
)
def test_the_machine_finds_an_engine_that(
    machine: type[Jobs], books: Books, looking: settings, function: str, right: str, wrong: str
) -> None:
    with broken(books, function, right, wrong):
        must_fail(machine, looking)


def test_the_machine_finds_an_engine_without_a_fence(
    machine: type[Jobs], looking: settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Claim, "transaction", no_fence)
    must_fail(machine, looking)


def test_the_machine_finds_a_claim_that_takes_what_is_held(
    machine: type[Jobs], looking: settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "_TAKE", claim._TAKE.replace("lease_until <= clock_timestamp()", "true"))
    must_fail(machine, looking)
