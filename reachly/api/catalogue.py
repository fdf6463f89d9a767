"""Calls of the catalogue: look, free of charge, and save as leads."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from flask import Blueprint

from reachly import catalogue, lists
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.paging import link, refused
from reachly.api.problem import Problem
from reachly.api.schemas.catalogue import CataloguePeople, CatalogueWanted, Known, Save, SavedLeads, known
from reachly.database import scope

bp = Blueprint("api_catalogue", __name__)


@call(
    bp, "GET", "/api/catalogue", scope="read", reads=CatalogueWanted, answers={200: CataloguePeople}, headers=("Link",)
)
def search_catalogue(person: Person, query: CatalogueWanted) -> tuple[CataloguePeople, int, dict[str, str]]:
    """Search everybody that Reachly knows, free of charge.

    E-mail and phone are masked until they are unlocked. `count=exact` counts up to 1,000.
    """
    who, wanted = (person.workspace_id, person.user_id), query.wanted()
    page = catalogue.page(*who, wanted, _after(query.cursor), query.limit)
    following = _cursor(page.next) if page.next else None
    told: dict[str, Any] = {
        "data": [Known.model_validate(known(each)) for each in page.people],
        "next_cursor": following,
        "close": page.close,
    }
    if query.count:
        counted = catalogue.count(*who, wanted)
        told |= {"total": counted.number, "total_is_more": counted.capped}
    return CataloguePeople.model_validate(told), 200, link(following)


@call(
    bp, "POST", "/api/catalogue/save", scope="write", asks=Save, answers={200: SavedLeads}, problems=(404,),
    idempotent=True,
)  # fmt: skip
def save_contacts(person: Person, body: Save) -> SavedLeads:
    """Save people of the catalogue as leads, free of charge; who is one already stays one."""
    who = person.workspace_id, person.user_id
    with scope(*who):
        saved = catalogue.keep(*who, body.contact_ids)
        if body.list_id is not None and saved.lead_ids:
            try:
                lists.add(*who, body.list_id, saved.lead_ids)
            except (lists.NoSuchList, lists.MayNotEdit):
                raise Problem(404, "There is no such list that you may edit.") from None
    return SavedLeads(lead_ids=saved.lead_ids, added=saved.added, action_id=saved.action)


def _after(cursor: str | None) -> UUID | None:
    if cursor is None:
        return None
    try:
        return UUID(bytes=base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
    except (ValueError, TypeError):
        raise refused() from None


def _cursor(contact: UUID) -> str:
    return base64.urlsafe_b64encode(contact.bytes).decode().rstrip("=")
