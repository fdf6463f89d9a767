"""What the database lets a role do with another's rows, asked of the database itself under the application's role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2.extras import register_uuid

from reachly.settings import settings
from tests.access.world import World

VERBS = "SIUD"
"""Select, insert, update, delete."""
_MAY = """
SELECT a.attname FROM pg_attribute a
 WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
   AND has_column_privilege(a.attrelid, a.attnum, %s) ORDER BY a.attnum
"""


def application() -> Any:
    """A connection of the application's role."""
    connection = psycopg2.connect(settings().database_url.get_secret_value())
    register_uuid(conn_or_curs=connection)
    return connection


@contextmanager
def _tried(connection: Any, workspace: str, user: str) -> Iterator[Any]:
    """A scoped transaction that leaves nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('reachly.workspace', %s, true), set_config('reachly.user', %s, true)", (workspace, user)
        )
        try:
            yield cursor
        finally:
            connection.rollback()


def allowed(connection: Any, world: World, table: str, whose: str, role: str, row: dict[str, Any]) -> str:
    """The verbs that reach rows of Alice's: a part of ``VERBS``.

    A write counts as let through when it gets as far as the table's other rules (keys, checks), since the policies and
    grants come before them.
    """
    return "".join(verb for verb in VERBS if _reaches(connection, world, table, whose, role, row, verb))


def _reaches(connection: Any, world: World, table: str, whose: str, role: str, row: dict[str, Any], verb: str) -> bool:
    with _tried(connection, *world.scope_of(role)) as cursor:
        cursor.execute(_MAY, (table, {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "SELECT"}[verb]))
        columns = [name for (name,) in cursor.fetchall()]
        if not columns and verb != "D":
            return False
        here = f"WHERE {whose} = %s" if whose else ""
        params = (world.key(table),) if whose else ()
        try:
            if verb == "S":
                cursor.execute(f"SELECT {columns[0]} FROM {table} {here}", params)
            elif verb == "U":
                cursor.execute(f"UPDATE {table} SET {columns[0]} = {columns[0]} {here}", params)
            elif verb == "D":
                cursor.execute(f"DELETE FROM {table} {here}", params)
            else:
                given = {name: row[name] for name in columns if name in row}
                marks = ", ".join(["%s"] * len(given))
                cursor.execute(f"INSERT INTO {table} ({', '.join(given)}) VALUES ({marks})", _plain(given.values()))
        except (psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ObjectNotInPrerequisiteState):
            return False
        except (psycopg2.errors.IntegrityError, psycopg2.errors.RaiseException):
            return True
        return bool(cursor.rowcount > 0)


def _plain(values: Any) -> list[Any]:
    return [psycopg2.extras.Json(value) if isinstance(value, dict) else value for value in values]
