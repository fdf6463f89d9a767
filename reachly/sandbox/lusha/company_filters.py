"""What each criterion about a company means, one test per organization."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from reachly.sandbox.lusha import ids
from reachly.sandbox.lusha.places import cities
from reachly.sandbox.world import World
from reachly.sandbox.world.organizations import Organization, Test
from reachly.sandbox.world.tables import CITIES
from reachly.sandbox.world.text import fold, handle, host, says

CONDITIONS = frozenset(
    {
        "technologiesCondition",
        "intentTopicsCondition",
        "intentTopicsOperator",
        "intentMinScore",
        "intentMaxScore",
        "keywordsSearchFields",
        "previousCompanyDomains",
        "previousCompanyNames",
    }
)
"""Fields that shape another criterion, or that are about a person's past rather than the company."""


def _within(ranges: Sequence[Mapping[str, int]], least: float, most: float) -> bool:
    return any(span.get("min", 0) <= least and most <= span.get("max", float("inf")) for span in ranges)


def _phrase(values: Sequence[str], texts: Callable[[Organization], tuple[str, ...]]) -> Test:
    wanted = [fold(value) for value in values]
    return lambda one: any(value in fold(text) for text in texts(one) for value in wanted)


def _spoken(values: Sequence[str]) -> Test:
    wanted = [fold(value) for value in values]
    return lambda one: any(value in one.spoken for value in wanted)


def _exactly(values: Sequence[Any], known: Callable[[Organization], tuple[Any, ...]]) -> Test:
    wanted = {fold(value) if isinstance(value, str) else value for value in values}
    return lambda one: any((fold(word) if isinstance(word, str) else word) in wanted for word in known(one))


def _technologies(values: Sequence[str], criteria: Mapping[str, Any]) -> Test:
    wanted = {fold(value) for value in values}
    every = criteria.get("technologiesCondition") == "and"

    def test(one: Organization) -> bool:
        used = {fold(name) for name in one.technologies}
        return wanted <= used if every else bool(wanted & used)

    return test


def _located(locations: Sequence[Mapping[str, str]]) -> Test:
    meant = {CITIES[number] for number in cities(locations)}
    return lambda one: one.city in meant


def _numbered(values: Sequence[str]) -> Test:
    meant = {ids.number("company", value) for value in values}
    return lambda one: one.index in meant


def _labels(one: Organization) -> tuple[str, str]:
    return one.industry.name, one.branch_name


_MAKERS: dict[str, Callable[[Any, Mapping[str, Any]], Test]] = {
    "names": lambda values, _: _phrase(values, lambda one: (one.name,)),
    "domains": lambda values, _: _exactly([host(value) for value in values], lambda one: (one.domain,)),
    "ids": lambda values, _: _numbered(values),
    "searchText": lambda value, _: lambda one: says(f"{one.name} {one.domain} {one.description}", value),
    "locations": lambda values, _: _located(values),
    "sizes": lambda values, _: lambda one: _within(values, one.headcount, one.headcount),
    "revenues": lambda values, _: lambda one: _within(values, *one.revenue_range),
    "technologies": _technologies,
    "industriesLabels": lambda values, _: _exactly(values, _labels),
    "mainIndustriesIds": lambda values, _: _exactly(values, lambda one: (one.industry.id,)),
    "subIndustriesIds": lambda values, _: _exactly(values, lambda one: (one.branch_id,)),
    "sicCodes": lambda values, _: _exactly(values, lambda one: (one.industry.sic,)),
    "naicsCodes": lambda values, _: _exactly(values, lambda one: (one.industry.naics,)),
    "foundedYear": lambda values, _: lambda one: _within(values, one.founded, one.founded),
    "businessModel": lambda values, _: _exactly(values, lambda one: one.models),
    "companyType": lambda values, _: _exactly(values, lambda one: (one.type,)),
    "linkedinUrls": lambda values, _: _exactly([handle(url) for url in values], lambda one: (handle(one.linkedin),)),
    "keywords": lambda values, _: _spoken(values),
    "exactKeywords": lambda values, _: _exactly(values, lambda one: one.keywords),
    "specialities": lambda values, _: _phrase(values, lambda one: one.keywords),
    "exactSpecialities": lambda values, _: _exactly(values, lambda one: one.keywords),
}


def _tests(criteria: Mapping[str, Any]) -> list[Test]:
    """One test per criterion with a value; what this world has no data about fits nobody, like an unknown value."""
    return [
        _MAKERS[name](value, criteria) if name in _MAKERS else lambda _: False
        for name, value in criteria.items()
        if name not in CONDITIONS and value not in ([], "", None)
    ]


@lru_cache(maxsize=128)
def _matching(world: World, asked: str) -> bytes | None:
    include, exclude = json.loads(asked)
    wanted, unwanted = _tests(include), _tests(exclude)
    if not wanted and not unwanted:
        return None
    return world.organizations.fitting(wanted, unwanted)


def matching(world: World, include: Mapping[str, Any], exclude: Mapping[str, Any]) -> bytes | None:
    """A one for each organization that fits all of ``include``, nothing of ``exclude``; ``None``: nothing was asked."""
    return _matching(world, json.dumps([include, exclude], sort_keys=True))
