"""Once a night, by one of however many schedulers, kept and told aloud."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import peewee
import pytest
import structlog

from reachly import audit, database, storage
from reachly.audit import kept
from reachly.database import scope
from reachly.settings import settings
from tests.planted import as_owner


@pytest.fixture(autouse=True)
def no_nights() -> Iterator[None]:
    """Nobody has looked yet."""
    as_owner("DELETE FROM audits")
    yield
    as_owner("DELETE FROM audits")


def nights() -> list[tuple]:
    """What is kept of each night."""
    return as_owner("SELECT attempt, finished_at IS NOT NULL, breaches, failed FROM audits ORDER BY started_at")


def test_of_many_schedulers_one_looks_and_of_many_ticks_one(books) -> None:
    found: list[audit.Found | None] = []
    schedulers = [threading.Thread(target=lambda: found.append(audit.nightly())) for _ in range(6)]
    for scheduler in schedulers:
        scheduler.start()
    for scheduler in schedulers:
        scheduler.join()
    assert sum(one is not None for one in found) == 1
    assert audit.nightly() is None
    assert len(nights()) == 1
    assert nights()[0][:2] == (1, True)


def test_the_next_night_is_another_one_and_by_default_the_night_turns_at_three() -> None:
    assert kept.claim() is not None
    as_owner("UPDATE audits SET due_at = due_at - interval '1 day'")
    assert kept.claim() is not None
    (due,) = as_owner("SELECT due_at AT TIME ZONE 'UTC' FROM audits ORDER BY due_at DESC LIMIT 1")
    assert due[0].hour == 3
    assert as_owner("SELECT max(due_at) <= now() AND max(due_at) > now() - interval '1 day' FROM audits") == [(True,)]


def test_a_night_whose_scheduler_died_is_taken_over_three_times_at_most(monkeypatch) -> None:
    first = kept.claim()
    assert first is not None
    for attempt in (2, 3):
        assert kept.claim() is None
        as_owner("UPDATE audits SET started_at = now() - interval '1 day'")
        taken = kept.claim()
        assert taken is not None
        assert taken.attempt == attempt
    as_owner("UPDATE audits SET started_at = now() - interval '1 day'")
    assert kept.claim() is None
    assert kept.finish(first, audit.Found()) is False
    assert kept.finish(taken, audit.Found()) is True
    assert nights() == [(3, True, 0, None)]


def test_a_scheduler_that_is_told_never_to_look_does_not(monkeypatch) -> None:
    monkeypatch.setattr(settings(), "audit_every", 0)
    assert audit.nightly() is None
    assert nights() == []


def test_breaches_are_told_aloud_and_kept_for_administrators(books) -> None:
    for stored in list(storage.listed("exports")):
        storage.delete(stored.path)
    with structlog.testing.capture_logs() as logged:
        found = audit.nightly()
    assert found is not None
    assert "audit_breaches" in {line["event"] for line in logged if line["log_level"] == "error"}
    state = audit.state()
    assert state is not None
    assert (state.breaches, state.failed, state.right_at) == (len(found.breaches), False, None)
    with scope(books.workspace_id, books.user_id):
        assert audit.last() is None
    as_owner("UPDATE users SET role = 'admin' WHERE id = %s", (str(books.user_id),))
    with scope(books.workspace_id, books.user_id):
        last = audit.last()
    assert last is not None
    assert "every export has its file: Export" in last.text


def test_an_audit_that_cannot_look_says_so_and_the_night_is_over(monkeypatch) -> None:
    def away(prefix: str) -> None:
        raise storage.StorageAway("no route")

    monkeypatch.setattr(storage, "listed", away)
    with pytest.raises(storage.StorageAway):
        audit.nightly()
    assert nights() == [(1, True, None, "StorageAway: no route")]
    state = audit.state()
    assert state is not None
    assert state.failed


def test_a_role_that_sees_nothing_proves_nothing(monkeypatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(settings(), "database_owner_url", settings().database_url)
        with pytest.raises(audit.NotTheOwner, match="DATABASE_OWNER_URL"):
            audit.run()


def test_a_scheduler_without_the_owners_way_in_says_so_once(monkeypatch) -> None:
    with structlog.testing.capture_logs() as logged, monkeypatch.context() as patched:
        patched.setattr(settings(), "database_owner_url", settings().database_url)
        assert [audit.nightly(), audit.nightly()] == [None, None]
    assert [line["event"] for line in logged] == ["audit_cannot_look"]
    assert nights() == []
    assert audit.nightly() is not None


def test_the_application_cannot_read_audits_but_by_the_functions(team) -> None:
    with pytest.raises(peewee.ProgrammingError, match="permission denied"), scope(team.workspace_id, team.user_id):
        database.execute("SELECT * FROM audits")
