"""How Clay shows people and companies in search results: without ids, e-mail or telephone."""

from __future__ import annotations

from typing import Any

from reachly.sandbox.clay.vocabulary import REVENUES, TYPES, size_of
from reachly.sandbox.world.organizations import Organization
from reachly.sandbox.world.people import Person


def place(person: Person) -> str:
    """City, state and country in one line."""
    return f"{person.city.name}, {person.city.state}, {person.country.name}"


def profile_url(person: Person) -> str:
    """The LinkedIn address, now and then written in another way than Lusha writes it."""
    url = person.linkedin
    if person.index % 7 == 3:
        return url.replace("https://www.", "https://") + "/"
    return url


def person_row(person: Person) -> dict[str, Any]:
    """One person found."""
    organization = person.organization
    return {
        "name": person.full_name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "url": profile_url(person),
        "latest_experience_title": person.title,
        "latest_experience_company": organization.name,
        "latest_experience_start_date": person.since,
        "matched_experience": {"title": person.title, "company": organization.name, "start_date": person.since},
        "structured_location": place(person),
        "domain": organization.domain,
        "sample": True,
    }


def company_row(organization: Organization) -> dict[str, Any]:
    """One company found."""
    middle = sum(organization.revenue_range) / 2
    return {
        "name": organization.name,
        "domain": organization.domain,
        "linkedin_url": organization.linkedin,
        "industry": organization.industry.name,
        "size": size_of(organization.headcount),
        "type": TYPES[organization.type],
        "country": organization.country.name,
        "location": f"{organization.city.name}, {organization.country.name}",
        "annual_revenue": next(name for name, (least, most) in REVENUES.items() if least <= middle < most),
        "description": organization.description,
        "sample": True,
    }
