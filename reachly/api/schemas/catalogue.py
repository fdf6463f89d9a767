"""People of the catalogue, and saving them."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from reachly.api.schemas.leads import SearchFilters
from reachly.api.schemas.parts import Asked, Instant, Paged, Told
from reachly.catalogue import CatalogueQuery, Somebody


class CatalogueWanted(SearchFilters, Paged):
    """Which people: the facets of a search, words, and what is known of them."""

    q: str | None = Field(None, max_length=200, description="Fuzzy over name, title, company and the e-mail's domain.")
    email_status: list[Literal["valid", "accept_all", "invalid", "unknown"]] = Field([], max_length=4)
    has_email: bool | None = None
    has_phone: bool | None = None
    owned: bool | None = Field(None, description="Whether the workspace has them as leads already.")

    def wanted(self) -> CatalogueQuery:
        """As the rest of Reachly knows them."""
        return CatalogueQuery(
            (self.q or "").strip(),
            self.chosen(),
            tuple(self.email_status),
            self.has_email,
            self.has_phone,
            self.owned,
        )


class Known(Told):
    """Somebody in the catalogue. `email` and `phone` are masked until the workspace has unlocked them."""

    id: UUID
    lead_id: UUID | None = Field(description="The workspace's lead, where it has this person already.")
    first_name: str | None
    last_name: str | None
    title: str | None
    seniority: str | None
    department: str | None
    email: str | None
    email_status: str | None
    email_found_at: Instant | None
    phone: str | None
    phone_found_at: Instant | None
    linkedin_url: str | None
    company: str | None
    company_domain: str | None
    industry: str | None
    company_size: str | None
    location: str | None
    country: str | None
    sample: bool
    locked: list[str] = Field(description="The fields whose value is masked.")
    updated_at: Instant


class CataloguePeople(Told):
    """People, the last learned of first; `close` where nobody has the words and these nearly do."""

    data: list[Known]
    next_cursor: str | None
    close: bool
    total: int | None = None
    total_is_more: bool | None = Field(None, description="Whether there are more than were counted.")


class Save(Asked):
    """Whom to save."""

    contact_ids: Annotated[list[UUID], Field(min_length=1, max_length=1_000)]
    list_id: UUID | None = Field(None, description="They go onto this list too.")


class SavedLeads(Told):
    """The leads, how many of them are new, and the act by which those can be taken away again."""

    lead_ids: list[UUID]
    added: int
    action_id: UUID | None


def known(one: Somebody) -> dict[str, Any]:
    """A person as they are told."""
    same = set(Known.model_fields) & set(Somebody.__dataclass_fields__)
    told: dict[str, Any] = {name: getattr(one, name) for name in same}
    return told | {
        "email": one.email or one.masked_email,
        "phone": one.phone or one.masked_phone,
        "email_found_at": one.email_at,
        "phone_found_at": one.phone_at,
        "locked": [
            field
            for field, value, masked in (("email", one.email, one.masked_email), ("phone", one.phone, one.masked_phone))
            if masked and not value
        ],
        "location": ", ".join(filter(None, (one.city, one.state, one.country))) or None,
    }
