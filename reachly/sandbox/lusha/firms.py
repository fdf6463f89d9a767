"""How Lusha shows a company."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reachly.sandbox.lusha import ids
from reachly.sandbox.lusha.profiles import listed_domain
from reachly.sandbox.lusha.vocabulary import SENIORITY_LABELS
from reachly.sandbox.world import World
from reachly.sandbox.world.organizations import Organization
from reachly.vocabulary import COMPANY_SIZES


def _employees(organization: Organization) -> dict[str, int]:
    band = COMPANY_SIZES[organization.size]
    return {"exact": organization.headcount, "min": band.least, **({"max": band.most} if band.most else {})}


def _location(organization: Organization) -> dict[str, str]:
    city, country = organization.city, organization.country
    return {
        "city": city.name,
        "state": city.state,
        "country": country.name,
        "countryIso2": country.code,
        "continent": country.continent,
    }


def preview(organization: Organization) -> dict[str, Any]:
    """What is shown before paying."""
    return {
        "id": ids.made("company", organization.index),
        "name": organization.name,
        "domain": listed_domain(organization),
        "employeeCount": _employees(organization),
        "industry": organization.industry.name,
        "location": _location(organization),
        "socialLinks": {"linkedin": organization.linkedin},
        "has": ["name", "domain", "employeeCount", "industry", "location", "socialLinks"],
        "signalTypes": [],
        "sample": True,
    }


def profile(organization: Organization) -> dict[str, Any]:
    """All about a company but what must be revealed by name."""
    least, most = organization.revenue_range
    return {
        **{name: value for name, value in preview(organization).items() if name not in ("has", "signalTypes")},
        "description": organization.description,
        "companyType": organization.type,
        "yearFounded": organization.founded,
        "subIndustry": organization.branch_name,
        "specialities": list(organization.keywords),
        "industryTags": [organization.industry.name, organization.branch_name],
        "sicCodes": [{"code": int(organization.industry.sic), "description": organization.industry.name}],
        "naicsCodes": [{"code": int(organization.industry.naics), "description": organization.industry.name}],
        "additionalLocations": [],
        "revenueRange": {"min": least, "max": most},
        "technologies": list(organization.technologies),
        "businessModel": list(organization.models),
        "emailDomain": organization.domain,
        "keywords": list(organization.keywords),
        "additionalIndustries": [],
    }


def extras(world: World, organization: Organization, reveal: list[str]) -> dict[str, Any]:
    """The extra fields asked for that this world can tell: who works there, counted three ways."""
    staff = world.staff(organization)
    known = {
        "employeesByDepartment": lambda: [
            {"department": name, "count": count} for name, count in Counter(one.department for one in staff).items()
        ],
        "employeesByLocation": lambda: [
            {"country": name, "state": None, "count": count}
            for name, count in Counter(one.country.name for one in staff).items()
        ],
        "employeesBySeniority": lambda: [
            {"seniority": SENIORITY_LABELS[name], "count": count}
            for name, count in Counter(one.seniority for one in staff).items()
        ],
    }
    return {name: known[name]() for name in dict.fromkeys(reveal) if name in known}
