"""Lists: kept, filled, combined, shared."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from reachly import lists
from reachly.api.schemas.leads import Lead, LeadFilters, lead
from reachly.api.schemas.parts import Asked, Instant, Told
from reachly.leads import LeadQuery

Name = Annotated[str, Field(min_length=1, max_length=120)]
Description = Annotated[str, Field(max_length=2000)]
Visibility = Literal["team", "personal"]
Editing = Literal["team", "owner"]


class NewList(Asked):
    """A list wanted."""

    name: Name
    description: Description = ""
    visibility: Visibility = Field("team", description="`personal`: nobody else of the workspace sees it.")
    editing: Editing = Field("team", description="`owner`: of the team only its owner and who runs the workspace.")


class ListChange(Asked):
    """What is to be different; what is left out stays."""

    name: Name | None = None
    description: Description | None = None
    visibility: Visibility | None = None
    editing: Editing | None = None


class List(Told):
    """A list; `count` stops counting at a thousand, and then `count_exact` is false."""

    id: UUID
    name: str
    description: str
    visibility: Visibility
    editing: Editing
    owner: str
    mine: bool
    editable: bool
    count: int
    count_exact: bool
    guests: int = Field(description="How many people outside of the workspace it is shared with.")
    created_at: Instant
    updated_at: Instant


class Lists(Told):
    """Lists, what changed last first."""

    data: list[List]
    next_cursor: str | None
    total: int | None = None


class ListedLead(Lead):
    """A lead as it stands on a list; `position` orders it and means nothing else."""

    note: str
    tags: list[str]
    position: float
    added_at: Instant


class ListedLeads(Told):
    """The leads on a list, in its order."""

    data: list[ListedLead]
    next_cursor: str | None
    total: int | None = None


class Which(Asked):
    """Leads: by their ids, or all that match filters."""

    lead_ids: Annotated[list[UUID], Field(min_length=1, max_length=10_000)] | None = None
    filters: LeadFilters | None = None

    def wanted(self) -> LeadQuery | None:
        """As the rest of Reachly knows them; ``None`` where both or neither is said."""
        if (self.lead_ids is None) == (self.filters is None):
            return None
        return self.filters.wanted() if self.filters else LeadQuery(lead_ids=tuple(self.lead_ids or ()))


class AddedLeads(Told):
    """What became of it."""

    added: int
    already: int = Field(description="How many were on the list before.")


class RemovedLeads(Told):
    """What became of it."""

    removed: int


class LeadChange(Asked):
    """What is to be different beside a lead on a list, or where it is to stand."""

    note: Annotated[str, Field(max_length=4000)] | None = None
    tags: Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=50)] | None = None
    move: Literal["up", "down", "top", "bottom"] | None = None
    before: UUID | None = Field(None, description="To stand right before this lead.")
    after: UUID | None = Field(None, description="To stand right after this lead.")


class Combine(Asked):
    """A list wanted that is made of others."""

    how: Literal["union", "intersect", "difference"] = Field(
        description="On any of them, on all of them, or on the first and on none of the others."
    )
    list_ids: Annotated[list[UUID], Field(min_length=2, max_length=20)]
    name: Name
    description: Description = ""
    visibility: Visibility = "team"


def list_(of: lists.List) -> List:
    """A list as it is told."""
    told = {name: getattr(of, name) for name in List.model_fields if name not in ("count", "count_exact")}
    return List(count=of.leads.number, count_exact=not of.leads.capped, **told)


def listed(of: lists.Listed) -> ListedLead:
    """A lead on a list as it is told."""
    own: dict[str, Any] = {name: getattr(of, name) for name in ("note", "tags", "position", "added_at")}
    return ListedLead.model_validate(lead(of.lead) | own)
