"""From a provider's person to the row that the database stores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from reachly.identity import domain_name, email_address, keys, linkedin_profile, name_key, phone_number
from reachly.providers.values import Person

_PERSON_FIELDS = (
    "first_name",
    "last_name",
    "title",
    "seniority",
    "department",
    "linkedin_url",
    "city",
    "state",
    "country",
)
LONGEST = 200
MOST_POSITIONS = 50
_HEADCOUNTS = 2**31
_COMPANY_FIELDS = {"company": "company", "domain": "company_domain", "industry": "industry", "size": "company_size"}


def identity(person: Person) -> list[str]:
    """The identity keys of a person as they are known so far."""
    company = person.company
    return keys(
        email_address(person.email),
        linkedin_profile(person.linkedin_url),
        _name(person),
        domain_name(company.domain if company else None),
    )


def recognised(person: Person, number: int) -> dict[str, Any]:
    """One element of ``people_hidden``'s people: what tells who somebody is, and for whom they work."""
    company = person.company
    domain = domain_name(company.domain) if company else None
    return {
        "n": number,
        "keys": identity(person),
        "linkedin_url": linkedin_profile(person.linkedin_url),
        "domain": domain,
        "name_key": None if domain else name_key(company.name if company else None),
    }


def _line(told: str | None) -> str | None:
    """What a provider wrote as one line that can be shown and stored: no control characters, no more than fits one."""
    if not told:
        return None
    plain = "".join(sign if sign.isprintable() else " " for sign in told[: 4 * LONGEST])
    return " ".join(plain.split())[:LONGEST].strip() or None


def _name(person: Person) -> str:
    return person.full_name or " ".join(filter(None, (person.first_name, person.last_name)))


def _split(person: Person) -> tuple[str | None, str | None]:
    """First and last name; where only a full name is told, the last word is the last name."""
    if person.first_name or person.last_name or not person.full_name:
        return person.first_name, person.last_name
    first, _, last = person.full_name.strip().rpartition(" ")
    return (first or last, last if first else None)


def email_verdict(person: Person) -> str:
    """What the provider says of the address: a grade of A or A+ counts as valid, anything else is unknown until
    verified.
    """
    return "valid" if (person.email_grade or "").upper() in ("A+", "A") else "unknown"


def row(person: Person, source: str, call: UUID | str, number: int, wanted: bool) -> dict[str, Any]:
    """One element of ``deliver_page``'s rows: normalised, with provenance (source, call, time) for each field that
    has a value.
    """
    company = person.company
    domain = domain_name(company.domain) if company else None
    first, last = map(_line, _split(person))
    linkedin = linkedin_profile(person.linkedin_url)
    email = email_address(person.email)
    phone = None if person.do_not_call else phone_number(person.phone, person.country)
    values: dict[str, Any] = {
        "first_name": first,
        "last_name": last,
        "title": _line(person.title),
        "seniority": _line(person.seniority),
        "department": _line(person.department),
        "linkedin_url": linkedin,
        "city": _line(person.city),
        "state": _line(person.state),
        "country": _line(person.country),
        "email": email,
        "phone": phone,
        "company": _line(company.name) if company else None,
        "domain": domain,
        "website": _line(company.website) if company else None,
        "industry": _line(company.industry) if company else None,
        "size": _line(company.size) if company else None,
    }
    origin: dict[str, Any] = {
        "source": source,
        "call": str(call),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    known = [name for name in (*_PERSON_FIELDS, "email", "phone") if values[name]]
    grade = {"grade": _line(person.email_grade)} if person.email_grade else {}
    headcount = company.headcount if company else None
    return values | {
        "n": number,
        "new_id": str(uuid4()),
        "keys": keys(email, linkedin, " ".join(filter(None, (first, last))), domain),
        "email_status": email_verdict(person) if email else None,
        "has_email": bool(email) or "email" in person.has,
        "has_phone": bool(phone) or "phone" in person.has,
        "name_key": None if domain else name_key(company.name if company else None),
        "headcount": headcount if headcount is not None and headcount < _HEADCOUNTS else None,
        "company_country": _line(company.country) if company else None,
        "company_linkedin": _line(company.linkedin_url) if company else None,
        "sample": person.sample,
        "suppressed": person.suppressed,
        "wanted": wanted and not person.suppressed,
        "provenance": {name: origin | (grade if name == "email" else {}) for name in known},
        "company_provenance": {label: origin for name, label in _COMPANY_FIELDS.items() if values[name]},
        "employment": [
            {
                "company_name": _line(job.company_name),
                "company_domain": domain_name(job.company_domain),
                "title": _line(job.title),
                "started_on": _line(job.started_on),
                "ended_on": _line(job.ended_on),
            }
            for job in person.employment[:MOST_POSITIONS]
        ],
    }


def once(people: Iterable[Person]) -> list[Person]:
    """The people without repetition: who shares an e-mail or LinkedIn key with an earlier one is that one."""
    seen: set[str] = set()
    kept = []
    for person in barred(list(people)):
        strong = _strong(person)
        if not seen.intersection(strong):
            kept.append(person)
        seen.update(strong)
    return kept


def barred(people: Sequence[Person]) -> list[Person]:
    """The same people, each suppressed where any row of that person says so: one "must not" outweighs silence."""
    never = {key for person in people if person.suppressed for key in _strong(person)}
    return [replace(person, suppressed=True) if never.intersection(_strong(person)) else person for person in people]


def _strong(person: Person) -> list[str]:
    """The keys by which rows of one page are one person: a name only where nothing better is known."""
    mine = identity(person)
    return [key for key in mine if key[0] != "n"] or mine


def satisfied(person: Person, reveal: Sequence[str]) -> bool:
    """Whether the person brings what the job is for: the e-mail where one was asked for, else the phone, else
    nothing.
    """
    if "email" in reveal:
        return email_address(person.email) is not None
    if "phone" in reveal:
        return not person.do_not_call and phone_number(person.phone, person.country) is not None
    return True
