"""The connection to PostgreSQL and the scope every transaction runs in.

Web and workers connect as a role that owns nothing and cannot go around row-level security. A transaction without a
scope sees no tenant's rows; the scope is set inside the transaction and ends with it, so that a pooled connection
carries nothing over to the next request.
"""

from __future__ import annotations

import json
import re
import select
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import peewee
import psycopg2
import psycopg2.extras
from playhouse.db_url import parse
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase

from reachly.settings import Settings, settings

APP_ROLE = "reachly_app"

psycopg2.extras.register_uuid()


class StoreAway(Exception):
    """PostgreSQL cannot be reached, or has no connection free; nothing was written."""


class Database(PooledPostgresqlDatabase):
    """A pool whose connections have limits and the application's role."""

    def start(self, config: Settings) -> None:
        """Point the pool at the configured server; connects to nothing yet."""
        name, params = connection_parameters(config.database_url.get_secret_value(), config)
        if config.database_owner_url is None:
            params["options"] += f" -c role={APP_ROLE}"
        # A pool is kept per process: a child of fork must not share its parent's sockets.
        self.init(
            name,
            max_connections=config.database_pool,
            stale_timeout=300,
            timeout=config.database_pool_wait,
            **params,
        )

    def _is_closed(self, conn: Any) -> bool:
        """Whether the server has hung up, as far as this side has heard: idle, it has nothing to say but that.

        The library would ask with a statement of its own, one round trip more for each transaction.
        """
        if conn.closed or conn.get_transaction_status() != psycopg2.extensions.TRANSACTION_STATUS_IDLE:
            return bool(super()._is_closed(conn))
        heard = select.poll()
        heard.register(conn.fileno(), select.POLLIN)
        return bool(heard.poll(0))

    def begin(self, isolation_level: int | None = None) -> None:
        """Begin, and set the scope in the same message where there is one to set."""
        scoped: tuple[str, str] | None = getattr(_here, "scope", None)
        if scoped is None or isolation_level is not None:
            super().begin(isolation_level)
            return
        _here.scope = None
        self.execute_sql(f"BEGIN; {_SCOPE}", scoped)


db = Database(None, autoconnect=False)
_starting = threading.Lock()
_here = threading.local()
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
"""A NUL as JSON writes it, and not the six letters behind an escaped backslash that somebody typed."""
_SCOPE = "SELECT set_config('reachly.workspace', %s, true), set_config('reachly.user', %s, true)"


def connection_parameters(url: str, config: Settings) -> tuple[str, dict[str, Any]]:
    """Database name and psycopg2 parameters for a URL, with the configured time limits; raises ``ValueError`` when
    empty.
    """
    if not url:
        raise ValueError("DATABASE_URL is not set: start with `python3 -m reachly`, or name a PostgreSQL server")
    params: dict[str, Any] = {key: value for key, value in parse(url).items() if value is not None}
    name = params.pop("database")
    limits = {
        "lock_timeout": config.lock_timeout,
        "statement_timeout": config.statement_timeout,
        "idle_in_transaction_session_timeout": config.idle_transaction_timeout,
    }
    params["options"] = " ".join(f"-c {key}={int(value * 1000)}" for key, value in limits.items()) + " -c timezone=UTC"
    params["connect_timeout"] = max(1, round(config.database_connect_timeout))
    params["application_name"] = "reachly"
    return name, params


@contextmanager
def connected() -> Iterator[None]:
    """A connection for the calling thread, given back to the pool at the end; joins one that is there already.

    Raises :class:`StoreAway` when there is none to be had.
    """
    if not db.is_closed():
        yield
        return
    with _starting:
        if db.deferred:
            db.start(settings())
    try:
        db.connect()
    except (peewee.OperationalError, MaxConnectionsExceeded) as error:
        raise StoreAway(str(error)) from error
    try:
        yield
    finally:
        db.close()


@contextmanager
def transaction() -> Iterator[None]:
    """A transaction without scope: sees no tenant's rows, may call the functions that find one."""
    with _whole():
        yield


