"""What must hold, as queries that find where it does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_RULE = re.compile(r"^-- rule: ([^\n]+)\n-- says: ([^\n]+)\n(.+?);$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's name, what to say of a breach, and the query that gives a row per breach.

    A row fills the places in ``says`` and has a ``workspace_id``. A query that proves several rules in one pass has
    their names with bars between, and its rows say in ``rule`` which one is broken.
    """

    name: str
    says: str
    sql: str

    @property
    def names(self) -> list[str]:
        """The names of the rules that the query proves."""
        return self.name.split(" | ")


def rules(*files: str) -> tuple[Rule, ...]:
    """The rules in files beside this one, in order."""
    texts = (Path(__file__).with_name(file).read_text(encoding="utf-8") for file in files)
    return tuple(Rule(*found.groups()) for text in texts for found in _RULE.finditer(text))


BOOKS = ("ledger.sql", "deliveries.sql", "jobs.sql", "search.sql")
"""The files whose rules may not be broken."""
NOTES = ("notes.sql",)
"""The file whose rules find what is no breach and yet worth knowing."""

_TENANT_KEYS = """
SELECT c.conrelid::regclass::text AS child, c.confrelid::regclass::text AS parent,
       array_agg(a.attname::text ORDER BY k.n) AS own, array_agg(f.attname::text ORDER BY k.n) AS theirs
  FROM pg_constraint c CROSS JOIN unnest(c.conkey, c.confkey) WITH ORDINALITY k(own, other, n)
  JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own
  JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = k.other
 WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
 GROUP BY c.oid, c.conrelid, c.confrelid HAVING bool_or(a.attname = 'workspace_id') AND count(*) > 1 ORDER BY 1, 2
"""


_PROVED = {("entries", "transaction_id"), ("unlocks", "transaction_id")}
"""Keys that a pass over both tables proves already."""


def kinship(cursor: Any) -> tuple[Rule, ...]:
    """A rule per foreign key between tenant tables, so that a table made tomorrow is looked at too."""
    cursor.execute(_TENANT_KEYS)
    found = []
    for child, parent, own, theirs in cursor.fetchall():
        same = " AND ".join(f"p.{other} = c.{mine}" for mine, other in zip(own, theirs, strict=True))
        named = " AND ".join(f"c.{mine} IS NOT NULL" for mine in own)
        column = next(mine for mine in own if mine != "workspace_id")
        if (child, column) in _PROVED:
            continue
        found.append(
            Rule(
                "rows belong to one workspace",
                f"A row of {child} names {column} {{named}}, of which its workspace has no row in {parent}",
                f"SELECT c.workspace_id, c.{column}::text AS named FROM {child} c"
                f" WHERE {named} AND NOT EXISTS (SELECT FROM {parent} p WHERE {same})",
            )
        )
    return tuple(found)
