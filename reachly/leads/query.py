"""What somebody wants to see of their leads, and how it reads in an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from reachly import given
from reachly.filters import FACETS as SEARCHED
from reachly.filters import Filters
from reachly.vocabulary import COMPANY_SIZES, SENIORITIES

SORTS = {"newest": "Newest", "oldest": "Oldest", "name": "Name", "company": "Company", "title": "Job title"}
EMAIL_STATUSES = {"valid": "Valid", "accept_all": "Accept-all", "invalid": "Invalid", "unknown": "Unknown"}
MOST_VALUES = 100
MOST_IDS = 10_000

_CHOICES: dict[str, Mapping[str, str]] = {
    "seniority": {option.value: option.label for option in SENIORITIES},
    "company_size": {size.value: size.label for size in COMPANY_SIZES},
    "email_status": EMAIL_STATUSES,
}
_LISTS = ("source", "country", "industry", "seniority", "department", "company_size", "email_status", "tag")
FACETS = ("industry", "job_title", "location", "company_size", "seniority", "department", "keyword", "company_domain")
"""What programs filter by as in a search for leads; each has an ``exclude_`` twin."""
_FACETS = (*FACETS, *(f"exclude_{name}" for name in FACETS))
_FLAGS = ("has_email", "has_phone", "sample")
_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")


@dataclass(frozen=True, slots=True)
class LeadQuery:
    """Which leads, in which order. Values of one filter are alternatives, filters narrow each other down.

    ``has_email`` and ``has_phone`` ask for what the workspace may see, not for what somebody could sell. ``tag`` means
    a lead's own tags, and those it has on the list ``list_id`` or on any. ``created_before`` is exclusive.
    ``lead_ids`` picks leads by hand; ``None`` means that nobody picked.
    """

    q: str = ""
    job_id: UUID | None = None
    unlocked_by: UUID | None = None
    """The job that unlocked one of their fields."""
    list_id: UUID | None = None
    tag: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    seniority: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    company_size: tuple[str, ...] = ()
    email_status: tuple[str, ...] = ()
    job_title: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    keyword: tuple[str, ...] = ()
    company_domain: tuple[str, ...] = ()
    exclude_industry: tuple[str, ...] = ()
    exclude_job_title: tuple[str, ...] = ()
    exclude_location: tuple[str, ...] = ()
    exclude_company_size: tuple[str, ...] = ()
    exclude_seniority: tuple[str, ...] = ()
    exclude_department: tuple[str, ...] = ()
    exclude_keyword: tuple[str, ...] = ()
    exclude_company_domain: tuple[str, ...] = ()
    has_email: bool | None = None
    has_phone: bool | None = None
    sample: bool | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    lead_ids: tuple[UUID, ...] | None = None
    sort: str = "newest"

    @classmethod
    def of(cls, filters: Filters, **more: Any) -> LeadQuery:
        """The leads of those that a search with these filters looks for, narrowed further by ``more``."""
        facets = {
            f"{way}{name}": getattr(filters, f"{way}{facet}")
            for way in ("", "exclude_")
            for facet, name in zip(SEARCHED, FACETS, strict=True)
        }
        return cls(**facets, **more)

    @classmethod
    def from_args(cls, args: Mapping[str, Any]) -> tuple[LeadQuery, dict[str, str]]:
        """The query in an address, a form or a JSON object, and a message for each field that could not be read.

        A field with a message is left out of the query; names that are not ours are passed over.
        """
        found, errors = given.read((field.name for field in fields(cls)), args, _read)
        return cls(**found), errors

    def as_args(self) -> dict[str, str | list[str]]:
        """The query as arguments of an address, without what is left as it is; reads back as the same query."""
        told: dict[str, str | list[str]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None or value == field.default:
                continue
            told[field.name] = [str(item) for item in value] if isinstance(value, tuple) else given.word(value)
        return told

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for, beyond an order."""
        return replace(self, sort="newest") != LeadQuery()


def _read(name: str, words: list[str]) -> Any:
    """The value of one field; raises ``ValueError`` with a message for people."""
    if any("\0" in text for text in words):
        raise ValueError("Contains a character that cannot be searched for.")
    if name == "lead_ids":
        return _ids([part for text in words for part in text.split(",") if part])
    if name in _LISTS or name in _FACETS:
        return _choices(name, words)
    if len(words) > 1:
        raise ValueError("Give it once.")
    text = words[0]
    if name in _FLAGS:
        if text.lower() not in _TRUE + _FALSE:
            raise ValueError("Say yes or no.")
        return text.lower() in _TRUE
    if name == "q":
        if len(text) > 200:
            raise ValueError("Search for at most 200 characters.")
        return text
    if name == "sort":
        if text not in SORTS:
            raise ValueError(f"Sort by one of: {', '.join(SORTS)}.")
        return text
    if name in ("job_id", "unlocked_by"):
        return _uuid(text, "There is no such job.")
    if name == "list_id":
        return _uuid(text, "There is no such list.")
    return _instant(text, whole_day=name == "created_before")


def _choices(name: str, words: list[str]) -> tuple[str, ...]:
    known = _CHOICES.get(name)
    if len(words) > MOST_VALUES or any(len(text) > 200 for text in words):
        raise ValueError(f"Choose at most {MOST_VALUES} values.")
    wrong = [text for text in words if known is not None and text not in known]
    if wrong:
        raise ValueError(f"There is no {name.replace('_', ' ')} “{wrong[0][:40]}”.")
    return tuple(dict.fromkeys(words))


def _ids(words: list[str]) -> tuple[UUID, ...]:
    if len(words) > MOST_IDS:
        raise ValueError(f"Pick at most {MOST_IDS:,} leads, or take all that match.")
    return tuple(dict.fromkeys(_uuid(text, "That is not a lead.") for text in words))


def _uuid(text: str, refusal: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(refusal) from None


def _instant(text: str, whole_day: bool) -> datetime:
    """A day or an instant; a day that ends a range is in it."""
    try:
        if len(text) == 10:
            day = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            return day + timedelta(days=1) if whole_day else day
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("Give a date such as 2026-11-30.") from None
