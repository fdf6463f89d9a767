"""What people ask for, drawn from a seed: searches of every size, files, and nonsense."""

from __future__ import annotations

from random import Random
from typing import Any

PRICES = {"email": 1, "phone": 5}
CLAY_MOST = 10
_SENIORITIES = ("founder", "c_level", "vp", "head", "director", "manager", "senior", "entry")
_DEPARTMENTS = (
    "Sales",
    "Marketing",
    "Finance",
    "Operations",
    "Engineering & Technical",
    "Human Resources",
    "Information Technology",
    "Product",
    "Legal",
    "Consulting",
)
_INDUSTRIES = ("Software", "Banking", "Logistics", "Energy", "Retail", "Manufacturing", "Health Care", "Media")
_SIZES = ("1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000")
_TITLES = ("Manager", "Director", "Engineer", "Analyst", "Specialist", "Head")
_FACETS = {
    "seniorities": _SENIORITIES,
    "departments": _DEPARTMENTS,
    "industries": _INDUSTRIES,
    "company_sizes": _SIZES,
    "job_titles": _TITLES,
}


def search(draw: Random, own: set[str]) -> tuple[dict[str, Any], int]:
    """The body of a request for leads, and the most it may cost whoever pays for ``own`` providers themselves."""
    base = draw.choice(("seniorities", "departments", "industries"))
    # Narrow, each another slice of the world: else the first pages of all would be those whom everybody has.
    facets = {base, *draw.sample([facet for facet in _FACETS if facet != base], draw.choice((1, 1, 2)))}
    filters: dict[str, Any] = {
        facet: draw.sample(_FACETS[facet], draw.choice((1, 1, 2, 3))) for facet in sorted(facets)
    }
    if draw.random() < 0.1:
        filters["exclude_departments"] = ["Legal"] if "Legal" not in filters.get("departments", ()) else ["Other"]
    limit = draw.choices(
        (draw.randint(1, 10), draw.randint(11, 30), draw.randint(31, 100), draw.randint(500, 600)), (62, 30, 7, 0.6)
    )[0]
    reveal = draw.choices((["email"], ["email", "phone"], ["phone"]), (80, 14, 6))[0]
    sources = draw.choices((["lusha"], ["clay"], ["lusha", "clay"], None), (66, 12, 12, 10))[0]
    if limit > CLAY_MOST and sources != ["lusha"]:
        sources = ["lusha"]  # Clay's functions are waited for time and again: many leads take long without any fault
    if sources == ["clay"]:
        reveal = ["email"]
    body: dict[str, Any] = {"filters": filters, "limit": limit, "reveal": reveal}
    if sources:
        body["sources"] = sources
    free = set(sources or ("lusha", "clay")) <= own
    return body, 0 if free else limit * sum(PRICES[field] for field in reveal)


def other(body: dict[str, Any]) -> dict[str, Any]:
    """Another request, for a key that belongs to this one."""
    return body | {"limit": body["limit"] + 1}


def file(draw: Random, jobs: list[str]) -> dict[str, Any]:
    """The body of a request for a file."""
    body: dict[str, Any] = {"format": draw.choice(("csv", "jsonl"))}
    if jobs and draw.random() < 0.5:
        body["filters"] = {"job_id": draw.choice(jobs)}
    return body


def nonsense(draw: Random) -> Any:
    """A body that cannot be taken."""
    return draw.choice(
        (
            b"{not json",
            b"[]",
            {"filters": {}, "limit": 5},
            {"filters": {"seniorities": ["emperor"]}, "limit": 5},
            {"filters": {"departments": ["Sales"]}, "limit": 0},
            {"filters": {"departments": ["Sales"]}, "limit": "many"},
            {"filters": {"departments": ["Sales"]}, "limit": 99_999},
            {"filters": {"departments": ["Sales"]}, "limit": 3, "sources": ["nobody"]},
            {"filters": {"departments": ["Sales\u0000"]}, "limit": 3},
            {"filters": {"departments": ["Sales"]}, "limit": 3, "reveal": ["shoe size"]},
        )
    )
