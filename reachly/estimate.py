"""What a search would bring and cost, before anything is bought. Free for the person who asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from reachly.cache import cached
from reachly.catalogue import in_catalogue
from reachly.database import one, scope
from reachly.engine.journal import observed
from reachly.filters import Filters
from reachly.generate.asking import Search, lead_prices, most_in_all, most_per_lead, price_list
from reachly.leads import LeadQuery
from reachly.leads.listing import counted
from reachly.providers.failures import ProviderFailure
from reachly.search import Counted
from reachly.settings import settings
from reachly.sources import Source, connect, sources_of
from reachly.spending import Cap, tightest

MOST_KNOWN = 10_000
"""People in the catalogue are counted up to here."""


@dataclass(frozen=True, slots=True)
class SourceEstimate:
    """How many one source has: ``matches`` is ``None`` where it does not tell; ``problem`` says why it could not be
    asked.
    """

    source: Source
    matches: int | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Estimated:
    """The whole estimate; ``credits_max`` is the most the job can cost and what would be held."""

    sources: tuple[SourceEstimate, ...]
    already_owned: int
    in_catalogue: Counted
    """How many of those who match the catalogue holds, with what is to be revealed, and the workspace does not have."""
    credits_per_lead: int
    credits_max: int
    available: int
    cap: Cap | None = None
    """The month's cap that leaves least, where there is one."""

    @property
    def matches(self) -> int | None:
        """About how many match: the largest count of any source, since the same people are in several."""
        told = [one.matches for one in self.sources if one.matches is not None]
        return max(told) if told else None

    @property
    def enough(self) -> bool:
        """Whether the workspace could start the job now."""
        return min(self.available, self.allowed) >= self.credits_max

    @property
    def allowed(self) -> int:
        """What the month's caps leave; what is available where there are none."""
        return self.available if self.cap is None or self.cap.left is None else self.cap.left


def estimate(workspace_id: UUID | str, user_id: UUID | str, search: Search) -> Estimated:
    """Ask each chosen source for its count, kept for a few minutes; a source that fails is told apart and does not
    fail the rest.
    """
    known = {source.name: source for source in sources_of(workspace_id, user_id)}
    chosen = [known[name] for name in search.sources if name in known]
    told = tuple(_ask(workspace_id, user_id, source, search.filters) for source in chosen)
    with scope(workspace_id, user_id):
        owned = counted(LeadQuery.of(search.filters), cap=None).number
        held = in_catalogue(search.filters, search.reveal, MOST_KNOWN)
        return replace(_price(user_id, search, chosen), sources=told, already_owned=owned, in_catalogue=held)


def unasked(workspace_id: UUID | str, user_id: UUID | str, search: Search, chosen: Sequence[Source]) -> Estimated:
    """What the search can cost, before any source is asked."""
    with scope(workspace_id, user_id):
        return _price(user_id, search, chosen)


def _price(user_id: UUID | str, search: Search, chosen: Sequence[Source]) -> Estimated:
    per_lead = most_per_lead(lead_prices(price_list(), search.reveal), chosen)
    balance = one("SELECT balance FROM accounts WHERE name = 'available'")
    most = most_in_all(search, per_lead)
    return Estimated((), 0, Counted(0), per_lead, most, balance["balance"] if balance else 0, tightest(user_id))


def _ask(workspace_id: UUID | str, user_id: UUID | str, source: Source, filters: Filters) -> SourceEstimate:
    if source.config is None:
        return SourceEstimate(source, None, None if source.usable else source.reason)
    told = json.dumps([source.name, source.config.key, filters.as_dict()])
    name = f"reachly:estimate:{hashlib.sha256(told.encode()).hexdigest()}"
    send = observed(workspace_id, source.name, source.own_key, source.send)
    try:
        matches = cached(name, settings().estimate_cache, lambda: connect(source, send).estimate(filters).matches)
    except ProviderFailure as failure:
        return SourceEstimate(source, None, str(failure))
    return SourceEstimate(source, matches)
