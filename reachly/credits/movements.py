"""Every movement of a workspace's credits: who, when, for which job and lead, why, and what was left after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reachly.credits.query import HistoryQuery, where
from reachly.database import one, rows, scope
from reachly.leads.cursor import Key, Order, pack, unpack
from reachly.leads.listing import Counted

_ORDER = Order((Key("t.position", "bigint"),), descending=True)
_MOST_IN_GROUPS = 10_000
"""How many movements are looked at for one page of grouped ones; a longer run of captures is shown in parts."""

_DETAILS = """
SELECT t.id, t.position AS k0, t.kind, t.credits, t.field, t.source, t.description, t.contact_id, t.job_id, t.undoes,
t.created_at, t.available_after, t.held_after, j.number AS job_number, j.name AS job_name, u.name AS person, l.id AS
lead_id, moved.available AS available_change, moved.held AS held_change FROM found t LEFT JOIN jobs j ON j.workspace_id
= t.workspace_id AND j.id = t.job_id LEFT JOIN users u ON u.id = t.user_id LEFT JOIN leads l ON l.workspace_id =
t.workspace_id AND l.contact_id = t.contact_id AND l.deleted_at IS NULL CROSS JOIN LATERAL ( SELECT
coalesce(sum(e.credits) FILTER (WHERE e.account = 'available'), 0)::bigint AS available, coalesce(sum(e.credits) FILTER
(WHERE e.account = 'held'), 0)::bigint AS held FROM entries e WHERE e.workspace_id = t.workspace_id AND e.transaction_id
= t.id) moved ORDER BY t.position DESC
"""

_GROUPS = """
marked AS ( SELECT s.*, (s.kind = 'capture' AND lag(s.kind) OVER w = 'capture' AND lag(s.job_id) OVER w = s.job_id) IS
NOT TRUE AS starts FROM seen s WINDOW w AS (ORDER BY s.position DESC)), numbered AS (SELECT m.*, count(*) FILTER (WHERE
m.starts) OVER (ORDER BY m.position DESC) AS island FROM marked m) SELECT n.island, max(n.position) AS newest,
min(n.position) AS oldest, sum(n.credits)::bigint AS credits, count(*) AS movements, count(DISTINCT n.contact_id) AS
leads, count(*) FILTER (WHERE n.field = 'email') AS emails, count(*) FILTER (WHERE n.field = 'phone') AS phones,
array_agg(DISTINCT n.source) FILTER (WHERE n.source <> '') AS sources, (SELECT count(*) FROM seen) AS looked_at FROM
numbered n GROUP BY n.island ORDER BY n.island
"""


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement, or a run of captures of one job taken together (then ``movements`` is above one).

    The changes are signed; each row's balances after it, less its changes, are those of the row that came before it.
    ``description`` is the lead's name for a capture, else the reason. ``lead_id`` is missing where the lead was
    deleted.
    """

    id: UUID
    kind: str
    credits: int
    available_change: int
    held_change: int
    available_after: int
    held_after: int
    created_at: datetime
    description: str
    job_id: UUID | None
    job_number: int | None
    job_name: str | None
    contact_id: UUID | None
    lead_id: UUID | None
    field: str | None
    source: str | None
    undoes: UUID | None
    person: str | None
    movements: int = 1
    leads: int = 0
    emails: int = 0
    phones: int = 0
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Movements, newest first, and where to go on from."""

    movements: list[Movement]
    next_cursor: str | None


def history(
    workspace_id: UUID | str,
    user_id: UUID | str | None,
    query: HistoryQuery | None = None,
    cursor: str | None = None,
    limit: int = 50,
    grouped: bool = False,
) -> HistoryPage:
    """The movements after the cursor; ``grouped`` takes a job's captures in a row together. Raises ``BadCursor``.

    A grouped page may be shorter than ``limit`` though more follows.
    """
    condition, params = where(query or HistoryQuery())
    if cursor:
        condition += f" AND {_ORDER.beyond()}"
        params += unpack(cursor, "history", _ORDER)
    with scope(workspace_id, user_id):
        if grouped:
            return _grouped(condition, params, limit)
        found = _details(
            f"SELECT * FROM transactions t WHERE {condition} ORDER BY {_ORDER.by()} LIMIT %s", [*params, limit + 1]
        )
    more = len(found) > limit
    found = found[:limit]
    return HistoryPage([_movement(row) for row in found], pack("history", found[-1], _ORDER) if more else None)


def _details(sql: str, params: list[Any]) -> list[dict[str, Any]]:
    return rows(f"WITH found AS MATERIALIZED ({sql}) {_DETAILS}", params)


def _movement(row: dict[str, Any]) -> Movement:
    return Movement(**{name: value for name, value in row.items() if name != "k0"})


def _grouped(condition: str, params: list[Any], limit: int) -> HistoryPage:
    seen = f"SELECT * FROM transactions t WHERE {condition} ORDER BY {_ORDER.by()} LIMIT {_MOST_IN_GROUPS + 1}"
    groups = rows(f"WITH seen AS MATERIALIZED ({seen}), {_GROUPS}", params)
    more = bool(groups) and groups[0]["looked_at"] > _MOST_IN_GROUPS
    if more and len(groups) > 1:
        groups.pop()  # it may go on beyond what was looked at
    more = more or len(groups) > limit
    groups = groups[:limit]
    newest = _details(
        "SELECT * FROM transactions t WHERE t.position = ANY (%s)", [[group["newest"] for group in groups]]
    )
    movements = [_group(row, group) for row, group in zip(newest, groups, strict=True)]
    return HistoryPage(movements, pack("history", {"k0": groups[-1]["oldest"]}, _ORDER) if more else None)


def _group(row: dict[str, Any], group: dict[str, Any]) -> Movement:
    """The newest of a run, speaking for all of it."""
    if group["movements"] == 1:
        return _movement(row)
    whole = {name: group[name] for name in ("credits", "movements", "leads", "emails", "phones")}
    alone = {"description": "", "contact_id": None, "lead_id": None, "field": None, "held_change": -group["credits"]}
    return _movement(row | whole | alone | {"sources": tuple(group["sources"] or ())})


def count(workspace_id: UUID | str, user_id: UUID | str | None, query: HistoryQuery, cap: int | None = 1000) -> Counted:
    """How many movements match; counts no further than one past ``cap``, exactly where that is ``None``."""
    condition, params = where(query)
    ceiling = "" if cap is None else f" LIMIT {cap + 1}"
    with scope(workspace_id, user_id):
        found = one(
            f"SELECT count(*) AS many FROM (SELECT FROM transactions t WHERE {condition}{ceiling}) found", params
        )
    assert found is not None
    return Counted(found["many"]) if cap is None or found["many"] <= cap else Counted(cap, capped=True)
