"""Lusha's answers as plain values; unknown fields are ignored, absent ones stay absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reachly.providers.places import country_name
from reachly.providers.reading import domain_of, mapping, objects, text, texts, whole
from reachly.providers.values import Company, Employment, Person

FIELDS = {"emails": "email", "phones": "phone", "email": "email", "phone": "phone"}
SENIORITIES = {
    "founder": "founder",
    "c-suite": "c_level",
    "c-level": "c_level",
    "vice president": "vp",
    "partner": "partner",
    "director": "director",
    "manager": "manager",
    "senior": "senior",
    "entry": "entry",
    "intern": "intern",
}
"""Lusha's words for ranks; "Other" and "Non-Manager" say nothing we could filter by."""
GRADES = {"A+": 0, "A": 1, "B": 2}
PHONE_TYPES = {"mobile": 0, "direct": 1, "work": 2}
RESTRICTED = "COMPLIANCE_RESTRICTED"


def credits_of(body: Mapping[str, Any]) -> int | None:
    """What the call cost our account, as Lusha itself reports it."""
    return whole(mapping(body, "billing"), "creditsCharged")


def person(row: Mapping[str, Any]) -> Person | None:
    """One preview or enriched contact; ``None`` for a row without an id, which nothing could be done with."""
    identity = text(row, "id")
    if not identity:
        return None
    job, place = mapping(row, "jobTitle"), mapping(row, "location")
    first, last = text(row, "firstName"), text(row, "lastName")
    email, phone = best_email(objects(row, "emails")), best_phone(objects(row, "phones"))
    departments = texts(job, "departments")
    error = _error(row)
    return Person(
        provider_id=identity,
        first_name=first,
        last_name=last,
        full_name=text(row, "fullName") or " ".join(filter(None, (first, last))) or None,
        title=text(job, "title"),
        seniority=SENIORITIES.get((text(job, "seniority") or "").casefold()),
        department=departments[0] if departments else None,
        linkedin_url=text(mapping(row, "socialLinks"), "linkedin"),
        city=text(place, "city"),
        state=text(place, "state"),
        country=country_name(text(place, "countryIso2") or text(place, "country")),
        company=_company(mapping(row, "company")),
        email=text(email, "email") if email else None,
        email_type=text(email, "type") if email else None,
        email_grade=text(email, "confidence") if email else None,
        phone=text(phone, "number") if phone else None,
        phone_type=text(phone, "type") if phone else None,
        do_not_call=phone is not None and phone.get("doNotCall") is True,
        has=_has(row),
        reveal_costs=reveal_costs(row),
        employment=tuple(_employment(item) for item in objects(row, "previousEmployment")),
        sample=row.get("sample") is True,
        suppressed=error == RESTRICTED,
        error=error,
    )


def looked_up(row: Mapping[str, Any]) -> Person | None:
    """One result of a search by identifiers; who was found and must not be handed out has no id and is suppressed."""
    if (found := person(row)) is not None:
        return None if found.error and not found.suppressed else found
    return Person(provider_id="", suppressed=True, error=RESTRICTED) if _error(row) == RESTRICTED else None


def best_email(found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The work address of the best grade, else one of unknown type; a private one never."""
    ranked = [
        (kind != "work", GRADES.get(text(item, "confidence") or "", 9), position)
        for position, item in enumerate(found)
        if text(item, "email") and (kind := (text(item, "type") or "unknown").casefold()) != "private"
    ]
    return found[min(ranked)[-1]] if ranked else None


def best_phone(found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """A number that may be called before one that may not, then mobile, direct, work, unknown."""
    ranked = [
        (item.get("doNotCall") is True, PHONE_TYPES.get((text(item, "type") or "").casefold(), 9), position)
        for position, item in enumerate(found)
        if text(item, "number")
    ]
    return found[min(ranked)[-1]] if ranked else None


def reveal_costs(row: Mapping[str, Any]) -> dict[str, int]:
    """What each field would cost our account by ``canReveal``: 0 for what was revealed before."""
    prices = ((FIELDS.get(text(item, "field") or ""), whole(item, "credits")) for item in objects(row, "canReveal"))
    return {field: price for field, price in prices if field and price is not None}


def industry_catalogue(values: Any) -> list[Mapping[str, Any]]:
    """The entries of the ``industriesLabels`` vocabulary."""
    return [entry for entry in values if isinstance(entry, Mapping)] if isinstance(values, list) else []


def _has(row: Mapping[str, Any]) -> frozenset[str]:
    told = {FIELDS[name] for name in texts(row, "has") if name in FIELDS}
    return frozenset(told | set(reveal_costs(row)))


def _error(row: Mapping[str, Any]) -> str | None:
    if row.get("error") in (None, False, {}, ""):
        return None
    return text(mapping(row, "error"), "code") or text(row, "error") or "UNKNOWN"


def _company(source: Mapping[str, Any]) -> Company | None:
    name, domain = text(source, "name"), domain_of(text(source, "domain"))
    if not name and not domain:
        return None
    return Company(
        name=name,
        domain=domain,
        industry=text(source, "industry"),
        linkedin_url=text(mapping(source, "socialLinks"), "linkedin"),
        website=f"https://{domain}" if domain else None,
    )


def _employment(source: Mapping[str, Any]) -> Employment:
    company = mapping(source, "company")
    return Employment(
        company_name=text(company, "name"),
        company_domain=domain_of(text(company, "domain")),
        title=text(mapping(source, "jobTitle"), "title"),
        started_on=text(source, "startDate"),
        ended_on=text(source, "endDate"),
    )
