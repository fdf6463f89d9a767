"""The people of the world as columns of small numbers, made in a fraction of a second."""

from __future__ import annotations

import random
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from reachly.sandbox.world.names import FIRST_SPELLING, LAST_SPELLING, LATIN_POOLS, POOLS, Pool
from reachly.sandbox.world.organizations import Organizations
from reachly.sandbox.world.tables import COUNTRIES, SENIORITY, TITLES, VARIANTS

BOTH, LUSHA, CLAY = 0, 1, 2
"""Who knows a person."""
NONE, WORK, PRIVATE, WORK_AND_PRIVATE = 0, 1, 2, 3
"""Which e-mail addresses Lusha has."""
MOBILE, DIRECT, MOBILE_AND_DIRECT, UNKNOWN = 1, 2, 3, 4
"""Which telephones Lusha has; ``NONE`` stands for none here too."""
WHOLE, PARTIAL, RESTRICTED, BROKEN = 0, 1, 2, 3
"""The state of a profile at Lusha; ``BROKEN`` ones fail to enrich."""

_NEVER_WORKED = 0xFFFF
_DEPARTMENTS = (6, 5, 8, 15, 7, 5, 4, 6, 8, 4, 9, 8, 5, 5, 13, 3)
_SENIORITIES = (3, 6, 2, 6, 6, 12, 24, 20, 18, 3)
_GENERAL_MANAGEMENT = 5


def shares(*weights: int) -> bytes:
    """A table that turns an even byte into the number of a share, in the proportion of ``weights``."""
    whole, sum_so_far, table = sum(weights), 0, bytearray()
    for number, weight in enumerate(weights):
        sum_so_far += weight
        table += bytes([number]) * (256 * sum_so_far // whole - len(table))
    return bytes(table)


@dataclass(slots=True)
class Columns:
    """One entry per person in every column; ``bytes`` where 256 values are enough, ``array('H')`` where not."""

    organization: array[int]
    title: array[int]
    city: bytes
    first: array[int]
    last: array[int]
    scripted: bytes
    known_to: bytes
    emails: bytes
    phones: bytes
    do_not_call: bytes
    profile: bytes
    clay_email: bytes
    clay_phone: bytes
    talent: array[int]
    months: bytes
    former_organization: array[int]
    former_title: array[int]


def made(count: int, organizations: Organizations, seed: int) -> Columns:
    """``count`` people at ``organizations``; the same for the same numbers."""
    rng = random.Random(seed)
    places = list(range(len(organizations)))
    places += rng.choices(places, [1 + 2 * organization.size for organization in organizations], k=count - len(places))
    rng.shuffle(places)

    def drawn(*weights: int) -> bytes:
        return rng.randbytes(count).translate(shares(*weights))

    departments, seniorities, variants = drawn(*_DEPARTMENTS), drawn(*_SENIORITIES), drawn(*[1] * VARIANTS)
    ranks = len(SENIORITY)
    title = array(
        "H",
        [
            ((_GENERAL_MANAGEMENT if rank == 0 else department) * ranks + rank) * VARIANTS + variant
            for department, rank, variant in zip(departments, seniorities, variants, strict=True)
        ],
    )
    city = _cities(rng, places, organizations)
    first, last, scripted = _names(rng, places, city)
    gifts = rng.randbytes(count)
    worked_before = drawn(1, 3)
    former = rng.choices(range(len(organizations)), k=count)
    return Columns(
        organization=array("H", places),
        title=title,
        city=city,
        first=first,
        last=last,
        scripted=scripted,
        known_to=drawn(60, 22, 18),
        emails=drawn(14, 62, 8, 16),
        phones=drawn(52, 22, 10, 12, 4),
        do_not_call=drawn(9, 1),
        profile=drawn(245, 7, 3, 1),
        clay_email=drawn(35, 65),
        clay_phone=drawn(70, 30),
        talent=array(
            "H", [number // VARIANTS // ranks * 256 + gift for number, gift in zip(title, gifts, strict=True)]
        ),
        months=bytes(byte % 180 for byte in rng.randbytes(count)),
        former_organization=array(
            "H", [place if worked else _NEVER_WORKED for place, worked in zip(former, worked_before, strict=True)]
        ),
        former_title=array("H", rng.choices(range(len(TITLES)), k=count)),
    )


def _cities(rng: random.Random, places: Sequence[int], organizations: Organizations) -> bytes:
    """Four of five people live in the country of their organization."""
    count = len(places)
    homes = [organization.city.country for organization in organizations]
    elsewhere = rng.choices(range(len(COUNTRIES)), [country.weight for country in COUNTRIES], k=count)
    made_up = bytearray(count)
    for index, (place, abroad, chance, street) in enumerate(
        zip(places, elsewhere, rng.randbytes(count), rng.randbytes(count), strict=True)
    ):
        cities = COUNTRIES[homes[place] if chance < 205 else abroad].cities
        made_up[index] = cities[street % len(cities)]
    return bytes(made_up)


def _names(rng: random.Random, places: Sequence[int], city: bytes) -> tuple[array[int], array[int], bytes]:
    """A name for everyone, never the same Latin spelling twice in one organization."""
    count = len(places)
    pools = [POOLS[country.pool] for country in COUNTRIES for _ in country.cities]
    first, last, scripted = array("H", bytes(2 * count)), array("H", bytes(2 * count)), bytearray(count)
    taken: set[int] = set()
    draws = zip(places, city, array("I", rng.randbytes(4 * count)), rng.randbytes(count), strict=True)
    for index, (place, town, draw, chance) in enumerate(draws):
        pool: Pool = pools[town] if chance < 226 else LATIN_POOLS[draw % len(LATIN_POOLS)]
        given, family = draw % 65521 % pool.firsts, draw // 65521 % pool.lasts
        while True:
            key = (place << 24) | (FIRST_SPELLING[pool.first + given] << 12) | LAST_SPELLING[pool.last + family]
            if key not in taken:
                break
            family = (family + 1) % pool.lasts
            if family == 0:
                given = (given + 1) % pool.firsts
        taken.add(key)
        first[index], last[index] = pool.first + given, pool.last + family
        scripted[index] = pool.scripted and chance % 3 == 0
    return first, last, bytes(scripted)
