"""The list of leads: pages by keyset, counts with a ceiling, and what the filter menus offer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly.database import one, rows, scope
from reachly.leads.cursor import Key, Order, pack, unpack
from reachly.leads.query import LeadQuery
from reachly.leads.where import where
from reachly.models import Lead
from reachly.search.counted import Counted

CAP = 1_000
FACETS = ("source", "country", "industry", "seniority", "department", "company_size", "email_status")

_ID = Key("l.id", "uuid")
_AGE = (Key("l.created_at", "timestamptz"), _ID)


def _words(*columns: str) -> tuple[Key, ...]:
    """Keys that sort as a person would, with what is not known at the end."""
    text = tuple(Key(f"lower(unaccent(coalesce(l.{column}, '')))", "text") for column in columns)
    return (Key(f"(l.{columns[0]} IS NULL)", "boolean"), *text, _ID)


ORDERS = {
    "newest": Order(_AGE, descending=True),
    "oldest": Order(_AGE),
    "name": Order(_words("last_name", "first_name")),
    "company": Order(_words("company", "last_name")),
    "title": Order(_words("title", "last_name")),
}
COLUMNS = ", ".join(f"l.{column}" for column in Lead._meta.columns)


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Some leads in order, and the cursors to go on from; ``None`` where there is nothing on that side.

    Each lead also knows its ``job_number``.
    """

    leads: list[Lead]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The leads before and after one in the list, and its place there from 1; no place where it is not in the list."""

    previous: UUID | None = None
    next: UUID | None = None
    place: Counted | None = None


def page(
    workspace_id: UUID | str,
    user_id: UUID | str | None,
    query: LeadQuery,
    cursor: str | None = None,
    limit: int = 50,
    backwards: bool = False,
) -> LeadPage:
    """The ``limit`` leads after the cursor, or before it when going backwards; always in the query's order.

    Whatever is added or removed meanwhile, no lead that stays is skipped or comes twice. Raises :class:`BadCursor`.
    """
    order = ORDERS[query.sort]
    condition, params = where(query)
    if cursor:
        condition += f" AND {order.beyond(backwards)}"
        params += unpack(cursor, query.sort, order)
    sql = (
        f"SELECT {COLUMNS}, j.number AS job_number, {order.columns()} FROM leads l"
        " LEFT JOIN jobs j ON j.workspace_id = l.workspace_id AND j.id = l.job_id"
        f" WHERE {condition} ORDER BY {order.by(backwards)} LIMIT %s"
    )
    with scope(workspace_id, user_id):
        found = rows(sql, [*params, limit + 1])
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()
    ahead, behind = (bool(cursor), more) if backwards else (more, bool(cursor))
    return LeadPage(
        leads=[_lead(row) for row in found],
        next_cursor=pack(query.sort, found[-1], order) if ahead and found else None,
        previous_cursor=pack(query.sort, found[0], order) if behind and found else None,
    )


def _lead(row: dict[str, Any]) -> Lead:
    return Lead(**{name: value for name, value in row.items() if name not in ("k0", "k1", "k2", "k3")})


def count(workspace_id: UUID | str, user_id: UUID | str | None, query: LeadQuery, cap: int | None = CAP) -> Counted:
    """How many leads match; counts no further than one past ``cap``, exactly where that is ``None``."""
    with scope(workspace_id, user_id):
        return counted(query, cap)


def counted(query: LeadQuery, cap: int | None = CAP) -> Counted:
    """As :func:`count`, inside the caller's transaction."""
    condition, params = where(query)
    ceiling = "" if cap is None else f" LIMIT {cap + 1}"
    found = one(f"SELECT count(*) AS leads FROM (SELECT FROM leads l WHERE {condition}{ceiling}) found", params)
    assert found is not None
    number = found["leads"]
    return Counted(number) if cap is None or number <= cap else Counted(cap, capped=True)


def neighbours(
    workspace_id: UUID | str, user_id: UUID | str | None, query: LeadQuery, lead_id: UUID | str
) -> Neighbours:
    """Who stands beside a lead in the list that the query makes."""
    order = ORDERS[query.sort]
    condition, params = where(query)
    beside = f"SELECT l.id FROM leads l WHERE {condition} AND "
    with scope(workspace_id, user_id):
        at = one(f"SELECT {order.columns()} FROM leads l WHERE {condition} AND l.id = %s", [*params, str(lead_id)])
        if at is None:
            return Neighbours()
        keys = list(at.values())
        after = one(f"{beside}{order.beyond()} ORDER BY {order.by()} LIMIT 1", [*params, *keys])
        before = rows(
            f"{beside}{order.beyond(backwards=True)} ORDER BY {order.by(backwards=True)} LIMIT {CAP}", [*params, *keys]
        )
    place = Counted(len(before) + 1) if len(before) < CAP else Counted(CAP, capped=True)
    return Neighbours(before[0]["id"] if before else None, after["id"] if after else None, place)


def facets(workspace_id: UUID | str, user_id: UUID | str | None, most: int = 200) -> dict[str, list[tuple[str, int]]]:
    """For each filter the values that the workspace's leads have, the commonest first, with their number of leads."""
    sets = ", ".join(f"(l.{name})" for name in FACETS)
    names = ", ".join(f"l.{name}" for name in FACETS)
    with scope(workspace_id, user_id):
        found = rows(
            f"SELECT grouping({names}) AS missing, {names}, count(*) AS leads FROM leads l"
            f" WHERE l.deleted_at IS NULL GROUP BY GROUPING SETS ({sets}) ORDER BY count(*) DESC"
        )
    told: dict[str, list[tuple[str, int]]] = {name: [] for name in FACETS}
    for row in found:
        # The bits of grouping(), the last column's first, say which columns a set leaves out: all but one.
        name = FACETS[len(FACETS) - (row["missing"] ^ (2 ** len(FACETS) - 1)).bit_length()]
        if row[name] is not None and len(told[name]) < most:
            told[name].append((row[name], row["leads"]))
    return told
