"""Clay's search rows as plain values; filters mode publishes no fields, so those seen in public notes are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from reachly.providers.places import country_name, places_of
from reachly.providers.reading import as_text, domain_of, mapping, objects, text, whole
from reachly.providers.values import Company, Person
from reachly.vocabulary import COMPANY_SIZES, size_band

EMAIL_KEYS = ("work email", "email", "email address", "final email", "business email")
PHONE_KEYS = ("mobile phone", "phone", "mobile phone number", "mobile", "mobile number", "phone number")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def person(row: Mapping[str, Any]) -> Person | None:
    """One row of a people search, filters or query mode; ``None`` for a row that names nobody.

    Rows carry no stable id: ``provider_id`` is the LinkedIn address, normalised, else name and company.
    """
    experience = mapping(row, "matched_experience") or next(iter(objects(row, "matched_experiences")), {})
    name = text(row, "name") or text(row, "full_name")
    first, last = text(row, "first_name"), text(row, "last_name")
    linkedin = text(row, "url") or text(row, "linkedin_url") or text(row, "linkedin")
    employer = text(row, "latest_experience_company") or text(experience, "company") or text(row, "company")
    domain = domain_of(text(row, "domain") or text(row, "company_domain"))
    full = name or " ".join(filter(None, (first, last))) or None
    identity = profile_key(linkedin) or "|".join(filter(None, (full, employer or domain))).casefold()
    if not full and not linkedin:
        return None
    if full and not first and not last:
        first, last = _split(full)
    city, state, country = _location(row)
    return Person(
        provider_id=identity,
        first_name=first,
        last_name=last,
        full_name=full,
        title=text(row, "latest_experience_title") or text(experience, "title") or text(row, "title"),
        linkedin_url=linkedin,
        city=city,
        state=state,
        country=country,
        company=_company(row, employer, domain),
        sample=row.get("sample") is True,
    )


def profile_key(address: str | None) -> str | None:
    """A LinkedIn address without scheme, ``www.``, query and trailing slash, in lower case: the same for the same
    person.
    """
    if not address:
        return None
    bare = re.sub(r"^(https?:)?//", "", address.strip().lower()).split("?", 1)[0].split("#", 1)[0]
    return re.sub(r"^[a-z]{2,3}\.(?=linkedin\.com)", "", bare).rstrip("/") or None


def email_in(result: Mapping[str, Any], keys: Iterable[str] = EMAIL_KEYS) -> str | None:
    """The e-mail address in a routine's result or a table's row."""
    for value in _values(result, keys):
        if ADDRESS.fullmatch(value) and len(value) <= 320:
            return value
    return None


def phone_in(result: Mapping[str, Any], keys: Iterable[str] = PHONE_KEYS) -> str | None:
    """The telephone number in a routine's result or a table's row."""
    for value in _values(result, keys):
        if 5 <= sum(letter.isdigit() for letter in value) <= 20 and len(value) <= 40:
            return value
    return None


def named(result: Mapping[str, Any], *keys: str) -> str | None:
    """The first non-empty text under any spelling of ``keys``: "Work Email", "work_email" and "workEmail" are one."""
    return next(iter(_values(result, keys)), None)


def _values(result: Mapping[str, Any], keys: Iterable[str]) -> Iterable[str]:
    spelled = {plain_key(name): value for name, value in result.items() if isinstance(name, str)}
    for key in keys:
        value = spelled.get(plain_key(key))
        if isinstance(value, Mapping):
            value = next((value[part] for part in ("value", "email", "number", "phone") if part in value), None)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, str | int) and not isinstance(value, bool) and (read := as_text(value)):
            yield read


def plain_key(name: str) -> str:
    """A column's title with only its letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _split(full: str) -> tuple[str | None, str | None]:
    first, _, last = full.partition(" ")
    return first or None, last.strip() or None


def _location(row: Mapping[str, Any]) -> tuple[str | None, str | None, str | None]:
    """City, state and country from an object, or from a text such as "San Francisco, California, United States"."""
    place = mapping(row, "structured_location") or mapping(row, "location")
    city, state = text(place, "city"), text(place, "state_or_province") or text(place, "state")
    country = country_name(text(place, "country"))
    written = text(row, "structured_location") or text(row, "location") or text(place, "name")
    if not written or (city and country):
        return city, state, country
    found = places_of(written)[-1:] or ()
    if not found or not found[0].country:
        parts = [part.strip() for part in written.split(",")]
        return city or parts[0], state, country or (parts[-1] if len(parts) > 1 else None)
    parts = list(found[0].parts)
    return city or (parts[0] if parts else None), state or (parts[-1] if len(parts) > 1 else None), found[0].country


def _company(row: Mapping[str, Any], name: str | None, domain: str | None) -> Company | None:
    if not name and not domain:
        return None
    headcount = whole(row, "company_headcount")
    size = (text(row, "company_size") or "").replace(",", "").replace(" ", "")
    known = {band.value for band in COMPANY_SIZES}
    return Company(
        name=name,
        domain=domain,
        industry=text(row, "company_industry"),
        size=size if size in known else size_band(headcount) if headcount else None,
        headcount=headcount,
        website=f"https://{domain}" if domain else None,
    )
