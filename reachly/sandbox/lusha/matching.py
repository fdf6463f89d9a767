"""Whom a prospecting request means: the filters joined, and the last answers kept so that paging costs nothing."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from reachly.sandbox.lusha import company_filters, contact_filters
from reachly.sandbox.world import World
from reachly.sandbox.world import columns as c
from reachly.sandbox.world.choosing import formerly_at
from reachly.sandbox.world.text import fold, host


def contacts(world: World, filters: Mapping[str, Any], options: Mapping[str, Any]) -> array[int]:
    """The numbers of the contacts that Lusha knows and that fit, in a stable order."""
    return _contacts(world, json.dumps([filters, options], sort_keys=True))


def companies(world: World, filters: Mapping[str, Any]) -> list[int]:
    """The numbers of the companies that fit; with criteria about contacts, those where such a contact works."""
    return list(_companies(world, json.dumps(filters, sort_keys=True)))


@lru_cache(maxsize=64)
def _contacts(world: World, asked: str) -> array[int]:
    filters, options = json.loads(asked)
    mask = world.masks.among(world.columns.known_to, (c.BOTH, c.LUSHA))
    people, firms = filters.get("contacts", {}), filters.get("companies", {})
    mask = _narrowed(world, mask, people.get("include", {}), people.get("exclude", {}))
    at = company_filters.matching(world, firms.get("include", {}), firms.get("exclude", {}))
    if at is not None:
        mask &= world.masks.through(world.columns.organization, at)
    mask &= _past(world, firms.get("include", {}), world.masks.everyone)
    mask &= world.masks.without(_past(world, firms.get("exclude", {}), world.masks.nobody))
    if not options.get("includePartialProfiles", True):
        mask &= world.masks.without(world.masks.among(world.columns.profile, (c.PARTIAL,)))
    if options.get("excludeDnc"):
        called = world.masks.without(world.masks.among(world.columns.phones, (c.NONE,)))
        mask &= world.masks.without(called & world.masks.among(world.columns.do_not_call, (1,)))
    return world.masks.numbers(mask)


def _narrowed(world: World, mask: int, include: Mapping[str, Any], exclude: Mapping[str, Any]) -> int:
    for wanted in contact_filters.masks(world, include):
        mask &= wanted
    for unwanted in contact_filters.masks(world, exclude):
        mask &= world.masks.without(unwanted)
    return mask


def _past(world: World, criteria: Mapping[str, Any], otherwise: int) -> int:
    domains = {host(value) for value in criteria.get("previousCompanyDomains", ())}
    names = [fold(value) for value in criteria.get("previousCompanyNames", ())]
    if not domains and not names:
        return otherwise
    return formerly_at(world, lambda one: one.domain in domains or any(name in fold(one.name) for name in names))


@lru_cache(maxsize=64)
def _companies(world: World, asked: str) -> array[int]:
    filters = json.loads(asked)
    firms, people = filters["companies"], filters.get("contacts", {})
    fits = company_filters.matching(world, firms["include"], firms.get("exclude", {}))
    chosen = fits if fits is not None else b"\1" * len(world.organizations)
    if people.get("include") or people.get("exclude"):
        mask = world.masks.among(world.columns.known_to, (c.BOTH, c.LUSHA))
        mask = _narrowed(world, mask, people.get("include", {}), people.get("exclude", {}))
        staffed = {world.columns.organization[number] for number in world.masks.numbers(mask)}
        return array("I", (number for number, fit in enumerate(chosen) if fit and number in staffed))
    return array("I", (number for number, fit in enumerate(chosen) if fit))
