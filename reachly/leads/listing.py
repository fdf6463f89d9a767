"""The list of leads: pages by keyset, and counts with a ceiling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from reachly.database import one, rows, scope
from reachly.leads.cursor import Key, Order, pack, unpack
from reachly.leads.query import LeadQuery
from reachly.leads.searching import JOBS, line, many, searched
from reachly.leads.where import where
from reachly.models import Lead
from reachly.search.counted import Counted

CAP = 1_000
_ID = Key("l.id", "uuid")
_AGE = (Key("l.created_at", "timestamptz"), _ID)


def _words(*columns: str) -> tuple[Key, ...]:
    """A key that sorts as a person would, with what is not known at the end; the search table has it ready."""
    return Key(f'search_order({", ".join(f"l.{column}" for column in columns)}) COLLATE "C"', "text"), _ID


ORDERS = {
    "newest": Order(_AGE, descending=True),
    "oldest": Order(_AGE),
    "name": Order(_words("last_name", "first_name")),
    "company": Order(_words("company", "last_name")),
    "title": Order(_words("title", "last_name")),
}
_BESIDE = ("k0", "k1", "s_at", "s_key", "close", "there")
COLUMNS = ", ".join(f"l.{column}" for column in Lead._meta.columns)


@dataclass(frozen=True, slots=True)
class LeadPage:
    """Some leads in order, and the cursors to go on from; ``None`` where there is nothing on that side.

    Each lead also knows its ``job_number``. ``close`` where no lead has the words that were typed, and these nearly do.
    """

    leads: list[Lead]
    next_cursor: str | None
    previous_cursor: str | None
    close: bool = False


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
    keys = unpack(cursor, query.sort, order) if cursor else None
    with scope(workspace_id, user_id):
        found = _line(query, keys, backwards, limit + 1, f"{COLUMNS}, j.number AS job_number")
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()
    ahead, behind = (bool(cursor), more) if backwards else (more, bool(cursor))
    return LeadPage(
        leads=[_lead(row) for row in found],
        next_cursor=pack(query.sort, found[-1], order) if ahead and found else None,
        previous_cursor=pack(query.sort, found[0], order) if behind and found else None,
        close=bool(found) and found[0].get("close", False),
    )


def _line(
    query: LeadQuery, keys: Sequence[Any] | None, backwards: bool, most: int, columns: str = "l.id"
) -> list[dict[str, Any]]:
    """At most so many leads beside the given keys, nearest first, with these columns and the order's."""
    if searched(query):
        return line(query, keys, backwards, most, columns)
    order = ORDERS[query.sort]
    condition, params = where(query)
    if keys:
        condition += f" AND {order.beyond(backwards)}"
    sql = f"SELECT {columns}, {order.columns()} FROM leads l {JOBS} WHERE {condition} ORDER BY {order.by(backwards)}"
    return rows(f"{sql} LIMIT %s", [*params, *(keys or ()), most])


def _lead(row: dict[str, Any]) -> Lead:
    return Lead(**{name: value for name, value in row.items() if name not in _BESIDE})


def count(workspace_id: UUID | str, user_id: UUID | str | None, query: LeadQuery, cap: int | None = CAP) -> Counted:
    """How many leads match; counts no further than one past ``cap``, exactly where that is ``None``."""
    with scope(workspace_id, user_id):
        return counted(query, cap)


def counted(query: LeadQuery, cap: int | None = CAP) -> Counted:
    """As :func:`count`, inside the caller's transaction."""
    query = replace(query, sort="newest")
    if cap is not None and searched(query):
        number = many(query, cap + 1)
    else:
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
    with scope(workspace_id, user_id):
        condition, params = where(replace(query, lead_ids=(UUID(str(lead_id)),)) if query.lead_ids is None else query)
        at = one(
            f"SELECT {ORDERS[query.sort].columns()} FROM leads l WHERE {condition} AND l.id = %s",
            [*params, str(lead_id)],
        )
        if at is None:
            return Neighbours()
        keys = list(at.values())
        after = _line(query, keys, False, 1)
        before = _line(query, keys, True, CAP)
    place = Counted(len(before) + 1) if len(before) < CAP else Counted(CAP, capped=True)
    return Neighbours(before[0]["id"] if before else None, after[0]["id"] if after else None, place)
