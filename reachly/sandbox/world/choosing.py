"""Who is meant by a title, a rank, a name or a place: the masks that both providers' filters are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from reachly.sandbox.world.organizations import Organization
from reachly.sandbox.world.tables import CITIES, COUNTRIES, DEPARTMENT, SENIORITY, TITLES, VARIANTS
from reachly.sandbox.world.text import fold, says, words

if TYPE_CHECKING:
    from reachly.sandbox.world import World


def titled(world: World, fits: Callable[[str], bool]) -> int:
    """Those whose job title ``fits``."""
    return world.masks.through(world.columns.title, bytes(map(fits, TITLES)))


def ranked(world: World, seniorities: set[str]) -> int:
    """Those of one of these seniorities."""
    fits = [SENIORITY[number // VARIANTS % len(SENIORITY)] in seniorities for number in range(len(TITLES))]
    return world.masks.through(world.columns.title, bytes(fits))


def working_in(world: World, departments: set[str]) -> int:
    """Those of one of these departments, named in lower case."""
    span = VARIANTS * len(SENIORITY)
    fits = [DEPARTMENT[number // span].name.lower() in departments for number in range(len(TITLES))]
    return world.masks.through(world.columns.title, bytes(fits))


def living_in(world: World, countries: set[str]) -> int:
    """Those who live in one of the countries with these codes."""
    towns = [number for number, city in enumerate(CITIES) if COUNTRIES[city.country].code in countries]
    return world.masks.among(world.columns.city, towns)


def named(world: World, query: str) -> int:
    """Those in whose name, in either script, every word of ``query`` begins a word."""
    mask = world.masks.everyone if words(query) else world.masks.nobody
    firsts, lasts = world.spoken_names
    for word in words(query):
        first = bytes(says(name, word) for name in firsts)
        last = bytes(says(name, word) for name in lasts)
        mask &= world.masks.through(world.columns.first, first) | world.masks.through(world.columns.last, last)
    return mask


def formerly_at(world: World, fits: Callable[[Organization], bool]) -> int:
    """Those who worked for an organization that ``fits`` before the present one."""
    table = bytearray(1 << 16)
    table[: len(world.organizations)] = bytes(map(fits, world.organizations))
    return world.masks.through(world.columns.former_organization, table)


def can(world: World, skills: Sequence[str]) -> int:
    """Those who have one of ``skills``."""
    wanted = {fold(skill) for skill in skills}
    fits = bytes(bool(wanted & set(world.skills_of(talent))) for talent in range(256 * len(DEPARTMENT)))
    return world.masks.through(world.columns.talent, fits)


def either(masks: Iterable[int]) -> int:
    """Those in any of ``masks``."""
    whole = 0
    for mask in masks:
        whole |= mask
    return whole
