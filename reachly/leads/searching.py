"""Leads in order from the search table, whatever else is asked of them.

The search table knows words and the usual filters and gives its leads a chunk at a time; what it does not know is
asked of the leads themselves. So a page costs as much as its rows where the table knows all, and is right where it
does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reachly.database import as_json, one, rows
from reachly.leads.query import FACETS, LeadQuery
from reachly.leads.where import KEYED, narrowing, where

_MOST = 20_000
"""No more leads than these are taken from the search table at once."""
JOBS = "LEFT JOIN jobs j ON j.workspace_id = l.workspace_id AND j.id = l.job_id"
Row = dict[str, Any]
_SEARCH = "lead_search(%s, %s::jsonb, %s, %s, %s, %s, %s, %s) WITH ORDINALITY s"
_BEYOND = ("list_id", "tag", "unlocked_by", "job_title", "keyword", "location", *(f"exclude_{name}" for name in FACETS))
_BESIDE = f"{_SEARCH} LEFT JOIN leads l ON l.workspace_id = scope_workspace() AND l.id = s.lead_id AND"


def searched(query: LeadQuery) -> bool:
    """Whether the search table is the quicker way to these leads."""
    return bool(query.q or query.sort in KEYED or narrowing(query))


def line(query: LeadQuery, keys: Sequence[Any] | None, backwards: bool, most: int, columns: str) -> list[Row]:
    """At most so many leads from after (or before) the keys on, nearest first: these columns of ``leads l`` and
    ``jobs j``, and the order's ``k0`` and ``k1``; ``close`` where they nearly have the words.
    """
    condition, params = where(query, words=False)
    chosen = (
        f"SELECT s.created_at AS s_at, s.key AS s_key, s.lead_id AS k1, s.close, l.id IS NOT NULL AS there, {columns}"
    )
    sql = f"{chosen} FROM {_BESIDE} {condition} {JOBS} ORDER BY s.ordinality"
    found: list[Row] = []
    chunk = most
    while True:
        seen = rows(sql, [*_asked(query, keys, backwards, chunk), *params])
        found += [row | {"k0": _first(query, row)} for row in seen if row["there"]]
        if len(found) >= most or len(seen) < chunk:
            return found[:most]
        keys, chunk = (_first(query, seen[-1]), seen[-1]["k1"]), min(4 * chunk, _MOST)


def whole(query: LeadQuery) -> bool:
    """Whether the search table knows all that is asked for."""
    return not any(getattr(query, name) for name in _BEYOND)


def many(query: LeadQuery, most: int) -> int:
    """How many there are, up to ``most``."""
    if whole(query):
        told = one("SELECT lead_search_count(%s, %s::jsonb, %s) AS leads", [query.q, as_json(narrowing(query)), most])
        assert told is not None
        return int(told["leads"])
    condition, params = where(query, words=False)
    sql = (
        "SELECT count(*) AS seen, count(l.id) AS there, (array_agg(s.lead_id ORDER BY s.ordinality DESC))[1] AS id,"
        " (array_agg(s.created_at ORDER BY s.ordinality DESC))[1] AS s_at,"
        f" (array_agg(s.key ORDER BY s.ordinality DESC))[1] AS s_key FROM {_BESIDE} {condition}"
    )
    number, chunk = 0, most
    keys: Sequence[Any] | None = None
    while True:
        row = one(sql, [*_asked(query, keys, False, chunk), *params])
        assert row is not None
        number += row["there"]
        if number >= most or row["seen"] < chunk:
            return min(number, most)
        keys, chunk = (_first(query, row), row["id"]), min(4 * chunk, _MOST)


def commonest(query: LeadQuery, names: Sequence[str], most: int) -> list[Row]:
    """Which values the newest leads that match have in these columns, the commonest first, as far as ``most`` leads:
    ``name``, ``value``, ``leads`` with it, and ``looked_at``.
    """
    if whole(query):
        told = [query.q, as_json(narrowing(query)), list(names), most]
        return rows("SELECT name, value, leads, looked_at FROM lead_search_values(%s, %s::jsonb, %s, %s)", told)
    those, params = _lately(query, most)
    counted = " UNION ALL ".join(
        f"SELECT '{name}' AS name, l.{name} AS value, count(*) AS leads, sum(count(*)) OVER () AS looked_at"
        f" FROM those l GROUP BY l.{name}"
        for name in names
    )
    sql = f"WITH those AS MATERIALIZED ({those}) SELECT * FROM ({counted}) told WHERE value IS NOT NULL"
    return rows(f"{sql} ORDER BY leads DESC", params)


def _lately(query: LeadQuery, most: int) -> tuple[str, list[Any]]:
    """The newest leads that match, at most so many, as SQL and its parameters."""
    wanted = replace(query, sort="newest")
    if not searched(wanted):
        condition, params = where(wanted)
        return f"SELECT l.* FROM leads l WHERE {condition} ORDER BY l.created_at DESC, l.id DESC LIMIT {most}", params
    condition, params = where(wanted, words=False)
    joined = "JOIN leads l ON l.workspace_id = scope_workspace() AND l.id = s.lead_id"
    return f"SELECT l.* FROM {_SEARCH} {joined} WHERE {condition}", [*_asked(wanted, None, False, most), *params]


def _asked(query: LeadQuery, keys: Sequence[Any] | None, backwards: bool, most: int) -> list[Any]:
    at, key = (None, keys[0]) if keys and query.sort in KEYED else (keys[0] if keys else None, None)
    beside = str(keys[1]) if keys else None
    return [query.q, as_json(narrowing(query)), query.sort, at, key, beside, backwards, most]


def _first(query: LeadQuery, row: Row) -> Any:
    return row["s_key"] if query.sort in KEYED else row["s_at"]
