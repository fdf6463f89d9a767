"""The audit proves good books and finds every way they can be wrong."""

from __future__ import annotations

import argparse
import os
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg2
import pytest

from reachly import audit, storage
from reachly.audit import running
from reachly.audit.rules import BOOKS, kinship, rules
from reachly.audit.running import breaches
from reachly.database import execute, one, scope
from reachly.engine.claim import Claim, take
from reachly.operator.audit import main as at_the_door
from tests.audit.spoiled import MINE, SPOILED, last
from tests.engine.work import ask
from tests.planted import found


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[audit.Breach]]]:
    """Spoil the books as nobody but a superuser without triggers can, look, and undo it all."""
    monkeypatch.setattr(running, "MOST", 100_000)  # what other tests planted in this database must not push it out
    host = os.environ["REACHLY_TEST_ADMIN_URL"].rsplit("/", 1)[0]
    admin = psycopg2.connect(f"{host}/{os.environ['REACHLY_TEST_DATABASE']}")

    def look(team: Any, *statements: str) -> list[audit.Breach]:
        with admin.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement, {"team": str(team.workspace_id)})
                assert cursor.rowcount != 0, f"spoiled nothing: {statement}"
            return [breach for breach in breaches(cursor) if breach.workspace_id in (team.workspace_id, None)]

    yield look
    admin.rollback()
    admin.close()


def test_good_books_are_proved(books) -> None:
    assert [str(breach) for breach in audit.run() if breach.workspace_id == books.workspace_id] == []


def test_a_job_that_was_put_down_still_tells_who_had_it(team) -> None:
    for leave in (lambda claim: claim.wait(datetime.now(UTC), "the provider"), Claim.hand_back, Claim.let_others):
        claim = take(ask(team).job_id, "somebody")
        assert claim is not None
        leave(claim)
    assert [str(breach) for breach in audit.run() if breach.workspace_id == team.workspace_id] == []


@pytest.mark.parametrize(("rule", "statements"), SPOILED, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(SPOILED)])
def test_spoiled_books_are_found_out(books, looked_at, rule, statements) -> None:
    told = {breach.rule: breach.text for breach in looked_at(books, *statements)}
    assert rule in told
    assert "{" not in told[rule]


def test_every_rule_is_proved_to_fire() -> None:
    names = [name for rule in rules(*BOOKS) for name in rule.names]
    of_files = {"every export has its file", "every file has its stated hash", "rows belong to one workspace"}
    assert set(names) | of_files == {rule for rule, _ in SPOILED}
    written = [
        name
        for file in BOOKS
        for line in re.findall("^-- rule: (.*)$", Path(audit.__file__).with_name(file).read_text(), re.MULTILINE)
        for name in line.split(" | ")
    ]
    assert sorted(written) == sorted(set(names)) == sorted(names)


def test_every_key_between_tenant_tables_is_looked_at(books) -> None:
    admin = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    with admin, admin.cursor() as cursor:
        told = {rule.says.split(",")[0] for rule in kinship(cursor)}
    admin.close()
    assert {"A row of leads names job_id {named}", "A row of downloads names export_id {named}"} <= told
    assert len(told) >= 12


def test_a_claw_back_may_leave_a_debt(books, looked_at) -> None:
    owing = looked_at(
        books,
        f"UPDATE accounts SET balance = -1 {MINE} AND name = 'available'",
        f"UPDATE transactions SET kind = 'claw_back' {MINE} AND id = {last('release')}",
    )
    assert "nobody owes" not in {breach.rule for breach in owing}


def test_a_file_that_is_gone_is_missed(books) -> None:
    for stored in list(storage.listed("exports")):
        storage.delete(stored.path)
    wrong = [breach for breach in audit.run() if breach.workspace_id == books.workspace_id]
    assert [breach.rule for breach in wrong] == ["every export has its file"]


def test_the_operator_is_told_in_lines_and_by_the_exit_code(books, capsys) -> None:
    asked = argparse.Namespace(files=True, times=True)
    others = [breach for breach in audit.run() if breach.workspace_id != books.workspace_id]
    assert at_the_door(asked) == int(bool(others))
    for stored in list(storage.listed("exports")):
        storage.delete(stored.path)
    assert at_the_door(asked) == 1
    told = capsys.readouterr().out
    assert f"(workspace {books.workspace_id})" in told
    assert re.search(r"^\d+ breach(es)?\.$", told, re.MULTILINE)
    assert re.search(r"^ +\d+\.\d\d s  entries sum to zero \|", told, re.MULTILINE)


def test_what_is_worth_knowing_is_noted_one_by_one_and_breaks_nothing(books) -> None:
    with scope(books.workspace_id, books.user_id):
        for _ in range(2):
            one(
                "INSERT INTO provider_calls (workspace_id, job_id, step, provider, operation, repeat)"
                " SELECT workspace_id, id, 's', 'lusha', 'search', 'charged' FROM jobs WHERE name = 'Done' RETURNING id"
            )
            one(
                "INSERT INTO provider_calls (workspace_id, job_id, step, provider, operation, repeat, status)"
                " SELECT workspace_id, id, 't', 'lusha', 'search', 'free', 'answered' FROM jobs WHERE name = 'Done'"
                " RETURNING id"
            )
        execute("UPDATE jobs SET lease_until = now() - interval '1 hour' WHERE name = 'Open'")
    told = [note for note in audit.notes() if note.workspace_id == books.workspace_id]
    assert [note.rule for note in told] == [
        "calls whose answer never came",
        "calls whose answer never came",
        "answers that were bought twice",
        "jobs that are stuck",
    ]
    assert told[0].text.startswith("Job 1 (")
    assert told[0].text != told[1].text
    assert [breach for breach in audit.run() if breach.workspace_id == books.workspace_id] == []


def test_books_that_are_being_written_are_right_at_every_look(make_team) -> None:
    teams = [make_team(2000) for _ in range(3)]
    stop = threading.Event()
    ended: list[UUID] = []

    def write(team: Any) -> None:
        while not stop.is_set():
            ended.append(found(team, "Busy", 3, phones=1, hold=30))

    writers = [threading.Thread(target=write, args=(team,)) for team in teams]
    for writer in writers:
        writer.start()
    try:
        wrong = [breach for _ in range(4) for breach in audit.run()]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert len(ended) > 3
    assert [str(breach) for breach in wrong if breach.workspace_id in {team.workspace_id for team in teams}] == []
