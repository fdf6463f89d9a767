"""How Lusha shows a contact: what it has, the preview before paying and the profile after."""

from __future__ import annotations

from typing import Any

from reachly.sandbox.accounts import Account
from reachly.sandbox.lusha import ids
from reachly.sandbox.lusha.vocabulary import SENIORITY_LABELS
from reachly.sandbox.world import World
from reachly.sandbox.world import columns as c
from reachly.sandbox.world.organizations import Organization
from reachly.sandbox.world.people import Person, month

PRICES = {"emails": 1, "phones": 5}
_GRADES = ("A+", "A+", "A", "A", "B", None)


def listed_domain(organization: Organization) -> str:
    """The domain as Lusha writes it: some with ``www.`` in front, as its published examples have it."""
    return f"www.{organization.domain}" if organization.index % 5 == 2 else organization.domain


def emails(world: World, person: Person) -> list[dict[str, Any]]:
    """The e-mail addresses Lusha has."""
    has, found = world.columns.emails[person.index], []
    updated = month(person.index % 12)
    if has in (c.WORK, c.WORK_AND_PRIVATE):
        grade = _GRADES[person.index % len(_GRADES)]
        found.append({"email": person.work_email, "type": "work", "confidence": grade, "updateDate": updated})
    if has in (c.PRIVATE, c.WORK_AND_PRIVATE):
        found.append({"email": person.private_email, "type": "private", "confidence": "A", "updateDate": updated})
    return found


def phones(world: World, person: Person) -> list[dict[str, Any]]:
    """The telephones Lusha has."""
    has, updated = world.columns.phones[person.index], month(person.index % 18)
    numbers = []
    if has in (c.MOBILE, c.MOBILE_AND_DIRECT):
        numbers.append((person.mobile, "mobile"))
    if has in (c.DIRECT, c.MOBILE_AND_DIRECT):
        numbers.append((person.direct, "direct"))
    if has == c.UNKNOWN:
        numbers.append((person.direct, "unknown"))
    barred = bool(world.columns.do_not_call[person.index])
    return [{"number": number, "type": kind, "doNotCall": barred, "updateDate": updated} for number, kind in numbers]


def has(world: World, person: Person) -> dict[str, bool]:
    """Which fields can be revealed."""
    columns = world.columns
    return {"emails": columns.emails[person.index] != c.NONE, "phones": columns.phones[person.index] != c.NONE}


def job(title: str, department: str, seniority: str) -> dict[str, Any]:
    """A position in Lusha's shape."""
    return {"title": title, "departments": [department], "seniority": SENIORITY_LABELS[seniority]}


def preview(world: World, account: Account, person: Person) -> dict[str, Any]:
    """What is shown before paying; a partial profile is a name and nothing else."""
    shown: dict[str, Any] = {
        "id": ids.made("contact", person.index),
        "firstName": person.first_name,
        "lastName": person.last_name,
        "sample": True,
    }
    if world.columns.profile[person.index] == c.PARTIAL:
        return shown
    organization, revealable = person.organization, [field for field, there in has(world, person).items() if there]
    shown |= {
        "jobTitle": job(person.title, person.department, person.seniority),
        "company": {
            "id": ids.made("company", organization.index),
            "name": organization.name,
            "domain": listed_domain(organization),
            "industry": organization.industry.name,
        },
        "location": {"country": person.country.name, "state": person.city.state, "city": person.city.name},
        "socialLinks": {"linkedin": person.linkedin},
        "has": ["firstName", "lastName", "jobTitle", "company", "location", "socialLinks", *revealable],
        "canReveal": [
            {"field": field, "credits": 0 if person.index in account.revealed[field] else PRICES[field]}
            for field in revealable
        ],
        "signalTypes": [],
        "dataSource": "sandbox",
    }
    if person.scripted:
        shown["nameLatin"] = " ".join(person.latin)
    return shown


def profile(world: World, person: Person, reveal: list[str]) -> dict[str, Any]:
    """The whole profile with the revealed fields; a partial one lacks all that its preview lacks."""
    shown: dict[str, Any] = {
        "id": ids.made("contact", person.index),
        "firstName": person.first_name,
        "lastName": person.last_name,
        "fullName": person.full_name,
        "tags": [],
        "sample": True,
        "updateDate": month(person.index % 12),
    }
    if "emails" in reveal:
        shown["emails"] = emails(world, person)
    if "phones" in reveal:
        shown["phones"] = phones(world, person)
    if world.columns.profile[person.index] == c.PARTIAL:
        return shown
    organization, country = person.organization, person.country
    shown |= {
        "jobTitle": job(person.title, person.department, person.seniority),
        "location": {
            "country": country.name,
            "countryIso2": country.code,
            "state": person.city.state,
            "city": person.city.name,
            "continent": country.continent,
            "isEuContact": country.eu,
        },
        "company": {
            "id": ids.made("company", organization.index),
            "name": organization.name,
            "domain": listed_domain(organization),
            "industry": organization.industry.name,
        },
        "socialLinks": {"linkedin": person.linkedin},
        "previousEmployment": _past(person),
        "dataSource": "sandbox",
    }
    if person.scripted:
        shown["nameLatin"] = " ".join(person.latin)
    return shown


def _past(person: Person) -> list[dict[str, Any]]:
    former = person.former
    if former is None:
        return []
    organization, title = former
    return [{"company": {"name": organization.name, "domain": organization.domain}, "jobTitle": {"title": title}}]
