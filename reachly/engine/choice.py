"""Which jobs somebody wants to see, in which order, and how many there are. Free, changes nothing, inside a scope."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from peewee import SQL, ModelSelect, fn

from reachly.database import literal, rows
from reachly.models import Job

ORDERS = {
    "newest": ("number", "DESC"),
    "oldest": ("number", "ASC"),
    "credits": ("credits_spent, number", "DESC"),
}
_NUMBERED = re.compile(r"(?:job\s*)?#?\s*(\d{1,18})", re.IGNORECASE)
_PROBLEMS = """(status = 'failed' OR crashes > 0
    OR EXISTS (SELECT FROM job_sources s
                WHERE s.workspace_id = t1.workspace_id AND s.job_id = t1.id AND s.state = 'failed')
    OR EXISTS (SELECT FROM provider_calls c
                WHERE c.workspace_id = t1.workspace_id AND c.job_id = t1.id AND c.status = 'unknown'))"""
_PEOPLE = "SELECT id, name FROM users ORDER BY name LIMIT 200"
Place = tuple[int, ...]
"""Where a job stands in an order: what it is ordered by, ending with its number."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Filters that narrow each other down; both days (UTC) are in the range.

    ``q`` is a job's number or part of its name. With ``problems`` only jobs that failed, stopped a worker, lost a
    source or got no answer to a call.
    """

    statuses: tuple[str, ...] = ()
    kind: str | None = None
    user_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    q: str = ""
    problems: bool = False
    order: str = "newest"

    @property
    def narrowed(self) -> bool:
        """Whether anything but the order was chosen."""
        return replace(self, order="newest") != Choice()


def page(choice: Choice, before: Place | None = None, after: Place | None = None, limit: int = 50) -> list[Job]:
    """The jobs that follow the place ``before``, or those right ahead of the place ``after``, in the chosen order."""
    columns, way = ORDERS[choice.order]
    query = _matching(choice)
    if after is not None:
        other = "ASC" if way == "DESC" else "DESC"
        query = query.where(_beyond(columns, other, after))
        return list(reversed(query.order_by(*_order(columns, other)).limit(limit)))
    if before is not None:
        query = query.where(_beyond(columns, way, before))
    return list(query.order_by(*_order(columns, way)).limit(limit))


def place(choice: Choice, job: Job) -> Place:
    """Where the job stands in the chosen order."""
    return tuple(getattr(job, name) for name in ORDERS[choice.order][0].split(", "))


def ahead(choice: Choice, of: Place) -> int:
    """How many jobs come before that place in the chosen order."""
    columns, way = ORDERS[choice.order]
    other = "ASC" if way == "DESC" else "DESC"
    return int(_matching(choice).where(_beyond(columns, other, of)).count())


def counts(choice: Choice) -> dict[str, int]:
    """How many jobs there are of each status, whatever status was chosen; a status without any is left out."""
    query = _matching(replace(choice, statuses=())).select(Job.status, fn.COUNT(SQL("*")).alias("many"))
    found: Any = query.group_by(Job.status).tuples()
    return dict(found)


def people() -> list[tuple[UUID, str]]:
    """The people of the workspace, by name."""
    return [(row["id"], row["name"]) for row in rows(_PEOPLE)]


def _matching(choice: Choice) -> ModelSelect[Job]:
    query = Job.select()
    if choice.statuses:
        query = query.where(Job.status.in_(choice.statuses))
    if choice.kind:
        query = query.where(Job.kind == choice.kind)
    if choice.user_id:
        query = query.where(Job.user_id == choice.user_id)
    if choice.since:
        query = query.where(SQL("created_at >= %s::date", [choice.since]))
    if choice.until:
        query = query.where(SQL("created_at < %s::date", [choice.until + timedelta(days=1)]))
    if choice.problems:
        query = query.where(SQL(_PROBLEMS))
    return query.where(_named(choice.q)) if choice.q else query


def _named(q: str) -> SQL:
    """Jobs of that number, or with that text in their name."""
    within = f"%{literal(q)}%"
    number = _NUMBERED.fullmatch(q.strip())
    if number:
        return SQL("(number = %s OR name ILIKE %s)", [int(number[1]), within])
    return SQL("name ILIKE %s", [within])


def _beyond(columns: str, way: str, there: Sequence[int]) -> SQL:
    marks = ", ".join(["%s"] * len(there))
    return SQL(f"({columns}) {'<' if way == 'DESC' else '>'} ({marks})", list(there))


def _order(columns: str, way: str) -> list[SQL]:
    return [SQL(f"{name} {way}") for name in columns.split(", ")]
