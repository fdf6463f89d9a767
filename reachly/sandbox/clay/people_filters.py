"""What Clay's criteria about people mean, as masks over everyone Clay knows."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from reachly.sandbox.clay import company_filters
from reachly.sandbox.clay.vocabulary import LEVEL_ORDER, LEVELS
from reachly.sandbox.world import World
from reachly.sandbox.world import columns as c
from reachly.sandbox.world.choosing import can, either, named, ranked, titled, working_in
from reachly.sandbox.world.tables import CITIES
from reachly.sandbox.world.text import says


def people(world: World, filters: Mapping[str, Any]) -> array[int]:
    """The numbers of those who fit, in Clay's own order, which is not Lusha's."""
    return _people(world, json.dumps(filters, sort_keys=True))


@lru_cache(maxsize=64)
def _people(world: World, asked: str) -> array[int]:
    filters = {name: value for name, value in json.loads(asked).items() if value not in ([], "", None)}
    mask = world.masks.among(world.columns.known_to, (c.BOTH, c.CLAY))
    for wanted in (maker(world, filters[name]) for name, maker in _WANTED.items() if name in filters):
        mask &= wanted
    for unwanted in (maker(world, filters[name]) for name, maker in _UNWANTED.items() if name in filters):
        mask &= world.masks.without(unwanted)
    mask &= _levels(world, filters)
    at = company_filters.matching(world, "people", filters)
    if at is not None:
        mask &= world.masks.through(world.columns.organization, at)
    found = array("I", reversed(world.masks.numbers(mask)))
    return _few_per_company(world, found, filters.get("limit_per_company"))[: filters.get("limit")]


def _few_per_company(world: World, found: array[int], limit: int | None) -> array[int]:
    if not limit:
        return found
    seen: dict[int, int] = {}
    kept = array("I")
    for number in found:
        place = world.columns.organization[number]
        seen[place] = seen.get(place, 0) + 1
        if seen[place] <= limit:
            kept.append(number)
    return kept


def _levels(world: World, filters: Mapping[str, Any]) -> int:
    levels = {*filters.get("job_title_seniority_levels", ()), *filters.get("job_title_seniority_levels_v2", ())}
    floor = filters.get("job_title_seniority_floor_level")
    if filters.get("job_title_seniority_match_mode") == "floor" and floor in LEVEL_ORDER:
        levels |= set(LEVEL_ORDER[LEVEL_ORDER.index(floor) :])
    if not levels:
        return world.masks.everyone
    return ranked(world, {seniority for seniority, level in LEVELS.items() if level in levels})


def _titles(world: World, values: Sequence[str]) -> int:
    return titled(world, lambda title: any(says(title, value) for value in values))


def _places(world: World, values: Sequence[str], *kinds: str) -> int:
    towns = [number for number, city in enumerate(CITIES) if company_filters.located(city, values, kinds)]
    return world.masks.among(world.columns.city, towns)


def _spoken(world: World, values: Sequence[str]) -> int:
    return _titles(world, values) | can(world, values)


_WANTED: dict[str, Callable[[World, Any], int]] = {
    "job_title_keywords": _titles,
    "job_functions": lambda world, values: working_in(world, {value.lower() for value in values}),
    "current_role_min_months_since_start_date": lambda world, least: world.masks.among(
        world.columns.months, range(min(least, 256), 256)
    ),
    "current_role_max_months_since_start_date": lambda world, most: world.masks.among(
        world.columns.months, range(min(most, 255) + 1)
    ),
    "locations": _places,
    "location_cities_include": lambda world, values: _places(world, values, "city"),
    "location_states_include": lambda world, values: _places(world, values, "state"),
    "location_countries_include": lambda world, values: _places(world, values, "country", "code"),
    "location_regions_include": lambda world, values: _places(world, values, "region"),
    "headline_keywords": _titles,
    "about_keywords": _spoken,
    "profile_keywords": _spoken,
    "names": lambda world, values: either([named(world, value) for value in values]),
}
_UNWANTED: dict[str, Callable[[World, Any], int]] = {
    "job_title_exclude_keywords": _titles,
    "locations_exclude": _places,
    "location_cities_exclude": _WANTED["location_cities_include"],
    "location_states_exclude": _WANTED["location_states_include"],
    "location_countries_exclude": _WANTED["location_countries_include"],
    "location_regions_exclude": _WANTED["location_regions_include"],
}
