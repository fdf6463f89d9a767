"""Runs the rules in one snapshot and says where they are broken."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import peewee

from reachly.audit.breach import Breach
from reachly.audit.files import broken_files
from reachly.audit.rules import BOOKS, NOTES, Rule, kinship, rules
from reachly.database import owner_database
from reachly.settings import settings

MOST = 100
"""How many breaches of one rule are listed."""

# Every rule reads whole tables: a plan that looks up row by row, chosen on a bad guess, would take minutes instead of a
# second. The snapshot lasts no longer than the run, and no statement of it longer than is allowed.
_MANNERS = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL enable_nestloop = off;
SET LOCAL work_mem = '128MB';
SET LOCAL hash_mem_multiplier = 2;
SET LOCAL jit = off;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL statement_timeout = {timeout};
SET LOCAL idle_in_transaction_session_timeout = 60000
"""
_MAY_LOOK = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'public.jobs'::regclass"


class NotTheOwner(Exception):
    """The role that was given sees no tenant's rows, so that it would find every book right."""


@dataclass(slots=True)
class Found:
    """What a run found: at most a hundred breaches of a rule, notes, and the seconds that each rule took."""

    breaches: list[Breach] = field(default_factory=list)
    notes: list[Breach] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def look(hash_bytes: int | None = None) -> Found:
    """Every rule on one snapshot of the database, then the files in the storage against their rows.

    At most ``hash_bytes`` of files are read and hashed, by default all; sizes are always compared. Raises
    :class:`NotTheOwner`, and ``StorageAway`` where the storage cannot say which files are there.
    """
    found = Found()
    owner = owner_database(settings())
    with owner.connection_context():
        if not _owns(owner):
            raise NotTheOwner(
                "the audit reads every workspace: set DATABASE_OWNER_URL to the role that owns the tables"
            )
        with owner.atomic():
            owner.execute_sql(_MANNERS.format(timeout=round(settings().audit_timeout * 1000)))
            cursor = owner.cursor()
            found.breaches += broken(cursor, (*rules(*BOOKS), *kinship(cursor)), found.seconds)
            found.notes += broken(cursor, rules(*NOTES), found.seconds)
        began = time.monotonic()
        for level, breach in broken_files(owner.cursor(), hash_bytes):
            (found.breaches if level == "breach" else found.notes).append(breach)
        found.seconds["files"] = time.monotonic() - began
    return found


def may_look() -> bool:
    """Whether the role that is configured for owners sees every workspace."""
    owner = owner_database(settings())
    with owner.connection_context():
        return _owns(owner)


def _owns(owner: peewee.PostgresqlDatabase) -> bool:
    return bool(owner.execute_sql(_MAY_LOOK).fetchone()[0])


def run() -> list[Breach]:
    """Every breach there is, at most a hundred of a rule; an empty list is the proof."""
    return look().breaches


def notes() -> list[Breach]:
    """What is no breach and yet worth knowing."""
    return look(0).notes


def breaches(cursor: Any) -> Iterator[Breach]:
    """Every rule, on this cursor's view of the database, and every file."""
    yield from broken(cursor, (*rules(*BOOKS), *kinship(cursor)), {})
    yield from (breach for level, breach in broken_files(cursor, None) if level == "breach")


def broken(cursor: Any, against: Iterable[Rule], seconds: dict[str, float]) -> Iterator[Breach]:
    """What breaks these rules, and beside it how long each took."""
    for rule in against:
        began = time.monotonic()
        cursor.execute(f"SELECT * FROM ({rule.sql}) breach LIMIT {MOST}")
        names = [column.name for column in cursor.description]
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            yield Breach(row.get("rule", rule.name), row["workspace_id"], rule.says.format(**row))
        seconds[rule.name] = seconds.get(rule.name, 0) + time.monotonic() - began
