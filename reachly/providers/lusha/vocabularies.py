"""Lusha's word lists (``GET /v3/{contacts,companies}/prospecting/filters/{type}``): free, rate limited, kept by the
caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from reachly.providers.lusha.industries import Industries
from reachly.providers.lusha.readers import SENIORITIES, industry_catalogue
from reachly.providers.reading import text, whole
from reachly.providers.values import Call
from reachly.providers.vocabulary_cache import Cached
from reachly.vocabulary import Option, size_band

LEAST_QUERY, MOST_QUERY = 2, 256


class Kind(NamedTuple):
    """Where a list lives, and whether Lusha wants a query for it."""

    side: str
    filter_type: str
    queried: bool = False


KINDS = {
    "industries": Kind("companies", "industriesLabels"),
    "departments": Kind("contacts", "departments"),
    "seniorities": Kind("contacts", "seniority"),
    "countries": Kind("contacts", "countries"),
    "locations": Kind("contacts", "locations", queried=True),
    "company_sizes": Kind("companies", "sizes"),
    "companies": Kind("companies", "names", queried=True),
    "technologies": Kind("companies", "technologies", queried=True),
}


class Vocabularies:
    """The lists of one account; ``ask`` sends a call and reads its body, ``cached`` keeps what came."""

    def __init__(self, ask: Callable[[Call], Mapping[str, Any]], cached: Cached) -> None:
        self._ask = ask
        self._cached = cached

    def values(self, name: str, query: str | None = None) -> Any:
        """The list as Lusha sent it; an empty one where a query is needed and too short. ``KeyError``: no such list."""
        kind = KINDS[name]
        asked = " ".join((query or "").split())[:MOST_QUERY]
        if kind.queried and len(asked) < LEAST_QUERY:
            return []
        asked = asked if kind.queried else ""
        path = f"/v3/{kind.side}/prospecting/filters/{kind.filter_type}"
        call = Call("vocabulary", "GET", path, query={"query": asked} if asked else {})
        return self._cached(f"lusha:{name}:{asked.casefold()}", lambda: self._ask(call).get("values"))

    def options(self, name: str, query: str | None = None) -> tuple[Option, ...]:
        """The list as options, those that hold ``query`` in their label."""
        values = self.values(name, query)
        if name == "industries":
            found = [Option(label, label) for label in Industries(industry_catalogue(values)).labels]
        else:
            found = [option for value in values for option in _option(name, value)] if isinstance(values, list) else []
        sought = "" if KINDS[name].queried else " ".join((query or "").split()).casefold()
        return tuple(dict.fromkeys(option for option in found if sought in option.label.casefold()))


def _option(name: str, value: Any) -> Iterator[Option]:
    """One value as an option; shapes differ from list to list, and what is not understood is left out."""
    if isinstance(value, str) and value.strip():
        yield Option(value.strip(), value.strip())
    if not isinstance(value, Mapping):
        return
    if name == "company_sizes":
        least = whole(value, "min")
        band = size_band(least) if least else None
        if band:
            yield Option(band, band)
    elif name == "locations":
        places = dict.fromkeys(part for key in ("city", "state", "country", "continent") if (part := text(value, key)))
        label = ", ".join(places) or text(value, "value") or text(value, "name")
        if label:
            yield Option(label, label)
    elif label := text(value, "name") or text(value, "value"):
        if name == "seniorities":
            yield Option(SENIORITIES.get(label.casefold(), label), label)
        else:
            yield Option(text(value, "code") or label, label)
