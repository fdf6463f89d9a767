"""The functions a run can carry out on an item, and what each finds, misses and costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reachly.sandbox.clay.rows import place, profile_url
from reachly.sandbox.clay.vocabulary import size_of
from reachly.sandbox.world import World
from reachly.sandbox.world import columns as c
from reachly.sandbox.world.organizations import Organization
from reachly.sandbox.world.people import Person
from reachly.sandbox.world.text import fold, host

_PROFILE = ("Social Profile URL", "Professional Profile URL", "LinkedIn URL", "LinkedIn Profile", "Profile URL", "url")
_EMAIL = ("Email", "Work Email", "email")
_DOMAIN = ("Company Domain", "Domain", "domain", "company_domain")
_COMPANY = ("Company", "Company Name", "company_name", "company")
_NAME = ("Full Name", "Name", "full_name", "name")


class Unusable(Exception):
    """The item's inputs cannot be worked with; the message is for the caller."""


@dataclass(frozen=True, slots=True)
class Function:
    """``find`` gives the result's columns, empty when there is nothing to be found."""

    find: Callable[[World, Mapping[str, Any]], dict[str, Any]]
    price: float
    price_of_miss: float = 0.0


def _given(inputs: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((str(inputs[name]) for name in names if inputs.get(name)), "")


def person_meant(world: World, inputs: Mapping[str, Any]) -> Person | None:
    """The person that the inputs mean, known to Clay or not; raises :class:`Unusable` when they are not enough."""
    profile, email, name = _given(inputs, _PROFILE), _given(inputs, _EMAIL), _given(inputs, _NAME)
    first, last = _given(inputs, ("First Name", "first_name")), _given(inputs, ("Last Name", "last_name"))
    organization = _organization(world, inputs)
    if profile:
        return world.by_linkedin(profile)
    if email:
        return world.by_email(email)
    if (name or (first and last)) and organization:
        if first and last:
            return world.by_name(first, last, organization)
        return next((one for one in world.staff(organization) if fold(name) in _names(one)), None)
    raise Unusable("Missing required input: Social Profile URL")


def _names(person: Person) -> tuple[str, str]:
    return fold(person.full_name), fold(" ".join(person.latin))


def _organization(world: World, inputs: Mapping[str, Any]) -> Organization | None:
    domain, name = _given(inputs, _DOMAIN), _given(inputs, _COMPANY)
    found = world.organizations.by_domain.get(host(domain)) if domain else None
    return found or world.organizations.by_name.get(name.lower())


def known_person(world: World, inputs: Mapping[str, Any]) -> Person | None:
    """The same, if Clay knows them; raises :class:`Unusable` for one who has objected."""
    person = person_meant(world, inputs)
    if person is None or world.columns.known_to[person.index] == c.LUSHA:
        return None
    if world.columns.profile[person.index] == c.RESTRICTED:
        raise Unusable("This person has opted out")
    return person


def email_of(world: World, person: Person) -> str | None:
    """The work e-mail Clay finds, which need not be one that Lusha has."""
    return person.work_email if world.columns.clay_email[person.index] else None


def phone_of(world: World, person: Person) -> str | None:
    """The mobile telephone Clay finds."""
    return person.mobile if world.columns.clay_phone[person.index] else None


def _work_email(world: World, inputs: Mapping[str, Any]) -> dict[str, Any]:
    person = known_person(world, inputs)
    email = email_of(world, person) if person else None
    return {"Work Email": email} if email else {}


def _mobile(world: World, inputs: Mapping[str, Any]) -> dict[str, Any]:
    person = known_person(world, inputs)
    phone = phone_of(world, person) if person else None
    return {"Mobile Phone": phone} if phone else {}


def _person(world: World, inputs: Mapping[str, Any]) -> dict[str, Any]:
    person = known_person(world, inputs)
    if person is None:
        return {}
    organization = person.organization
    return {
        "Name": person.full_name,
        "First Name": person.first_name,
        "Last Name": person.last_name,
        "Title": person.title,
        "Headline": f"{person.title} at {organization.name}",
        "Company": organization.name,
        "Company Domain": organization.domain,
        "Location": place(person),
        "Country": person.country.name,
        "Social Profile URL": profile_url(person),
        "Start Date": person.since,
        "Sample": True,
    }


def _of_company(column: str, tell: Callable[[Organization], Any]) -> Function:
    def find(world: World, inputs: Mapping[str, Any]) -> dict[str, Any]:
        organization = _organization(world, inputs)
        return {column: tell(organization)} if organization else {}

    return Function(find, 1.0)


FUNCTIONS = {
    "t_work_email": Function(_work_email, 0.6),
    "t_mobile_phone": Function(_mobile, 10.0, 0.5),
    "t_enrich_person": Function(_person, 1.0),
    "t_company_domain": _of_company("Company Domain", lambda one: one.domain),
    "t_employee_count": _of_company("Employee Count", lambda one: one.headcount),
    "t_company_size": _of_company("Company Size", lambda one: size_of(one.headcount)),
    "t_industry": _of_company("Industry", lambda one: one.industry.name),
}
"""By the second half of their id: ``function:t_work_email``."""
