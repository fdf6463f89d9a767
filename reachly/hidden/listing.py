"""Who is hidden: people and companies, since when, by whom and why; found by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reachly.database import literal, one, rows, scope
from reachly.leads.cursor import Key, Order, pack, unpack

_PEOPLE = Order((Key("h.created_at", "timestamptz"), Key("h.contact_id", "uuid")), descending=True)
_COMPANIES = Order((Key("h.created_at", "timestamptz"), Key("h.id", "uuid")), descending=True)
_BY = "(SELECT u.name FROM users u WHERE u.id = h.user_id) AS by"
_OF_PEOPLE = (
    "hidden_contacts h JOIN contacts c ON c.id = h.contact_id"
    " LEFT JOIN leads l ON l.workspace_id = h.workspace_id AND l.contact_id = h.contact_id"
    " LEFT JOIN organizations o ON o.id = coalesce(l.organization_id, c.organization_id)"
)
_PERSON = "concat_ws(' ', l.first_name, c.first_name, l.last_name, c.last_name, l.company, o.name, h.reason)"
_COMPANY = "concat_ws(' ', h.name, h.domain, o.name, h.reason)"


@dataclass(frozen=True, slots=True)
class HiddenPerson:
    """Somebody who is hidden; ``lead_id`` where they are a lead of the workspace."""

    contact_id: UUID
    name: str
    title: str | None
    company: str | None
    lead_id: UUID | None
    reason: str
    by: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class HiddenCompany:
    """A company that is hidden, and how many leads of the workspace are with it."""

    id: UUID
    organization_id: UUID | None
    domain: str | None
    name: str
    leads: int
    reason: str
    by: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """Some of them, whom was hidden last first, and the cursor to go on from."""

    hidden: list[Any]
    next_cursor: str | None


def people(
    workspace_id: UUID | str, user_id: UUID | str | None, q: str = "", cursor: str | None = None, limit: int = 50
) -> Page:
    """The people who are hidden themselves; raises ``BadCursor``."""
    sql = (
        "SELECT h.contact_id, coalesce(nullif(concat_ws(' ', coalesce(l.first_name, c.first_name),"
        " coalesce(l.last_name, c.last_name)), ''), 'Somebody without a name') AS name, coalesce(l.title, c.title)"
        " AS title, coalesce(l.company, o.name) AS company, CASE WHEN l.deleted_at IS NULL THEN l.id END AS lead_id,"
        f" h.reason, {_BY}, h.created_at, {_PEOPLE.columns()} FROM {_OF_PEOPLE}"
    )
    return _page(workspace_id, user_id, sql, _PERSON, _PEOPLE, HiddenPerson, (q, cursor, limit))


def companies(
    workspace_id: UUID | str, user_id: UUID | str | None, q: str = "", cursor: str | None = None, limit: int = 50
) -> Page:
    """The companies that are hidden; raises ``BadCursor``."""
    sql = (
        "SELECT h.id, h.organization_id, h.domain, coalesce(nullif(h.name, ''), o.name, h.domain, '') AS name,"
        f" h.reason, {_BY}, h.created_at, {_COMPANIES.columns()}"
        " FROM hidden_companies h LEFT JOIN organizations o ON o.id = h.organization_id"
    )
    return _page(workspace_id, user_id, sql, _COMPANY, _COMPANIES, HiddenCompany, (q, cursor, limit))


def counts(workspace_id: UUID | str, user_id: UUID | str | None, most: int = 10_000) -> tuple[int, int]:
    """How many people and how many companies are hidden, counted up to ``most``."""
    with scope(workspace_id, user_id):
        row = one(
            "SELECT (SELECT count(*) FROM (SELECT FROM hidden_contacts LIMIT %s) p) AS people,"
            " (SELECT count(*) FROM (SELECT FROM hidden_companies LIMIT %s) c) AS companies",
            (most, most),
        )
    assert row is not None
    return row["people"], row["companies"]


def _page(
    workspace_id: UUID | str,
    user_id: UUID | str | None,
    sql: str,
    text: str,
    order: Order,
    kind: type,
    asked: tuple[str, str | None, int],
) -> Page:
    q, cursor, limit = asked
    conditions, params = ["true"], list[Any]()
    for word in q.split()[:8]:
        conditions.append(f"lower(unaccent({text})) LIKE '%%' || lower(unaccent(%s)) || '%%'")
        params.append(literal(word))
    if cursor:
        conditions.append(order.beyond())
        params += unpack(cursor, kind.__name__, order)
    with scope(workspace_id, user_id):
        found = rows(f"{sql} WHERE {' AND '.join(conditions)} ORDER BY {order.by()} LIMIT %s", [*params, limit + 1])
        if kind is HiddenCompany:
            _count(found[:limit])
    following = pack(kind.__name__, found[limit - 1], order) if len(found) > limit else None
    shown = [kind(**{name: row[name] for name in kind.__slots__}) for row in found[:limit]]  # type: ignore[attr-defined]
    return Page(shown, following)


def _count(companies: list[dict[str, Any]]) -> None:
    """Add to each how many leads it hides, of a page's companies and no others."""
    ids = [str(each["id"]) for each in companies]
    told = {row["id"]: row["leads"] for row in rows("SELECT * FROM hidden_company_leads(%s::uuid[], 1000)", (ids,))}
    for each in companies:
        each["leads"] = told.get(each["id"], 0)
