"""Fills the bench's database with what years of use leave behind; see the SQL of the same name."""

from __future__ import annotations

import os
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from reachly.settings import settings

SQL = Path(__file__).with_suffix(".sql")


def admin() -> psycopg2.extensions.connection:
    """A superuser's connection to the bench's database, committing each statement."""
    database = urlsplit(settings().database_url.get_secret_value()).path
    host = os.environ["REACHLY_TEST_ADMIN_URL"].rsplit("/", 1)[0]
    connection = psycopg2.connect(host + database)
    connection.autocommit = True
    return connection


def fill(*, teams: int, jobs: int, leads: int, events: int) -> float:
    """Write so many finished jobs, ``leads`` and ``events`` each, and gather statistics; gives the seconds it took."""
    started = time.monotonic()
    connection = admin()
    with connection.cursor() as cursor:
        for statement in SQL.read_text().format(teams=teams, jobs=jobs, leads=leads, events=events).split(";\n"):
            if any(line.strip() and not line.startswith("--") for line in statement.splitlines()):
                cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    connection.close()
    return time.monotonic() - started
