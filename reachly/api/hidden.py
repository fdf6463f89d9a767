"""Calls of the hidden: put people and companies away, look who is, bring them back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint

from reachly import hidden, leads
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.paging import link, refused
from reachly.api.problem import Problem
from reachly.api.schemas.hidden import (
    HiddenCompanies,
    HiddenCount,
    HiddenPeople,
    HiddenQuery,
    HideCompanies,
    HidePeople,
)
from reachly.hidden.listing import Page, companies, counts, people

bp = Blueprint("api_hidden", __name__)


@call(
    bp,
    "GET",
    "/api/hidden/contacts",
    scope="read",
    reads=HiddenQuery,
    answers={200: HiddenPeople},
    headers=("Link",),
)
def list_hidden_contacts(person: Person, query: HiddenQuery) -> tuple[HiddenPeople, int, dict[str, str]]:
    """The people who are hidden themselves, whom was hidden last first."""
    told = _listed(person, query, people, 0)
    return HiddenPeople.model_validate(told), 200, link(told["next_cursor"])


@call(bp, "POST", "/api/hidden/contacts", scope="write", asks=HidePeople, answers={200: HiddenCount})
def hide_contacts(person: Person, body: HidePeople) -> HiddenCount:
    """Hide people: gone from leads, searches, lists and files at once, and never found, delivered or bought again.

    Who is hidden already, or is not here, is not counted.
    """
    who = person.workspace_id, person.user_id
    chosen = "SELECT c.id FROM contacts c WHERE c.id = ANY (%s::uuid[])"
    params: list[Any] = [[str(each) for each in body.contact_ids]]
    if body.lead_ids:
        chosen += " UNION SELECT l.contact_id FROM leads l WHERE l.id = ANY (%s::uuid[]) AND l.deleted_at IS NULL"
        params.append([str(each) for each in body.lead_ids])
    done = hidden.hide_chosen(*who, chosen, params, body.reason)
    return HiddenCount(hidden=done.count, action_id=done.action_id)


@call(bp, "DELETE", "/api/hidden/contacts/<uuid:contact_id>", scope="write", answers={204: None}, problems=(404,))
def show_contact(person: Person, contact_id: UUID) -> tuple[None, int]:
    """Bring somebody back."""
    if not hidden.show_contacts(person.workspace_id, person.user_id, [contact_id]).count:
        raise Problem(404)
    return None, 204


@call(
    bp,
    "GET",
    "/api/hidden/companies",
    scope="read",
    reads=HiddenQuery,
    answers={200: HiddenCompanies},
    headers=("Link",),
)
def list_hidden_companies(person: Person, query: HiddenQuery) -> tuple[HiddenCompanies, int, dict[str, str]]:
    """The companies that are hidden, which was hidden last first."""
    told = _listed(person, query, companies, 1)
    return HiddenCompanies.model_validate(told), 200, link(told["next_cursor"])


@call(bp, "POST", "/api/hidden/companies", scope="write", asks=HideCompanies, answers={200: HiddenCount})
def hide_companies(person: Person, body: HideCompanies) -> HiddenCount:
    """Hide companies with all who work there, in subdomains too.

    What is hidden already is not counted.
    """
    told = [hidden.Company(domain=domain) for domain in body.domains]
    told += [hidden.Company(organization_id=each) for each in body.organization_ids]
    told += [hidden.Company(name=name) for name in body.names]
    done = hidden.hide_companies(person.workspace_id, person.user_id, told, body.reason)
    return HiddenCount(hidden=done.count, action_id=done.action_id)


@call(bp, "DELETE", "/api/hidden/companies/<uuid:hidden_id>", scope="write", answers={204: None}, problems=(404,))
def show_company(person: Person, hidden_id: UUID) -> tuple[None, int]:
    """Bring a company back, and its people with it."""
    if not hidden.show_companies(person.workspace_id, person.user_id, [hidden_id]).count:
        raise Problem(404)
    return None, 204


def _listed(person: Person, query: HiddenQuery, listing: Any, place: int) -> dict[str, Any]:
    """A page of the people or of the companies, with all of them counted where that is asked for (the ``place``-th)."""
    who = person.workspace_id, person.user_id
    try:
        page: Page = listing(*who, query.q.strip(), query.cursor, query.limit)
    except leads.BadCursor:
        raise refused() from None
    told = {"data": page.hidden, "next_cursor": page.next_cursor}
    return told | ({"total": counts(*who, 2**31 - 1)[place]} if query.count else {})
