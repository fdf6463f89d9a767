"""``GET …/prospecting/filters``: the values that filters know; free, but counted against the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from reachly.sandbox.lusha import vocabulary
from reachly.sandbox.messages import Refused, Response
from reachly.sandbox.world import World
from reachly.sandbox.world.organizations import Organization
from reachly.sandbox.world.tables import CITIES, COMPANY_WORDS, COUNTRIES, INDUSTRY, listed
from reachly.sandbox.world.text import fold

_MOST = 50
_NEEDS_QUERY = {"contacts": ("locations",), "companies": ("names", "locations", "technologies")}


def _locations(query: str) -> list[dict[str, str]]:
    found = []
    for country in COUNTRIES:
        about = {"country": country.name, "countryIso2": country.code, "continent": country.continent}
        if query in fold(country.name):
            found.append(about)
        for city in (CITIES[number] for number in country.cities):
            if query in fold(city.name) or query in fold(city.state):
                found.append({"city": city.name, "state": city.state, **about})
    return found[:_MOST]


def _names(organizations: Iterable[Organization], query: str) -> list[str]:
    return [one.name for one in organizations if query in fold(one.name)][:_MOST]


_TECHNOLOGIES = listed(COMPANY_WORDS["technologies"])
_CODES = {
    "sics": [{"code": industry.sic, "description": industry.name} for industry in INDUSTRY],
    "naics": [{"code": industry.naics, "description": industry.name} for industry in INDUSTRY],
}
_VALUES: dict[str, dict[str, Callable[[World, str], Any]]] = {
    "contacts": {
        "departments": lambda world, query: vocabulary.DEPARTMENT_VALUES,
        "seniority": lambda world, query: vocabulary.SENIORITY_VALUES,
        "existingDataPoints": lambda world, query: list(vocabulary.DATA_POINTS),
        "countries": lambda world, query: vocabulary.COUNTRY_VALUES,
        "locations": lambda world, query: _locations(query),
    },
    "companies": {
        "names": lambda world, query: _names(world.organizations, query),
        "sizes": lambda world, query: vocabulary.SIZES,
        "revenues": lambda world, query: vocabulary.REVENUES,
        "locations": lambda world, query: _locations(query),
        "sics": lambda world, query: _CODES["sics"],
        "naics": lambda world, query: _CODES["naics"],
        "industriesLabels": lambda world, query: vocabulary.INDUSTRY_LABELS,
        "intentTopics": lambda world, query: [],
        "technologies": lambda world, query: [name for name in _TECHNOLOGIES if query in fold(name)],
    },
}


def types(side: str) -> Response:
    """The kinds of filter there are for ``contacts`` or ``companies``."""
    return Response.of(
        {
            "availableFilters": [
                {"filterType": name, "requiresQuery": name in _NEEDS_QUERY[side]} for name in _VALUES[side]
            ]
        }
    )


def values(world: World, side: str, kind: str, query: str | None) -> Response:
    """The values of one kind, narrowed by ``query`` where one is given."""
    if kind not in _VALUES[side]:
        raise Refused(400, "Validation failed", [f"filterType must be one of: {', '.join(_VALUES[side])}"])
    if query is None and kind in _NEEDS_QUERY[side]:
        raise Refused(400, "Validation failed", ["query is required for this filter type"])
    if query is not None and not 2 <= len(query) <= 256:
        raise Refused(400, "Validation failed", ["query must be between 2 and 256 characters long"])
    found = _VALUES[side][kind](world, fold(query or ""))
    if query is not None and kind not in _NEEDS_QUERY[side]:
        found = [value for value in found if fold(query) in fold(str(value))]
    return Response.of({"values": found})
