"""Runs the rules in one snapshot and says where they are broken."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly import storage
from reachly.audit.rules import Rule, kinship, rules
from reachly.database import owner_database
from reachly.settings import settings

MOST = 100
"""How many breaches of one rule are listed."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is not as it must be: which rule, whose, and what to look at."""

    rule: str
    workspace_id: UUID | None
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.text} (workspace {self.workspace_id})"


def run() -> list[Breach]:
    """Every breach there is, at most a hundred of a rule; an empty list is the proof.

    Raises ``StorageAway`` where the storage cannot say whether the files are there.
    """
    return _look(breaches)


def notes() -> list[Breach]:
    """What is no breach and yet worth knowing."""
    return _look(lambda cursor: _found(cursor, rules("notes.sql")))


def main() -> int:
    """For an operator: write down what is wrong and return 1, or say that all is well and return 0."""
    wrong = run()
    lines = [f"Note: {note}" for note in notes()] + [str(breach) for breach in wrong]
    lines.append(f"{len(wrong)} breach{'es' if len(wrong) > 1 else ''}." if wrong else "The books are right.")
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(wrong))


def _look(at: Callable[[Any], Iterator[Breach]]) -> list[Breach]:
    owner = owner_database(settings())
    with owner.connection_context(), owner.atomic():
        owner.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return list(at(owner.cursor()))


def breaches(cursor: Any) -> Iterator[Breach]:
    """Every rule, on this cursor's view of the database."""
    yield from _found(cursor, (*rules("ledger.sql"), *rules("deliveries.sql"), *kinship(cursor)))
    yield from _files(cursor)


def _found(cursor: Any, against: tuple[Rule, ...]) -> Iterator[Breach]:
    for rule in against:
        cursor.execute(f"SELECT * FROM ({rule.sql}) breach LIMIT {MOST}")
        names = [column.name for column in cursor.description]
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            yield Breach(rule.name, row["workspace_id"], rule.says.format(**row))


def _files(cursor: Any) -> Iterator[Breach]:
    """The files that may still be downloaded, asked of the storage one by one."""
    cursor.execute(
        "SELECT workspace_id, id, path, bytes FROM exports WHERE deleted_at IS NULL AND expires_at > now() ORDER BY id"
    )
    for workspace_id, export_id, path, size in cursor.fetchall():
        try:
            there = storage.size(path)
        except storage.NoSuchFile:
            yield Breach("every export has its file", workspace_id, f"Export {export_id}: there is no file {path}")
            continue
        if there != size:
            text = f"Export {export_id}: {path} has {there} bytes and not {size}"
            yield Breach("every export has its file", workspace_id, text)
