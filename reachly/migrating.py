"""Brings the database to what this version wants, while the version before goes on working on it.

A migration is taken in one transaction, whose statements wait for a lock no longer than writers may be held up; where
one waits for too long everything is undone and tried again a little later, until its patience ends. What cannot run in
a transaction (an index made beside the writers) is a migration with ``atomic = False``, which may be interrupted
anywhere and repeated.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import uniform
from types import ModuleType

import peewee
import psycopg2
import structlog
from playhouse.migrations import Runner

from reachly.database import APP_ROLE, StoreAway, owner_database, rows, sqlstate, transaction
from reachly.settings import Settings, settings

MIGRATIONS = Path(__file__).parent.parent / "migrations"
MIGRATION_LOCK = 7_239_011
_LOCKED_OUT = ("55P03", "40P01")
"""Lock time-out, deadlock: what was begun is undone."""
_INDEX = re.compile(r"CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)", re.IGNORECASE)
_log = structlog.get_logger()


class NotMigrated(Exception):
    """The database could not be changed while others held it for so long; what was begun is undone."""


def migrate(config: Settings | None = None, folder: Path = MIGRATIONS) -> list[str]:
    """Apply what is pending, one process at a time; returns the names applied. Raises :class:`NotMigrated`.

    A second one waits for the first. It asks again and again instead of standing in a queue: a statement that waits is
    a transaction, and an index that is made beside the writers waits for every transaction to end.
    """
    chosen = config or settings()
    owner = owner_database(chosen)
    with owner.connection_context():
        owner.execute_sql(f"SET lock_timeout = {int(chosen.migration_lock_timeout * 1000)}")
        _until(chosen, "another migration runs", lambda: _locked(owner) or None)
        try:
            _prepare(owner)
            return _Patient(owner, folder, chosen).up()
        finally:
            if not owner.is_closed():
                owner.execute_sql("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))


def pending(config: Settings | None = None) -> list[str]:
    """Names of migrations that are not applied yet, asked as the owner."""
    owner = owner_database(config or settings())
    with owner.connection_context():
        return [found.name for found in Runner(owner, str(MIGRATIONS)).status() if not found.applied]


def missing() -> list[str]:
    """Names of migrations that this version needs and the database does not have, asked as the application.

    More than this version knows may be applied: the release before goes on while the next one is rolled out. Raises
    ``StoreAway`` and peewee's errors where the database does not answer.
    """
    ours = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    try:
        with transaction():
            applied = {row["name"] for row in rows("SELECT name FROM schema_migration")}
    except peewee.ProgrammingError as error:
        if sqlstate(error) not in ("42P01", "42501"):  # no such table, or not yet ours to read
            raise
        return ours
    return [name for name in ours if name not in applied]


def ready(seconds: float = 10) -> bool:
    """Whether the database has what this version needs, waited for a while; true where it cannot be asked."""
    ends = time.monotonic() + seconds
    told = False
    while True:
        try:
            lacking = missing()
        except (StoreAway, peewee.PeeweeException) as error:
            _log.warning("migrations_unknown", error=type(error).__name__)
            return True
        if not lacking:
            return True
        if time.monotonic() >= ends:
            _log.error("migrations_pending", names=lacking, told="Run `python3 -m reachly migrate`, then start again.")
            return False
        if not told:
            told = True
            _log.warning("waiting_for_migrations", names=lacking)
        time.sleep(0.5)


def one_by_one(db: peewee.PostgresqlDatabase, script: str) -> None:
    """Run the SQL beside ``script`` statement by statement, each on its own: for migrations with ``atomic = False``.

    An index that an earlier run left half made is made anew. Making one beside the writers waits for every transaction
    to end and holds up nobody, so it waits without a limit.
    """
    for statement in statements(Path(script).with_suffix(".sql").read_text(encoding="utf-8")):
        index = _INDEX.match(statement)
        _until(settings(), statement[:60], partial(_alone, db, statement, index))


def statements(sql: str) -> list[str]:
    """The statements of a script without its comments; a function's body belongs to its statement."""
    parts = re.split(r"(\$\$.*?\$\$)", re.sub(r"--[^\n]*", "", sql), flags=re.DOTALL)
    marked = "".join(part if number % 2 else part.replace(";", "\0") for number, part in enumerate(parts))
    return [one.strip() for one in marked.split("\0") if one.strip()]


def _alone(db: peewee.PostgresqlDatabase, statement: str, index: re.Match[str] | None) -> bool:
    if index is None:
        db.execute_sql(statement)
        return True
    db.execute_sql("SET lock_timeout = 0")
    try:
        state = db.execute_sql(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", (index[1],)
        ).fetchone()
        if state == (False,):
            db.execute_sql(f"DROP INDEX CONCURRENTLY {index[1]}")
        db.execute_sql(statement)
    finally:
        db.execute_sql(f"SET lock_timeout = {int(settings().migration_lock_timeout * 1000)}")
    return True


class _Patient(Runner):
    """Takes a migration again when it did not get its locks in time."""

    def __init__(self, owner: peewee.PostgresqlDatabase, folder: Path, chosen: Settings) -> None:
        super().__init__(owner, str(folder))
        self._chosen = chosen
        self.History.create_table()
        owner.execute_sql(f"GRANT SELECT ON schema_migration TO {APP_ROLE}")

    def _run(self, name: str, module: ModuleType, direction: str, fake: bool = False) -> None:
        def act() -> bool:
            super(_Patient, self)._run(name, module, direction, fake)
            return True

        _until(self._chosen, name, act)


def _until(chosen: Settings, what: str, act: Callable[[], bool | None]) -> None:
    """Repeat ``act`` with pauses until it says yes; a lock that it did not get in time is a no."""
    ends = time.monotonic() + chosen.migration_patience
    tries = 0
    while True:
        try:
            if act():
                return
        except (peewee.PeeweeException, psycopg2.Error) as error:
            if sqlstate(error) not in _LOCKED_OUT:
                raise
            _log.warning("migration_waits", what=what, tries=tries + 1)
        if time.monotonic() >= ends:
            raise NotMigrated(
                f"{what}: no lock within {chosen.migration_patience:g} s. Nothing is half done: run again."
            )
        # Whoever was held up meanwhile gets through before the next try.
        tries += 1
        time.sleep(uniform(0.5, 1) * min(0.4 * tries, 5))  # noqa: S311 - spreads load, guards nothing


def _locked(owner: peewee.PostgresqlDatabase) -> bool:
    return bool(owner.execute_sql("SELECT pg_try_advisory_lock(%s)", (MIGRATION_LOCK,)).fetchone()[0])


def _prepare(owner: peewee.PostgresqlDatabase) -> None:
    """The application's role and the extensions, for a server that nobody prepared."""
    if not owner.execute_sql("SELECT FROM pg_roles WHERE rolname = %s", (APP_ROLE,)).rowcount:
        owner.execute_sql(f"CREATE ROLE {APP_ROLE} NOLOGIN NOBYPASSRLS")
        owner.execute_sql(f"GRANT {APP_ROLE} TO CURRENT_USER")
    for extension in ("citext", "pg_trgm", "unaccent", "btree_gin"):
        owner.execute_sql(f"CREATE EXTENSION IF NOT EXISTS {extension}")
