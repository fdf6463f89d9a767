"""Hidden people and companies."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from reachly.api.schemas.leads import Domains
from reachly.api.schemas.parts import Asked, Instant, Paged, Told

MOST = 1_000
Reason = Annotated[str, Field(max_length=500)]
Ids = Annotated[list[UUID], Field(max_length=MOST)]


class HidePeople(Asked):
    """Whom to hide: leads of yours, or people of the catalogue."""

    lead_ids: Ids = []
    contact_ids: Ids = []
    reason: Reason = ""

    @model_validator(mode="after")
    def _somebody(self) -> HidePeople:
        if not self.lead_ids and not self.contact_ids:
            raise ValueError("Give lead_ids or contact_ids.")
        return self


class HideCompanies(Asked):
    """Which companies to hide, with all who work there: by domain and its subdomains, by organization or name."""

    domains: Domains = []
    organization_ids: Ids = []
    names: Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=MOST)] = Field(
        [], description="For companies that have no domain."
    )
    reason: Reason = ""

    @model_validator(mode="after")
    def _something(self) -> HideCompanies:
        if not self.domains and not self.organization_ids and not self.names:
            raise ValueError("Give domains, organization_ids or names.")
        return self


class HiddenCount(Told):
    """How many were hidden that were not before; `action_id` takes it back for ten minutes."""

    hidden: int
    action_id: UUID | None


class HiddenQuery(Paged):
    """Which of them."""

    q: str = Field("", max_length=200, description="Words of the name, the company, the domain or the reason.")


class HiddenPerson(Told):
    """Somebody who is hidden; `lead_id` where they are a lead of yours."""

    contact_id: UUID
    lead_id: UUID | None
    name: str
    title: str | None
    company: str | None
    reason: str
    by: str | None
    created_at: Instant


class HiddenPeople(Told):
    """Hidden people, whom was hidden last first."""

    data: list[HiddenPerson]
    next_cursor: str | None
    total: int | None = None


class HiddenCompany(Told):
    """A company that is hidden."""

    id: UUID
    organization_id: UUID | None
    domain: str | None
    name: str
    leads: int = Field(description="How many leads of yours are hidden with it, counted up to 1,000.")
    reason: str
    by: str | None
    created_at: Instant


class HiddenCompanies(Told):
    """Hidden companies, which was hidden last first."""

    data: list[HiddenCompany]
    next_cursor: str | None
    total: int | None = None
