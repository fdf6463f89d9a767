"""What a search would bring and cost, before anything is bought. Free for the person who asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import redis

from reachly.database import one, scope
from reachly.engine.journal import observed
from reachly.filters import Filters
from reachly.generate.asking import Search, lead_prices, most_per_lead, price_list
from reachly.providers.failures import ProviderFailure
from reachly.settings import settings
from reachly.sources import Source, connect, shared_state, sources_of
from reachly.vocabulary import COUNTRY_CODES, COUNTRY_NAMES


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
    credits_per_lead: int
    credits_max: int
    available: int

    @property
    def matches(self) -> int | None:
        """About how many match: the largest count of any source, since the same people are in several."""
        told = [one.matches for one in self.sources if one.matches is not None]
        return max(told) if told else None

    @property
    def enough(self) -> bool:
        """Whether the workspace could start the job now."""
        return self.available >= self.credits_max


def estimate(workspace_id: UUID | str, user_id: UUID | str, search: Search) -> Estimated:
    """Ask each chosen source for its count, kept for a few minutes; a source that fails is told apart and does not
    fail the rest.
    """
    known = {source.name: source for source in sources_of(workspace_id, user_id)}
    chosen = [known[name] for name in search.sources if name in known]
    told = tuple(_ask(workspace_id, user_id, source, search.filters) for source in chosen)
    with scope(workspace_id, user_id):
        prices = lead_prices(price_list(), search.reveal)
        balance = one("SELECT balance FROM accounts WHERE name = 'available'")
        owned = owned_count(search.filters)
    per_lead = most_per_lead(prices, chosen)
    return Estimated(told, owned, per_lead, search.limit * per_lead, balance["balance"] if balance else 0)


def _ask(workspace_id: UUID | str, user_id: UUID | str, source: Source, filters: Filters) -> SourceEstimate:
    if source.config is None:
        return SourceEstimate(source, None, None if source.usable else source.reason)
    key = hashlib.sha256(json.dumps([source.name, source.config.key, filters.as_dict()]).encode()).hexdigest()
    name = f"reachly:estimate:{key}"
    store = shared_state()
    try:
        kept = store.get(name) if store else None
    except (redis.RedisError, OSError):
        kept, store = None, None
    if kept:
        return SourceEstimate(source, json.loads(kept))
    send = observed(workspace_id, user_id, source.name, source.own_key, source.send)
    try:
        matches = connect(source, send).estimate(filters).matches
    except ProviderFailure as failure:
        return SourceEstimate(source, None, str(failure))
    if store:
        try:
            store.set(name, json.dumps(matches), ex=int(settings().estimate_cache))
        except (redis.RedisError, OSError):
            return SourceEstimate(source, matches)
    return SourceEstimate(source, matches)


def owned_count(filters: Filters) -> int:
    """How many live leads of the workspace in scope match, told by what is stored of them."""
    tests: list[str] = ["deleted_at IS NULL"]
    values: list[Any] = []
    _any(tests, values, "industry ILIKE", filters.industries)
    _any(tests, values, "title ILIKE", [f"%{_plain(title)}%" for title in filters.job_titles])
    _any(tests, values, "seniority =", filters.seniorities)
    _any(tests, values, "department ILIKE", filters.departments)
    _any(tests, values, "company_size =", filters.company_sizes)
    _any(tests, values, "company_domain =", [domain.lower() for domain in filters.company_domains])
    _any(
        tests,
        values,
        "concat_ws(', ', city, state, country) ILIKE",
        [f"%{_plain(_place(place))}%" for place in filters.locations],
    )
    counted = one(f"SELECT count(*) AS many FROM leads WHERE {' AND '.join(tests)}", values)  # noqa: S608 - tests are our own text
    return counted["many"] if counted else 0


def _any(tests: list[str], values: list[Any], test: str, wanted: Sequence[str]) -> None:
    if wanted:
        tests.append(f"({' OR '.join(f'{test} %s' for _ in wanted)})")
        values.extend(wanted)


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _place(text: str) -> str:
    code = COUNTRY_CODES.get(text.casefold())
    return COUNTRY_NAMES[code] if code else text.split(",")[0]
