"""What goes to a provider and what comes back, as plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, Protocol

from reachly.filters import Filters
from reachly.providers.failures import ProviderFailure

Field = Literal["email", "phone"]
Repeat = Literal["free", "charged", "never"]


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a provider, before it is sent.

    ``operation`` names it in journals (``search``, ``enrich``, ``results`` …). ``repeat`` says what the provider's
    contract makes of sending it twice: ``free``, ``charged`` (harmless but it may cost our account again) or ``never``
    (it may do the work twice).
    """

    operation: str
    method: str
    path: str
    json: Mapping[str, Any] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    repeat: Repeat = "free"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, lower-cased header names, the raw body. Never holds a key."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    duration_ms: int = 0


Send = Callable[[Call], Answer]
"""Sends a call and returns its answer whatever its status; raises :class:`ProviderBusy` when none came."""


@dataclass(frozen=True, slots=True)
class Company:
    """The organization a person works for, as far as the provider tells."""

    name: str | None = None
    domain: str | None = None
    industry: str | None = None
    size: str | None = None
    """A value of :data:`reachly.vocabulary.COMPANY_SIZES`."""
    headcount: int | None = None
    country: str | None = None
    linkedin_url: str | None = None
    website: str | None = None


@dataclass(frozen=True, slots=True)
class Employment:
    """One earlier or present position."""

    company_name: str | None
    company_domain: str | None
    title: str | None
    started_on: str | None = None
    ended_on: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One person as one provider knows them.

    ``provider_id`` is opaque. ``email`` and ``phone`` are there only once enriched; ``has`` tells what could be.
    ``reveal_costs`` is what the provider says a field costs our account (0: already paid). ``error`` is the provider's
    per-item code.
    """

    provider_id: str
    first_name: str | None = None
    last_name: str | None = None
    full_name: str | None = None
    title: str | None = None
    seniority: str | None = None
    department: str | None = None
    linkedin_url: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    company: Company | None = None
    email: str | None = None
    email_type: str | None = None
    email_grade: str | None = None
    phone: str | None = None
    phone_type: str | None = None
    do_not_call: bool = False
    has: frozenset[str] = frozenset()
    reveal_costs: Mapping[str, int] = field(default_factory=dict)
    employment: tuple[Employment, ...] = ()
    sample: bool = False
    suppressed: bool = False
    error: str | None = None


def completed(found: Person, before: Person) -> Person:
    """``found`` with what only ``before`` tells about the same person; an enrichment need not repeat a preview."""
    company = found.company or before.company
    if found.company and before.company:
        company = replace(found.company, **_absent(found.company, before.company))
    changed: dict[str, Any] = _absent(found, before)
    changed["sample"] = found.sample or before.sample
    changed["suppressed"] = found.suppressed or before.suppressed
    return replace(found, company=company, **changed)


REVEALED = {"email", "email_type", "email_grade", "phone", "phone_type", "do_not_call", "error", "company"}


def _absent(found: Person | Company, before: Person | Company) -> dict[str, Any]:
    """What only ``before`` has; what is revealed is the enrichment's alone to tell."""
    told = {item.name: getattr(before, item.name) for item in fields(before) if item.name not in REVEALED}
    return {name: value for name, value in told.items() if value and not getattr(found, name)}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of search results.

    ``cursor`` is what to pass for the next page, ``None`` when there is none; it is plain JSON and may be stored.
    ``total`` is the provider's count of matches where it tells one. ``credits`` is the provider's own reported cost,
    never a computed one (``None``: it did not say).
    """

    people: tuple[Person, ...]
    cursor: Mapping[str, Any] | None
    total: int | None = None
    credits: int | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """People that a provider found by what is known of them, under the ``provider_id`` they were asked by; each has the
    provider's own id now. Who is not there was not found.
    """

    people: Mapping[str, Person]
    credits: int | None = None


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What came of asking for fields.

    ``people`` carry the values found, in no particular order, matched by ``provider_id``; ids that were asked for and
    are in neither ``people`` nor ``pending`` were not found. ``pending`` (plain JSON) is set while the provider still
    works: pass it to ``collect`` after ``wait`` seconds. ``lacking`` has each ``provider_id`` and field that were asked
    for and answered with nothing; what failed or was not asked for is not among them. ``unserved`` are the ids that the
    provider ``refused`` to serve while it served others: they are still to be asked for, once what is wrong is mended.
    """

    people: tuple[Person, ...]
    pending: Mapping[str, Any] | None = None
    wait: float = 0
    credits: int | None = None
    lacking: frozenset[tuple[str, Field]] = frozenset()
    unserved: frozenset[str] = frozenset()
    refused: ProviderFailure | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many would match: ``matches`` is ``None`` where the provider has no count; ``credits`` is what asking cost
    our account.
    """

    matches: int | None
    credits: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """How our account stands: ``credits_left`` and ``plan`` are ``None`` where the provider does not tell."""

    credits_left: int | None = None
    plan: str | None = None


class Provider(Protocol):
    """Someone who sells contact data."""

    name: str
    label: str

    def search(self, filters: Filters, cursor: Mapping[str, Any] | None, limit: int) -> Page:
        """The next page of people matching, at most about ``limit``; raises :class:`ProviderFailure`."""

    def read(self, answer: Answer, filters: Filters) -> tuple[Person, ...]:
        """The people of a search answer that was kept, as ``search`` gave them; asks nobody."""

    def look_up(self, people: Sequence[Person]) -> Lookup:
        """The provider's own view of people known by name and company or LinkedIn address, whose ``provider_id`` is our
        word for them (at most ``enrich_limit``); raises :class:`ProviderFailure`.
        """

    def enrich(self, people: Sequence[Person], fields: Sequence[Field]) -> Enrichment:
        """The asked fields of these people (at most ``enrich_limit`` of them); raises :class:`ProviderFailure`."""

    def collect(self, pending: Mapping[str, Any]) -> Enrichment:
        """What a pending enrichment has brought by now; raises :class:`ProviderFailure`."""

    def estimate(self, filters: Filters) -> Estimate:
        """How many match, without buying anyone; raises :class:`ProviderFailure`."""

    def account(self) -> Account:
        """What is left on our account; raises :class:`ProviderFailure`."""

    def fields(self) -> tuple[Field, ...]:
        """The fields it can be asked for as it is set up."""

    page_limit: int
    enrich_limit: int
