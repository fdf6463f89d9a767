"""Reads rows: one statement, in a transaction that may not write, for no longer than a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly.database import execute, one, scope
from reachly.rest.query import FURTHEST, Asked
from reachly.rest.refused import Refused
from reachly.rest.statement import MOST_ROWS, Statement
from reachly.rest.wishes import Wishes
from reachly.settings import settings


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: JSON text, how many rows it has, where they begin, and how many there are where that was asked."""

    body: str
    rows: int
    first: int = 0
    total: int | None = None
    location: str = ""

    @property
    def range(self) -> str:
        """Content-Range in rows."""
        there = f"{self.first}-{self.first + self.rows - 1}" if self.rows else "*"
        return f"{there}/{'*' if self.total is None else self.total}"

    @property
    def partial(self) -> bool:
        """Whether there are more rows than these, as far as they were counted."""
        return self.total is not None and self.rows < self.total


def read(workspace_id: UUID | str, user_id: UUID | str, asked: Asked, wishes: Wishes) -> Told:
    """The rows that were asked for; raises :class:`Refused` and the database's own refusals."""
    node = asked.node
    first = min(max(node.offset, wishes.first), FURTHEST)
    ends = [node.offset + node.limit] if node.limit is not None else []
    ends += [wishes.last + 1] if wishes.last is not None else []
    node.offset, node.limit = first, max(0, min([*ends, first + MOST_ROWS]) - first)
    if wishes.single:
        node.limit = min(node.limit, 2)
    statement = Statement()
    rows = statement.rows(node)
    counted = f"({statement.number(node)})" if wishes.count else "NULL"
    text = f"SELECT coalesce(json_agg(s), '[]')::text AS body, count(*) AS rows, {counted} AS total FROM ({rows}) s"
    with moment(workspace_id, user_id, writes=False):
        row = one(*statement.finished(text))
    assert row is not None
    total = row["total"]
    if total is not None and first > total:
        raise Refused(
            416,
            "PGRST103",
            "Requested range not satisfiable",
            f"An offset of {first} was requested, but there are only {total} rows.",
        )
    return Told(single(row) if wishes.single else row["body"], row["rows"], first, total)


def single(row: dict[str, Any]) -> str:
    """The one row as an object; raises :class:`Refused` where it is none or several."""
    if row["rows"] != 1:
        many = "0 rows" if not row["rows"] else f"{row['rows']} rows"
        raise Refused(
            406, "PGRST116", "Cannot coerce the result to a single JSON object", f"The result contains {many}"
        )
    return str(row["body"]).strip()[1:-1].strip()


@contextmanager
def moment(workspace_id: UUID | str, user_id: UUID | str, writes: bool) -> Iterator[None]:
    """A transaction in the caller's scope that ends before it is dear."""
    with scope(workspace_id, user_id):
        limit = f"SET LOCAL statement_timeout = {int(settings().rest_timeout * 1000)}"
        execute(limit if writes else f"{limit}; SET LOCAL transaction_read_only = on")
        yield