@contextmanager
def scope(workspace_id: UUID | str, user_id: UUID | str | None = None) -> Iterator[None]:
    """A transaction that sees and writes one workspace's rows and no other's; within another, until its own end."""
    wanted = (str(workspace_id), str(user_id or ""))
    if getattr(_here, "acts", None) is None:
        _here.scope = _here.within = wanted
        try:
            with _whole():
                yield
        finally:
            _here.scope = _here.within = None
        return
    around = getattr(_here, "within", None)
    if wanted == around:
        with _whole():
            yield
        return
    with _whole():
        execute(_SCOPE, wanted)
        _here.within = wanted
        try:
            yield
        finally:
            _here.within = around
        # What is released keeps its settings: whoever goes on around it must not go on in this scope.
        execute(_SCOPE, around or ("", ""))


@contextmanager
def _whole() -> Iterator[None]:
    """A transaction, or within one a savepoint; what was put off until the commit follows the outermost."""
    acts: list[Callable[[], object]] | None = getattr(_here, "acts", None)
    if acts is not None:
        before = len(acts)
        try:
            with db.atomic():
                yield
        except BaseException:
            del acts[before:]
            raise
        return
    _here.acts = acts = []
    try:
        with connected(), db.atomic():
            yield
    finally:
        _here.acts = None
    for act in acts:
        act()


def afterwards(act: Callable[[], object]) -> None:
    """Do ``act`` once what this thread is writing is committed, and not at all where it is taken back; outside of a
    transaction, at once. For what speaks to other stores: it must not hold a row, nor tell what never came to be.
    """
    acts: list[Callable[[], object]] | None = getattr(_here, "acts", None)
    if acts is None:
        act()
    else:
        acts.append(act)


def scoped(
    workspace_id: UUID | str, user_id: UUID | str | None, sql: str, params: Sequence[Any] = ()
) -> dict[str, Any] | None:
    """The first row of one statement in a scoped transaction of its own, in a single round trip.

    For the few writes that many wait for: row locks are held no longer than the server needs. PostgreSQL runs the
    statements of one message as one transaction, so the scope ends with it. Inside a transaction it is a part of that.
    """
    if getattr(_here, "acts", None) is not None:
        with scope(workspace_id, user_id):
            return one(sql, params)
    with connected():
        assert not db.in_transaction()
        return one(f"{_SCOPE}; {sql}", (str(workspace_id), str(user_id or ""), *params))


def execute(sql: str, params: Sequence[Any] = ()) -> Any:
    """Run one statement and return its cursor; raises peewee's error classes."""
    return db.execute_sql(sql, tuple(params))


def one(sql: str, params: Sequence[Any] = ()) -> dict[str, Any] | None:
    """The first row by column name, ``None`` when there is none."""
    cursor = execute(sql, params)
    row = cursor.fetchone()
    return dict(zip([column.name for column in cursor.description], row, strict=True)) if row else None


def rows(sql: str, params: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """All rows by column name."""
    cursor = execute(sql, params)
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def as_json(value: Any) -> str:
    """``value`` as JSON text for a ``jsonb`` parameter; NUL and lone surrogates, which it cannot hold, are left out."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    text = _NUL.sub(r"\1", text)
    return text.encode("utf-8", "ignore").decode()


def literal(text: str) -> str:
    """``text`` as LIKE takes it letter by letter."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE behind one of peewee's errors (``RL…`` are our own), ``None`` when it was not the database's."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, psycopg2.Error):
            return seen.pgcode
        seen = seen.__cause__ or seen.__context__
    return None


def refused(error: BaseException) -> bool:
    """Whether the database refused a write because of the role of the person in scope, and not because of a mistake of
    ours in its grants.
    """
    return sqlstate(error) == "42501" and "permission denied for" not in str(error)


def detail(error: BaseException) -> dict[str, Any]:
    """The JSON our functions put into an error's DETAIL, empty when there is none."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, psycopg2.Error):
            text = seen.diag.message_detail
            return json.loads(text) if text and text.startswith("{") else {}
        seen = seen.__cause__ or seen.__context__
    return {}


def owner_database(config: Settings) -> peewee.PostgresqlDatabase:
    """A database connected as the schema's owner: for migrations, operators and audits only."""
    url = config.database_owner_url or config.database_url
    name, params = connection_parameters(url.get_secret_value(), config)
    params["options"] = "-c timezone=UTC -c lock_timeout=10000"
    return peewee.PostgresqlDatabase(name, autoconnect=False, **params)
