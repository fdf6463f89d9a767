"""What Clay's criteria about companies mean, one test per organization; used for people and for companies alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reachly.sandbox.clay.vocabulary import REVENUES, TYPES, size_of
from reachly.sandbox.world import World
from reachly.sandbox.world.organizations import Test
from reachly.sandbox.world.tables import COUNTRIES, City
from reachly.sandbox.world.text import fold, handle, host


def place(city: City) -> dict[str, str]:
    """The words a place answers to, folded, by what kind of word it is."""
    country = COUNTRIES[city.country]
    return {
        "city": fold(city.name),
        "state": fold(city.state),
        "country": fold(country.name),
        "code": fold(country.code),
        "region": fold(country.region),
        "whole": fold(f"{city.name}, {city.state}, {country.name}"),
        "short": fold(f"{city.name}, {country.name}"),
        "province": fold(f"{city.state}, {country.name}"),
        "continent": fold(country.continent),
    }


def located(city: City, values: Sequence[str], kinds: Sequence[str] = ()) -> bool:
    """Whether one of ``values`` names this place; free text may name any part of it."""
    words = place(city)
    known = {words[kind] for kind in kinds} if kinds else set(words.values())
    return any(fold(value) in known for value in values)


def identified(values: Sequence[str]) -> Test:
    """The companies that ``values`` name by domain, LinkedIn page or name."""
    domains, names = {host(value) for value in values}, {fold(value) for value in values}
    pages = {handle(value) for value in values if "linkedin.com/company/" in value}
    return lambda one: one.domain in domains or fold(one.name) in names or handle(one.linkedin) in pages


def _revenue(values: Sequence[str]) -> Test:
    spans = [REVENUES[value] for value in values if value in REVENUES]
    return lambda one: any(least <= sum(one.revenue_range) / 2 < most for least, most in spans)


def _industry(values: Sequence[str]) -> Test:
    wanted = {fold(value) for value in values}
    return lambda one: fold(one.industry.name) in wanted or fold(one.branch_name) in wanted


def _described(values: Sequence[str]) -> Test:
    wanted = [fold(value) for value in values]
    return lambda one: any(word in one.spoken for word in wanted)


def _at(values: Sequence[str], *kinds: str) -> Test:
    return lambda one: located(one.city, values, kinds)


_PEOPLE: dict[str, Callable[[Any], Test]] = {
    "company_identifier": identified,
    "company_sizes": lambda values: lambda one: size_of(one.headcount) in values,
    "company_annual_revenues": _revenue,
    "company_industries_include": _industry,
    "company_description_keywords": _described,
}
_PEOPLE_NOT: dict[str, Callable[[Any], Test]] = {
    "company_industries_exclude": _industry,
    "company_description_keywords_exclude": _described,
}
_COMPANIES: dict[str, Callable[[Any], Test]] = {
    "country_names": lambda values: _at(values, "country", "code"),
    "types": lambda values: lambda one: TYPES[one.type] in values,
    "sizes": lambda values: lambda one: size_of(one.headcount) in values,
    "annual_revenues": _revenue,
    "minimum_member_count": lambda least: lambda one: one.headcount >= least,
    "maximum_member_count": lambda most: lambda one: one.headcount <= most,
    "industries": _industry,
    "description_keywords": _described,
    "locations": _at,
    "location_cities_include": lambda values: _at(values, "city"),
    "location_states_include": lambda values: _at(values, "state"),
    "location_regions_include": lambda values: _at(values, "region"),
}
_COMPANIES_NOT: dict[str, Callable[[Any], Test]] = {
    "country_names_exclude": _COMPANIES["country_names"],
    "industries_exclude": _industry,
    "description_keywords_exclude": _described,
    "locations_exclude": _at,
    "location_cities_exclude": _COMPANIES["location_cities_include"],
    "location_states_exclude": _COMPANIES["location_states_include"],
    "location_regions_exclude": _COMPANIES["location_regions_include"],
}
_SIDES = {"people": (_PEOPLE, _PEOPLE_NOT), "companies": (_COMPANIES, _COMPANIES_NOT)}


def matching(world: World, source: str, filters: Mapping[str, Any]) -> bytes | None:
    """A one for each organization that fits; ``None`` when nothing was asked about organizations."""
    wanted, unwanted = (
        [maker(filters[name]) for name, maker in makers.items() if filters.get(name)] for makers in _SIDES[source]
    )
    if not wanted and not unwanted:
        return None
    return world.organizations.fitting(wanted, unwanted)
