"""Looking through the catalogue: who is found, what anybody may see of them, and what the workspace has already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reachly.catalogue.query import CatalogueQuery
from reachly.database import rows, scope
from reachly.filters import Filters
from reachly.search import Counted, count_contacts, search_contacts

CAP = 1_000
MOST_MATCHING = 10_000
"""The most people that something is done with at once because they match."""
_SHOWN = """
SELECT c.id, c.first_name, c.last_name, c.title, c.seniority, c.department, c.linkedin_url, c.city, c.state, c.country,
       c.sample, c.updated_at, c.organization_id, o.name AS company, o.domain AS company_domain, o.industry,
       o.size AS company_size, m.email AS masked_email, m.phone AS masked_phone,
       coalesce(l.email_status, m.email_status) AS email_status, m.email_at, m.phone_at, l.id AS lead_id, l.email,
       l.phone
  FROM unnest(%s::uuid[]) WITH ORDINALITY asked(id, place)
  JOIN contacts c ON c.id = asked.id AND NOT c.suppressed
  JOIN catalogue_masked(%s::uuid[]) m ON m.contact_id = c.id
  LEFT JOIN organizations o ON o.id = c.organization_id
  LEFT JOIN leads l ON l.contact_id = c.id AND l.deleted_at IS NULL
 ORDER BY asked.place
"""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the catalogue. ``masked_email`` and ``masked_phone`` are what may be seen before paying, ``None``
    where the catalogue has none; ``lead_id``, ``email`` and ``phone`` are what the workspace has already.

    ``email_at`` and ``phone_at`` say how old the catalogue's knowledge is.
    """

    id: UUID
    first_name: str | None
    last_name: str | None
    title: str | None
    seniority: str | None
    department: str | None
    linkedin_url: str | None
    city: str | None
    state: str | None
    country: str | None
    sample: bool
    updated_at: datetime
    organization_id: UUID | None
    company: str | None
    company_domain: str | None
    industry: str | None
    company_size: str | None
    masked_email: str | None
    masked_phone: str | None
    email_status: str | None
    email_at: datetime | None
    phone_at: datetime | None
    lead_id: UUID | None
    email: str | None
    phone: str | None

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or "Name unknown"


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """Some people in order, and after whom the next page goes on; ``close`` where nobody has the words and these nearly
    do.
    """

    people: list[Somebody]
    next: UUID | None
    close: bool = False


def page(
    workspace_id: UUID | str, user_id: UUID | str, query: CatalogueQuery, after: UUID | None = None, limit: int = 50
) -> CataloguePage:
    """The people that match, the last learned of first. Free, and never anybody who opted out or is hidden here."""
    with scope(workspace_id, user_id):
        found = search_contacts(query.q, query.filters, after, limit, **query.narrower)
        return CataloguePage(_shown(found.contact_ids), found.next, found.close)


def one(workspace_id: UUID | str, user_id: UUID | str, contact_id: UUID) -> Somebody | None:
    """One person; ``None`` for whom the catalogue does not show."""
    with scope(workspace_id, user_id):
        found = _shown([contact_id])
    return found[0] if found else None


def _shown(contacts: Sequence[UUID]) -> list[Somebody]:
    ids = [str(contact) for contact in contacts]
    return [Somebody(**row) for row in rows(_SHOWN, (ids, ids))] if ids else []


def count(workspace_id: UUID | str, user_id: UUID | str, query: CatalogueQuery, cap: int = CAP) -> Counted:
    """How many match, counted no further than ``cap``."""
    with scope(workspace_id, user_id):
        return count_contacts(query.q, query.filters, cap, **query.narrower)


def matching(
    workspace_id: UUID | str, user_id: UUID | str, query: CatalogueQuery, most: int = MOST_MATCHING
) -> tuple[list[UUID], bool]:
    """Everybody who matches, the last found first, at most ``most``; and whether there are more."""
    with scope(workspace_id, user_id):
        # One less than a search gives at most, so that it can tell whether there are more.
        found = search_contacts(query.q, query.filters, None, min(most, MOST_MATCHING - 1), **query.narrower)
    return found.contact_ids, found.next is not None


def in_catalogue(filters: Filters, reveal: Sequence[str] = (), cap: int = CAP) -> Counted:
    """How many people a search would find in the catalogue whom the workspace does not have, with what it is to reveal;
    inside a scope.
    """
    wanted: dict[str, Any] = {"has_email": True} if "email" in reveal else {"has_phone": True} if reveal else {}
    return count_contacts("", filters, cap, owned=False, **wanted)
