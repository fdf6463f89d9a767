"""Filters and pages as Lusha V3 wants them (``POST /v3/contacts/prospecting``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reachly.filters import Filters
from reachly.providers.lusha.industries import Industries
from reachly.providers.places import Place, places_of
from reachly.providers.reading import domain_of
from reachly.providers.values import Person
from reachly.vocabulary import COMPANY_SIZES

SENIORITY_IDS = {
    "founder": 10,
    "c_level": 9,
    "vp": 8,
    "partner": 7,
    "head": 6,  # Lusha ranks no heads of their own; "Head of Sales" stands with its directors
    "director": 6,
    "manager": 5,
    "senior": 4,
    "entry": 3,
    "intern": 2,
}
SIZES = {size.value: {"min": size.least} | ({"max": size.most} if size.most else {}) for size in COMPANY_SIZES}
LEAST_SIZE, MOST_SIZE = 10, 100
BILLED_ROWS = 25
LAST_PAGE = 1000


def page_size(limit: int, most: int) -> int:
    """How many rows to ask for when ``limit`` are wanted.

    Lusha bills a search per started 25 rows, so less than a full 25 saves nothing; the contract allows 10 to 100.
    """
    wanted = -(-max(1, limit) // BILLED_ROWS) * BILLED_ROWS
    return max(LEAST_SIZE, min(wanted, most, MOST_SIZE))


def prospecting(filters: Filters, page: int, size: int, industries: Industries) -> dict[str, Any]:
    """The body of one prospecting page."""
    return {"pagination": {"page": page, "size": size}, "filters": prospecting_filters(filters, industries)}


def prospecting_filters(filters: Filters, industries: Industries) -> dict[str, Any]:
    """The ``filters`` object; sides that ask for nothing are left out."""
    contacts = {"include": _contacts(filters, ""), "exclude": _contacts(filters, "exclude_")}
    companies = {
        "include": _companies(filters, "", industries),
        "exclude": _companies(filters, "exclude_", industries),
    }
    return _filled({"contacts": _filled(contacts), "companies": _filled(companies)})


def identified(one: Person) -> dict[str, str] | None:
    """One contact of a search by identifiers, which comes back with its ``provider_id``; ``None`` where too little is
    known.
    """
    called = {"clientReferenceId": one.provider_id}
    if one.linkedin_url:
        return called | {"linkedinUrl": one.linkedin_url}
    company = one.company
    if not one.first_name or not one.last_name or company is None or not (company.domain or company.name):
        return None
    where = {"companyDomain": company.domain} if company.domain else {"companyName": company.name or ""}
    return called | {"firstName": one.first_name, "lastName": one.last_name} | where


def _contacts(filters: Filters, side: str) -> dict[str, Any]:
    chosen = getattr(filters, f"{side}seniorities")
    return _filled(
        {
            "jobTitles": list(getattr(filters, f"{side}job_titles")),
            "seniorityIds": list(dict.fromkeys(SENIORITY_IDS[name] for name in chosen if name in SENIORITY_IDS)),
            "departments": list(getattr(filters, f"{side}departments")),
            **_locations(getattr(filters, f"{side}locations")),
        }
    )


def _companies(filters: Filters, side: str, industries: Industries) -> dict[str, Any]:
    sizes = getattr(filters, f"{side}company_sizes")
    domains = (domain_of(domain) for domain in getattr(filters, f"{side}company_domains"))
    return _filled(
        {
            "domains": list(dict.fromkeys(domain for domain in domains if domain)),
            "sizes": [SIZES[size] for size in sizes if size in SIZES],
            "keywords": list(getattr(filters, f"{side}keywords")),
            **industries.criteria(getattr(filters, f"{side}industries")),
        }
    )


def _locations(written: Sequence[str]) -> dict[str, Any]:
    """``countries`` when only whole countries are asked for, else everything as ``locations``.

    Never both: values within one filter are alternatives, two filters narrow each other.
    """
    places = [place for item in written for place in places_of(item)]
    if places and all(place.whole_country for place in places):
        return {"countries": list(dict.fromkeys(place.country_code for place in places))}
    return {"locations": [location for place in places for location in _alternatives(place)]}


def _alternatives(place: Place) -> list[Mapping[str, str]]:
    """A lone name may be a city or a state, and without a country also a country that our vocabulary lacks."""
    if place.continent:
        return [{"continent": place.continent}]
    country = {"country": place.country} if place.country else {}
    if not place.parts:
        return [country]
    if len(place.parts) > 1:
        if country:
            return [{"city": place.parts[0], "state": place.parts[-1], **country}]
        city, last = place.parts[0], place.parts[-1]
        return [{"city": city, "state": last}, {"city": city, "country": last}]
    name = place.parts[0]
    return [{"city": name, **country}, {"state": name, **country}, *([] if country else [{"country": name}])]


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
