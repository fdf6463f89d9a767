"""The database changes while everybody works on it, and nobody is held up for long."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest

from reachly import database, migrating
from reachly.database import StoreAway
from reachly.migrating import NotMigrated, migrate
from reachly.settings import Settings

UP = '''"""Runs the SQL of the same name."""
from pathlib import Path

def up(_migrator, db):
    db.cursor().execute(Path(__file__).with_suffix(".sql").read_text())
'''
ALONE = '''"""Runs the SQL of the same name, each statement by itself."""
from reachly.migrating import one_by_one

atomic = False

def up(_migrator, db):
    one_by_one(db, __file__)
'''
INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS busy_note ON busy (note);"


@pytest.fixture
def server() -> Iterator[str]:
    """The address of an empty database of the test's own, reached as the schema's owner."""
    name = f"migrating_{uuid4().hex[:8]}"
    admin = psycopg2.connect(os.environ["REACHLY_TEST_ADMIN_URL"])
    admin.autocommit = True
    admin.cursor().execute(f'CREATE DATABASE "{name}" TEMPLATE reachly_template OWNER reachly_owner STRATEGY file_copy')
    yield os.environ["DATABASE_OWNER_URL"].rsplit("/", 1)[0] + f"/{name}"
    admin.cursor().execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.close()


@pytest.fixture
def chosen(server: str) -> Settings:
    """Settings of a release step that gives way soon."""
    return Settings(database_owner_url=server, migration_lock_timeout=0.3, migration_patience=20)


@pytest.fixture
def write(tmp_path: Path, chosen: Settings) -> Callable[[str, str, str], Path]:
    """Write a migration; the first, a table, is there and applied."""

    def add(name: str, script: str, sql: str) -> Path:
        (tmp_path / f"{name}.py").write_text(script)
        (tmp_path / f"{name}.sql").write_text(sql)
        return tmp_path

    add("0001_busy", UP, "CREATE TABLE busy (id serial PRIMARY KEY, note text); INSERT INTO busy (note) VALUES ('a');")
    migrate(chosen, tmp_path)
    return add


@contextmanager
def writing(server: str) -> Iterator[list[float]]:
    """Somebody who writes a row again and again; how long each took."""
    took: list[float] = []
    stop = threading.Event()

    def insert() -> None:
        link = psycopg2.connect(server)
        link.autocommit = True
        while not stop.is_set():
            began = time.monotonic()
            link.cursor().execute("INSERT INTO busy (note) VALUES ('x')")
            took.append(time.monotonic() - began)
            stop.wait(0.01)
        link.close()

    thread = threading.Thread(target=insert)
    thread.start()
    try:
        yield took
    finally:
        stop.set()
        thread.join()


@contextmanager
def holding(server: str) -> Iterator[None]:
    """Somebody who wrote a row and keeps the transaction open."""
    link = psycopg2.connect(server)
    link.cursor().execute("INSERT INTO busy (note) VALUES (%s)", ("open",))
    try:
        yield
    finally:
        link.rollback()
        link.close()


def valid(server: str) -> list[bool]:
    """Whether the index is there and usable."""
    with psycopg2.connect(server) as link, link.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('busy_note')")
        return [row[0] for row in cursor.fetchall()]


def test_a_migration_that_must_wait_lets_writers_through_and_tries_again(server, chosen, write) -> None:
    folder = write("0002_more", UP, "ALTER TABLE busy ADD COLUMN more text;")
    done: list[list[str]] = []
    thread = threading.Thread(target=lambda: done.append(migrate(chosen, folder)))
    with writing(server) as took:
        with holding(server):
            thread.start()
            time.sleep(2)
            assert not done
            # The longest was behind the waiting migration: about its time-out, with room for a loaded machine.
            assert len(took) > 20
            assert max(took) < 1.5
        thread.join(20)
    assert done == [["0002_more"]]


def test_a_migration_that_never_gets_its_lock_is_undone_and_says_so(server, chosen, write) -> None:
    folder = write("0002_more", UP, "CREATE TABLE other (id int); ALTER TABLE busy ADD COLUMN more text;")
    hurried = chosen.model_copy(update={"migration_patience": 0.5})
    with holding(server), pytest.raises(NotMigrated, match="0002_more"):
        migrate(hurried, folder)
    with psycopg2.connect(server) as link, link.cursor() as cursor:
        cursor.execute("SELECT to_regclass('other')")
        assert cursor.fetchone() == (None,)
    assert migrate(chosen, folder) == ["0002_more"]


def test_an_index_is_made_beside_the_writers(server, chosen, write) -> None:
    folder = write("0002_index", ALONE, f"-- Found by its note.\n{INDEX}\n")
    done: list[list[str]] = []
    thread = threading.Thread(target=lambda: done.append(migrate(chosen, folder)))
    with writing(server) as took:
        with holding(server):
            thread.start()
            time.sleep(1)
            many = len(took)
            assert many > 20  # the index waits for the open transaction, the writers for nobody
        thread.join(20)
    assert (done, valid(server)) == ([["0002_index"]], [True])


def test_an_index_that_was_left_half_made_is_made_anew(server, chosen, write) -> None:
    folder = write("0002_index", ALONE, INDEX)
    with holding(server):
        link = psycopg2.connect(server)
        link.autocommit = True
        cursor = link.cursor()
        cursor.execute("SET statement_timeout = 300")
        with pytest.raises(psycopg2.errors.QueryCanceled):
            cursor.execute(INDEX)
        link.close()
    assert valid(server) == [False]
    assert migrate(chosen, folder) == ["0002_index"]
    assert valid(server) == [True]
    assert migrate(chosen, folder) == []


def test_two_release_steps_at_once_wait_for_each_other(server, chosen, write) -> None:
    folder = write("0002_slow", UP, "SELECT pg_sleep(1.5); CREATE TABLE once (id int);")
    write("0003_index", ALONE, INDEX)
    done: list[list[str]] = []
    threads = [threading.Thread(target=lambda: done.append(migrate(chosen, folder))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(done) == [[], [], ["0002_slow", "0003_index"]]
    assert valid(server) == [True]


def test_code_starts_on_a_database_that_is_newer_and_not_on_one_that_is_older(monkeypatch, tmp_path) -> None:
    assert migrating.missing() == []
    for found in migrating.MIGRATIONS.glob("*.py"):
        (tmp_path / found.name).touch()
    (tmp_path / "0001_workspaces.py").unlink()
    monkeypatch.setattr(migrating, "MIGRATIONS", tmp_path)
    assert migrating.ready(0) is True
    (tmp_path / "9999_next.py").touch()
    assert migrating.missing() == ["9999_next"]
    assert migrating.ready(0) is False


def test_code_starts_when_the_database_is_away(monkeypatch) -> None:
    def away():
        raise StoreAway("gone")

    monkeypatch.setattr(database, "connected", away)
    assert migrating.ready(0) is True


def test_names_that_are_no_plain_words_keep_what_can_be_read_of_them(server, chosen, tmp_path) -> None:
    for found in migrating.MIGRATIONS.glob("00[0-5]*"):
        if found.suffix in (".py", ".sql") and found.name < "0056":
            (tmp_path / found.name).write_text(found.read_text())
    migrate(chosen, tmp_path)
    named = {"Tab\tName": "Tab Name", "A\x01B": "A B", "\u200b\t": "Workspace", "Ünal Öz": "Ünal Öz"}
    with psycopg2.connect(server) as link, link.cursor() as cursor:
        cursor.execute("INSERT INTO plans (id, name, credits) VALUES ('free', 'Free', 0)")
        for name in named:
            cursor.execute("INSERT INTO workspaces (name, plan_id) VALUES (%s, 'free')", (name,))
    for end in (".py", ".sql"):
        (tmp_path / f"0056_plain_words{end}").write_text((migrating.MIGRATIONS / f"0056_plain_words{end}").read_text())
    migrate(chosen, tmp_path)
    with psycopg2.connect(server) as link, link.cursor() as cursor:
        cursor.execute("SELECT name FROM workspaces ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == list(named.values())
