"""Names from many languages, in their own script and in Latin letters."""

from __future__ import annotations

from typing import NamedTuple

from reachly.sandbox.world.tables import listed, read
from reachly.sandbox.world.text import slug


class Name(NamedTuple):
    """One name as its bearer writes it and as it stands in a passport."""

    native: str
    latin: str


class Pool(NamedTuple):
    """The names of one language: where its given and family names begin in the great lists, and how many there are."""

    first: int
    firsts: int
    last: int
    lasts: int
    scripted: bool
    family_first: bool


FIRST: list[Name] = []
LAST: list[Name] = []
POOLS: dict[str, Pool] = {}


def _names(line: str) -> list[Name]:
    pairs = [entry.partition(":") for entry in listed(line)]
    return [Name(native, latin or native) for native, _, latin in pairs]


for _language, _about in read("names").items():
    _first, _last = _names(_about["first"]), _names(_about["last"])
    POOLS[_language] = Pool(
        len(FIRST), len(_first), len(LAST), len(_last), "script" in _about, _about.get("order") == "family"
    )
    FIRST += _first
    LAST += _last

LATIN_POOLS = tuple(pool for pool in POOLS.values() if not pool.scripted)
FAMILY_FIRST = frozenset(
    number for pool in POOLS.values() if pool.family_first for number in range(pool.last, pool.last + pool.lasts)
)


def _numbers(names: list[Name]) -> tuple[int, ...]:
    known: dict[str, int] = {}
    return tuple(known.setdefault(slug(name.latin, ""), len(known)) for name in names)


FIRST_SPELLING = _numbers(FIRST)
"""The same number for given names that are spelt alike in an e-mail address."""
LAST_SPELLING = _numbers(LAST)
