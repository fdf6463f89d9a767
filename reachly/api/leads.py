"""Calls of leads: list, look, delete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint

from reachly import leads
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.paging import link, refused
from reachly.api.problem import Problem
from reachly.api.schemas.leads import Employment, Lead, LeadDetail, Leads, LeadsQuery, Organization, lead

bp = Blueprint("api_leads", __name__)


@call(bp, "GET", "/api/leads", scope="read", reads=LeadsQuery, answers={200: Leads}, headers=("Link",))
def list_leads(person: Person, query: LeadsQuery) -> tuple[Leads, int, dict[str, str]]:
    """The workspace's leads, the newest first unless sorted otherwise."""
    wanted = query.wanted(query.sort)
    try:
        page = leads.page(person.workspace_id, person.user_id, wanted, query.cursor, query.limit)
    except leads.BadCursor:
        raise refused() from None
    told: dict[str, Any] = {
        "data": [Lead.model_validate(lead(row)) for row in page.leads],
        "next_cursor": page.next_cursor,
    }
    if query.count:
        told["total"] = leads.count(person.workspace_id, person.user_id, wanted, cap=None).number
    return Leads.model_validate(told), 200, link(page.next_cursor)


@call(bp, "GET", "/api/leads/<uuid:lead_id>", scope="read", answers={200: LeadDetail}, problems=(404,))
def get_lead(person: Person, lead_id: UUID) -> LeadDetail:
    """One lead, its organization, where the person worked, and where each value came from."""
    try:
        found = leads.get(person.workspace_id, person.user_id, lead_id)
    except leads.NoSuchLead:
        raise Problem(404) from None
    return LeadDetail.model_validate(
        lead(found.lead)
        | {
            "organization": Organization.model_validate(found.organization) if found.organization else None,
            "employment_history": [Employment.model_validate(each) for each in found.employment],
        }
    )


@call(bp, "DELETE", "/api/leads/<uuid:lead_id>", scope="write", answers={204: None}, problems=(404,))
def delete_lead(person: Person, lead_id: UUID) -> tuple[None, int]:
    """Delete a lead. What was paid for it stays paid: found again, it costs nothing."""
    if not leads.delete(person.workspace_id, person.user_id, [lead_id]).count:
        raise Problem(404)
    return None, 204
