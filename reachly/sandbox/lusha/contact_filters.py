"""What each criterion about a contact means, as masks over everyone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from reachly.sandbox.lusha import ids
from reachly.sandbox.lusha.places import cities
from reachly.sandbox.lusha.vocabulary import SENIORITY_IDS
from reachly.sandbox.world import World
from reachly.sandbox.world import columns as c
from reachly.sandbox.world.choosing import can, either, formerly_at, living_in, named, ranked, titled, working_in
from reachly.sandbox.world.people import month
from reachly.sandbox.world.tables import TITLES
from reachly.sandbox.world.text import fold, says, words

CONDITIONS = frozenset({"existingDataPointsCondition"})
REFINEMENTS = frozenset({"jobChangedAfterDate", "jobChangedLastViewDate", "education", "score"})
"""Criteria that must not stand alone."""


def _text(world: World, query: str) -> int:
    mask = world.masks.everyone if words(query) else world.masks.nobody
    for word in words(query):
        at = bytes(says(organization.name, word) for organization in world.organizations)
        mask &= (
            titled(world, lambda title, word=word: says(title, word))  # type: ignore[misc]
            | named(world, word)
            | world.masks.through(world.columns.organization, at)
        )
    return mask


def data_point(world: World, name: str) -> int:
    """Those of whom Lusha has this kind of datum; an unknown kind nobody has."""
    columns, among = world.columns, world.masks.among
    phones = among(columns.phones, (c.MOBILE, c.DIRECT, c.MOBILE_AND_DIRECT, c.UNKNOWN))
    found = {
        "email": lambda: among(columns.emails, (c.WORK, c.PRIVATE, c.WORK_AND_PRIVATE)),
        "work_email": lambda: among(columns.emails, (c.WORK, c.WORK_AND_PRIVATE)),
        "private_email": lambda: among(columns.emails, (c.PRIVATE, c.WORK_AND_PRIVATE)),
        "phone": lambda: phones,
        "mobile_phone": lambda: among(columns.phones, (c.MOBILE, c.MOBILE_AND_DIRECT)),
        "direct_phone": lambda: among(columns.phones, (c.DIRECT, c.MOBILE_AND_DIRECT)),
        "unknown_phone": lambda: among(columns.phones, (c.UNKNOWN,)),
        "no_dnc_phone": lambda: phones & among(columns.do_not_call, (0,)),
    }.get(name)
    return found() if found else world.masks.nobody


def _data_points(world: World, names: Sequence[str], criteria: Mapping[str, Any]) -> int:
    masks = [data_point(world, name) for name in names]
    if criteria.get("existingDataPointsCondition") != "and":
        return either(masks)
    whole = world.masks.everyone
    for mask in masks:
        whole &= mask
    return whole


def _changed_since(world: World, date: str) -> int:
    return world.masks.among(world.columns.months, (back for back in range(180) if month(back) >= date))


def _signals(world: World, signals: Mapping[str, Any]) -> int:
    types = set(signals.get("types", ()))
    moved = formerly_at(world, lambda _: True)
    mask = _changed_since(world, signals.get("startDate", month(6)))
    if "allSignals" in types or types >= {"promotion", "companyChange"}:
        return mask
    if not types:
        return world.masks.nobody
    return mask & (moved if "companyChange" in types else world.masks.without(moved))


def _these(world: World, people: list[Any]) -> int:
    return world.masks.these(person.index for person in people if person is not None)


_MAKERS: dict[str, Callable[[World, Any, Mapping[str, Any]], int]] = {
    "names": lambda world, values, _: either([named(world, value) for value in values]),
    "jobTitles": lambda world, values, _: titled(world, lambda title: any(says(title, value) for value in values)),
    "normalizedJobTitles": lambda world, values, _: titled(
        world, lambda title: any(says(title, value) for value in values)
    ),
    "jobTitlesExactMatch": lambda world, values, _: titled(
        world, lambda title: fold(title) in {fold(value.strip()) for value in values}
    ),
    "searchText": lambda world, value, _: _text(world, value),
    "countries": lambda world, values, _: living_in(world, {value.upper() for value in values}),
    "locations": lambda world, values, _: world.masks.among(world.columns.city, cities(values)),
    "seniorityIds": lambda world, values, _: ranked(
        world, {seniority for seniority, number in SENIORITY_IDS.items() if number in values}
    ),
    "departments": lambda world, values, _: working_in(world, {value.lower() for value in values}),
    "linkedinUrls": lambda world, values, _: _these(world, [world.by_linkedin(url) for url in values]),
    "existingDataPoints": _data_points,
    "signals": lambda world, value, _: _signals(world, value),
    "emails": lambda world, values, _: _these(world, [world.by_email(value) for value in values]),
    "previousJobTitle": lambda world, values, _: (
        world.masks.through(
            world.columns.former_title, bytes(any(says(title, value) for value in values) for title in TITLES)
        )
        & formerly_at(world, lambda _: True)
    ),
    "skills": lambda world, values, _: can(world, values),
    "ids": lambda world, values, _: world.masks.these(
        number for value in values if (number := ids.number("contact", value)) is not None
    ),
    "jobChangedAfterDate": lambda world, value, _: _changed_since(world, value),
}


@lru_cache(maxsize=256)
def _mask(world: World, name: str, asked: str) -> int:
    value, condition = json.loads(asked)
    return _MAKERS[name](world, value, {"existingDataPointsCondition": condition})


def masks(world: World, criteria: Mapping[str, Any]) -> list[int]:
    """One mask per criterion with a value; what this world has no data about fits nobody, like an unknown value."""
    condition = criteria.get("existingDataPointsCondition")
    return [
        _mask(world, name, json.dumps([value, condition])) if name in _MAKERS else world.masks.nobody
        for name, value in criteria.items()
        if name not in CONDITIONS and value not in ([], {}, "", None)
    ]
