"""Asking for leads, and leads."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from reachly.api.schemas.parts import Asked, Instant, Object, Paged, Told, Word
from reachly.filters import Filters
from reachly.leads import LeadQuery
from reachly.vocabulary import COMPANY_SIZES, DEPARTMENTS, SENIORITIES, Option, Size

MOST_VALUES = 100


def _one_of(options: tuple[Option, ...] | tuple[Size, ...]) -> AfterValidator:
    """A check that knows an option by its value or its label, in any case."""
    known = {name.casefold(): option.value for option in options for name in (option.value, option.label)}

    def check(given: str) -> str:
        if given.casefold() not in known:
            raise ValueError(f"Choose from: {', '.join(option.value for option in options)}.")
        return known[given.casefold()]

    return AfterValidator(check)


def _domain(given: str) -> str:
    name = given.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").split("/")[0]
    if "." not in name.strip(".") or any(sign.isspace() or sign in "@\\:?#" for sign in name):
        raise ValueError("This is not a domain: company.com.")
    return name.rstrip(".")


Words = Annotated[list[Word], Field(max_length=MOST_VALUES)]
Sizes = Annotated[list[Annotated[Word, _one_of(COMPANY_SIZES)]], Field(max_length=MOST_VALUES)]
Seniorities = Annotated[list[Annotated[Word, _one_of(SENIORITIES)]], Field(max_length=MOST_VALUES)]
Departments = Annotated[list[Annotated[Word, _one_of(DEPARTMENTS)]], Field(max_length=MOST_VALUES)]
Domains = Annotated[list[Annotated[Word, AfterValidator(_domain)]], Field(max_length=MOST_VALUES)]


class SearchFilters(Asked):
    """The ideal customer: values of a facet are alternatives, facets are all required, `exclude_` takes away."""

    industries: Words = []
    job_titles: Words = []
    locations: Words = []
    company_sizes: Sizes = []
    seniorities: Seniorities = []
    departments: Departments = []
    keywords: Words = []
    company_domains: Domains = []
    exclude_industries: Words = []
    exclude_job_titles: Words = []
    exclude_locations: Words = []
    exclude_company_sizes: Sizes = []
    exclude_seniorities: Seniorities = []
    exclude_departments: Departments = []
    exclude_keywords: Words = []
    exclude_company_domains: Domains = []

    def chosen(self) -> Filters:
        """As the rest of Reachly knows them."""
        return Filters.of({name: getattr(self, name) for name in SearchFilters.model_fields})


class Generate(Asked):
    """Leads wanted. With `icp_profile_id` what is left out is as that profile has it."""

    filters: SearchFilters | None = None
    limit: int | None = Field(None, ge=1, le=10_000, description="May be left out only with `icp_profile_id`.")
    sources: Annotated[list[Word], Field(min_length=1, max_length=20)] | None = Field(
        None, description="Providers in the order they are asked; all that have a key where it is left out."
    )
    reveal: Annotated[list[Literal["email", "phone"]], Field(min_length=1, max_length=2)] = ["email"]
    list_id: UUID | None = Field(None, description="What is delivered goes onto this list.")
    icp_profile_id: UUID | None = Field(None, description="Run this profile.")
    max_credits: int | None = Field(
        None,
        ge=1,
        le=1_000_000_000,
        description="The job stops before it costs more than this; no limit where left out.",
    )
    dry_run: bool = Field(False, description="Only estimate; nothing is charged or kept.")


class Estimate(Told):
    """What a search would bring and cost at most. `null` matches: that source does not tell."""

    matches_by_source: dict[str, int | None]
    credits_max: int
    credits_per_lead: int
    already_owned: int
    in_catalogue: int = Field(description="Those the catalogue holds and the workspace does not have, up to 10,000.")
    problems: dict[str, str] = Field(description="Why a source could not be asked.")
    notes: dict[str, str] = Field({}, description="What to know of a source that can be asked: that it is slow.")


class EstimateAnswer(Told):
    """The estimate."""

    estimate: Estimate


class Lead(Told):
    """A lead; a field that somebody has and is not unlocked is `null`, with its name in `locked`."""

    id: UUID
    first_name: str | None
    last_name: str | None
    title: str | None
    seniority: str | None
    department: str | None
    email: str | None
    email_status: str | None
    phone: str | None
    linkedin_url: str | None
    company: str | None
    company_domain: str | None
    industry: str | None
    company_size: str | None
    location: str | None
    country: str | None
    source: str
    sample: bool
    provenance: Object = Field(description="Per field: where its value came from, and when.")
    locked: list[str]
    job_id: UUID | None
    created_at: Instant
    updated_at: Instant


class Organization(Told):
    """The company a lead works for."""

    id: UUID
    name: str
    domain: str | None
    website: str | None
    industry: str | None
    size: str | None
    headcount: int | None
    country: str | None
    linkedin_url: str | None


class Employment(Told):
    """One position."""

    company_name: str
    company_domain: str
    title: str
    started_on: str | None
    ended_on: str | None
    source: str


class LeadDetail(Lead):
    """A lead with its organization and where the person worked."""

    organization: Organization | None
    employment_history: list[Employment]


class Leads(Told):
    """Leads in the order asked for."""

    data: list[Lead]
    next_cursor: str | None
    total: int | None = None


class LeadFilters(SearchFilters):
    """Which leads: the facets of a search, and what is known of a lead beyond them."""

    q: str | None = Field(None, max_length=200, description="Fuzzy over name, title, company and e-mail.")
    job_id: UUID | None = None
    list_id: UUID | None = Field(None, description="Those on this list.")
    tag: list[str] = Field([], max_length=MOST_VALUES, description="Those with one of these tags on a list.")
    source: list[str] = Field([], max_length=MOST_VALUES)
    country: list[str] = Field([], max_length=MOST_VALUES)
    email_status: list[Literal["valid", "accept_all", "invalid", "unknown"]] = Field([], max_length=4)
    has_email: bool | None = None
    has_phone: bool | None = None
    sample: bool | None = None

    def wanted(self, sort: str = "newest") -> LeadQuery:
        """As the rest of Reachly knows them."""
        return LeadQuery.of(
            self.chosen(),
            q=(self.q or "").strip(),
            job_id=self.job_id,
            list_id=self.list_id,
            tag=tuple(self.tag),
            source=tuple(self.source),
            country=tuple(self.country),
            email_status=tuple(self.email_status),
            has_email=self.has_email,
            has_phone=self.has_phone,
            sample=self.sample,
            sort=sort,
        )


class LeadsQuery(LeadFilters, Paged):
    """Which leads, and which part of them."""

    sort: Literal["newest", "oldest", "name", "company", "title"] = "newest"


def lead(row: Any) -> dict[str, Any]:
    """A lead as it is told, from its row."""
    told = {name: getattr(row, name) for name in Lead.model_fields if name != "location"}
    told["location"] = ", ".join(filter(None, (row.city, row.state, row.country))) or None
    return told
