"""The proof after the storm: the tables, the files, the providers and the people's notes, held against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2

from bench.chaos import accounts, claims, files

_RULE = re.compile(r"^-- rule: ([^\n]+)\n(.+?);$", re.MULTILINE | re.DOTALL)
MOST = 20
"""Breaches of one rule that are listed."""


@dataclass
class Outcome:
    """What was found: ``breaches`` with what to look at, ``facts`` for the report."""

    breaches: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def rules() -> dict[str, str]:
    """The queries by the rule whose breaches they find."""
    return dict(_RULE.findall(Path(__file__).with_name("invariants.sql").read_text(encoding="utf-8")))


def in_tables(cursor: Any) -> Iterator[str]:
    """Every breach that the tables alone can tell of."""
    for name, sql in rules().items():
        cursor.execute(f"SELECT * FROM ({sql}) breach LIMIT {MOST}")
        names = [column.name for column in cursor.description]
        for row in cursor.fetchall():
            yield f"{name}: " + ", ".join(f"{key} {value}" for key, value in zip(names, row, strict=True))


def prove(product: Any, notebook: Any, people: Sequence[Any], keys: Any, left: Sequence[Any]) -> Outcome:
    """Everything, on a product that is still up and quiet."""
    outcome = Outcome()
    outcome.breaches += [f"still open after {len(left)} waited: {row}" for row in left[:MOST]]
    outcome.breaches += [f"an answer that may not be: {wrong}" for wrong in notebook.wrong[:MOST]]
    outcome.breaches += claims.seen_by_people(people)
    connection = psycopg2.connect(product.owner_url)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor() as cursor:
            outcome.breaches += in_tables(cursor)
            outcome.breaches += files.wrong(cursor, product.storage)
            outcome.breaches += claims.wrong(cursor, people)
            outcome.breaches += accounts.wrong(cursor, keys, product.told, outcome.facts)
            outcome.facts |= counted(cursor)
    finally:
        connection.close()
    audit = product.run("audit")
    if audit.returncode:
        outcome.breaches.append(f"the product's own audit: {audit.stdout[-2000:]}{audit.stderr[-500:]}")
    return outcome


def counted(cursor: Any) -> dict[str, Any]:
    """How much there was."""
    cursor.execute("SELECT kind || ' ' || status, count(*) FROM jobs GROUP BY 1 ORDER BY 1")
    facts: dict[str, Any] = {"jobs by end": dict(cursor.fetchall())}
    cursor.execute("SELECT error_code, count(*) FROM jobs WHERE error_code IS NOT NULL GROUP BY 1 ORDER BY 1")
    facts["errors"] = dict(cursor.fetchall())
    cursor.execute(
        "SELECT (SELECT count(*) FROM jobs), (SELECT coalesce(sum(progress_done), 0)::bigint FROM jobs"
        " WHERE kind = 'generate_leads'), (SELECT count(*) FROM leads), (SELECT count(*) FROM transactions),"
        " (SELECT coalesce(sum(greatest(attempt - 1 - waits, 0)), 0)::bigint FROM jobs),"
        " (SELECT coalesce(sum(crashes), 0)::bigint FROM jobs)"
    )
    names = ("jobs", "leads delivered", "leads", "transactions", "taken over", "crashes")
    return facts | dict(zip(names, cursor.fetchone(), strict=True))
