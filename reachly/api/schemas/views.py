"""Saved views of the leads."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from pydantic import AfterValidator, Field

from reachly import views
from reachly.api.schemas.parts import Asked, Told
from reachly.leads import LeadQuery

Name = Annotated[str, Field(min_length=1, max_length=views.LONGEST_NAME)]
Density = Literal["comfortable", "compact"]


def _query(given: str) -> str:
    """The query in its usual writing; raises ``ValueError`` for what the page of leads would not understand."""
    told = parse_qs(given.removeprefix("?"), keep_blank_values=True)
    query, errors = LeadQuery.from_args(told)
    known = set(LeadQuery.__dataclass_fields__)
    errors |= {name: "This is not known." for name in told if name not in known}
    if errors:
        name, said = next(iter(errors.items()))
        raise ValueError(f"{name}: {said}")
    return urlencode(query.as_args(), doseq=True)


def _columns(given: list[str]) -> list[str]:
    wrong = [name for name in given if name not in views.COLUMNS]
    if wrong or len(set(given)) < len(given):
        raise ValueError(f"Choose from these, each once: {', '.join(views.COLUMNS)}.")
    return given


Query = Annotated[str, Field(max_length=views.LONGEST_QUERY), AfterValidator(_query)]
Columns = Annotated[list[str], Field(max_length=len(views.COLUMNS)), AfterValidator(_columns)]


class NewView(Asked):
    """A view wanted."""

    name: Name
    query: Query = Field("", description="As in the address of `/leads`.", examples=["seniority=vp&sort=name"])
    columns: Columns | None = Field(None, description="In their order; the usual ones where left out.")
    density: Density = "comfortable"
    shared: bool = Field(False, description="Whether everybody of the workspace sees it.")


class ViewChange(Asked):
    """What is to be different; what is left out stays."""

    name: Name | None = None
    query: Query | None = None
    columns: Columns | None = None
    density: Density | None = None
    shared: bool | None = None


class View(Told):
    """A saved view; `editable` tells of who asks."""

    id: UUID
    name: str
    query: str
    columns: list[str] | None
    density: Density
    shared: bool
    owner: str
    mine: bool
    editable: bool


class Views(Told):
    """The views somebody sees, the oldest first, which are 100 at most."""

    data: list[View]
    next_cursor: str | None = None
