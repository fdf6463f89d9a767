"""Hiding the leads of a query, or the companies for which they work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from reachly.database import one, scope
from reachly.hidden.hiding import Done, hide_chosen, hide_companies_chosen
from reachly.leads.query import LeadQuery
from reachly.leads.where import where


def hide_leads(
    workspace_id: UUID | str, user_id: UUID | str, query: LeadQuery, most: int | None = None, reason: str = ""
) -> Done:
    """Hide the people whom a query matches, of more than ``most`` (the number somebody agreed to) the oldest."""
    select, params = _chosen(query, "l.contact_id", most)
    return hide_chosen(workspace_id, user_id, select, params, reason)


def hide_their_companies(
    workspace_id: UUID | str, user_id: UUID | str, query: LeadQuery, most: int | None = None, reason: str = ""
) -> Done:
    """Hide the companies of these leads, with everybody who works there; who has none stays."""
    select, params = _chosen(query, "l.organization_id, l.company_domain, l.company", most)
    companies = (
        "SELECT o.id, coalesce(o.domain, c.domain), coalesce(nullif(o.name, ''), c.company, ''), o.name_key"
        f" FROM ({select}) c(organization_id, domain, company) LEFT JOIN organizations o ON o.id = c.organization_id"
    )
    return hide_companies_chosen(workspace_id, user_id, companies, params, reason)


def companies_of(workspace_id: UUID | str, user_id: UUID | str, query: LeadQuery) -> int:
    """For how many companies these leads work."""
    select, params = _chosen(query, "coalesce(l.organization_id::text, l.company_domain)", None)
    with scope(workspace_id, user_id):
        row = one(f"SELECT count(DISTINCT c.which) AS many FROM ({select}) c(which)", params)
    return row["many"] if row else 0


def _chosen(query: LeadQuery, columns: str, most: int | None) -> tuple[str, list[Any]]:
    condition, params = where(replace(query, sort="newest"))
    ceiling = "" if most is None else f" ORDER BY l.created_at, l.id LIMIT {int(most)}"
    return f"SELECT {columns} FROM leads l WHERE {condition}{ceiling}", params
