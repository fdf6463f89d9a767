"""The organizations of the world: five thousand companies that never were."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from reachly.sandbox.world.tables import CITIES, COMPANY_WORDS, COUNTRIES, INDUSTRY, City, Country, Industry, listed
from reachly.sandbox.world.text import fold, slug
from reachly.vocabulary import COMPANY_SIZES

_BRANDS = listed(COMPANY_WORDS["first"])
_TRADES = tuple(COMPANY_WORDS["trades"].items())
_TECHNOLOGIES = listed(COMPANY_WORDS["technologies"])
_TYPES = listed(COMPANY_WORDS["types"])
_INDUSTRY_BY_NAME = {industry.name: industry for industry in INDUSTRY}
_COMMON = [6 if industry.name == "Software" else 1 for industry in INDUSTRY]
_STRIDE = 4391  # shares no factor with the number of brand and trade pairs, so it visits each of them once

_REVENUES = (
    (1, 1_000_000),
    (1_000_001, 10_000_000),
    (10_000_001, 50_000_000),
    (50_000_001, 100_000_000),
    (100_000_001, 500_000_000),
    (500_000_001, 1_000_000_000),
    (1_000_000_001, 10_000_000_000),
    (10_000_000_001, 100_000_000_000),
)
REVENUE_RANGES = _REVENUES
"""The ranges of revenue in US dollars that an organization can be in, the last one open upwards."""


@dataclass(frozen=True, slots=True)
class Organization:
    """One company.

    ``size`` is the number of its band in ``COMPANY_SIZES``, ``revenue`` that of its range; ``spoken`` is all that is
    said about it, folded, to look for words in.
    """

    index: int
    name: str
    domain: str
    industry: Industry
    branch: int
    city: City
    country: Country
    headcount: int
    size: int
    revenue: int
    founded: int
    type: str
    models: tuple[str, ...]
    technologies: tuple[str, ...]
    keywords: tuple[str, ...]
    description: str
    spoken: str

    @property
    def branch_name(self) -> str:
        """The finer label within its industry."""
        return self.industry.branches[self.branch]

    @property
    def branch_id(self) -> int:
        """The number of that label."""
        return self.industry.id * 100 + self.branch + 1

    @property
    def revenue_range(self) -> tuple[int, int]:
        """What it turns over in a year, in US dollars."""
        return _REVENUES[self.revenue]

    @property
    def linkedin(self) -> str:
        """The address of its page."""
        return f"https://www.linkedin.com/company/{self.domain.removesuffix('.example')}"


Test = Callable[[Organization], bool]


def _made(index: int, rng: random.Random, country: Country) -> Organization:
    pairs = len(_BRANDS) * len(_TRADES)
    lap, place = index // pairs, index * _STRIDE % pairs
    brand = _BRANDS[place // len(_TRADES)]
    trade, field = _TRADES[place % len(_TRADES)]
    industry = _INDUSTRY_BY_NAME[field] if field else rng.choices(INDUSTRY, _COMMON)[0]
    size = rng.choices(range(len(COMPANY_SIZES)), (14, 26, 24, 12, 8, 10, 3, 3))[0]
    band = COMPANY_SIZES[size]
    headcount = rng.randint(band.least, band.most or 180_000)
    branch = rng.randrange(len(industry.branches))
    name = f"{brand} {trade}" + (f" {lap + 1}" if lap else "")
    full_name = f"{name} {rng.choice(country.legal)}" if rng.random() < 0.7 else name
    city = CITIES[rng.choice(country.cities)]
    label = industry.branches[branch].lower()
    one, two = (industry.words[(branch + step) % len(industry.words)] for step in range(2))
    keywords = (one, two, trade.lower(), label)
    description = f"{full_name} from {city.name} works in {label}: {one} and {two}."
    return Organization(
        index=index,
        name=full_name,
        domain=f"{slug(name)}.example",
        industry=industry,
        branch=branch,
        city=city,
        country=country,
        headcount=headcount,
        size=size,
        revenue=min(len(_REVENUES) - 1, max(0, size + rng.choice((-1, 0, 0, 0, 1)))),
        founded=min(2025, int(rng.triangular(1885, 2025, 2012))),
        type=rng.choices(_TYPES, (70, 14, 6, 4, 4, 2))[0],
        models=rng.choice((("B2B",), ("B2B",), ("B2C",), ("B2B", "B2C"), ("B2G",), ("B2B", "B2G"))),
        technologies=tuple(rng.sample(_TECHNOLOGIES, 4)),
        keywords=keywords,
        description=description,
        spoken="\n".join((*keywords, fold(description))),
    )


class Organizations(list[Organization]):
    """All organizations in the order of their numbers, and ways to find one."""

    @classmethod
    def made(cls, count: int, seed: int) -> Organizations:
        """The first ``count`` organizations that ``seed`` gives; the same every time."""
        rng = random.Random(seed)
        homes = rng.choices(COUNTRIES, [country.weight for country in COUNTRIES], k=count)
        return cls(_made(index, rng, home) for index, home in enumerate(homes))

    def fitting(self, wanted: Sequence[Test], unwanted: Sequence[Test]) -> bytes:
        """A one for each organization that passes all of ``wanted`` and none of ``unwanted``."""
        left: list[Organization] = self
        for test in wanted:
            left = [one for one in left if test(one)]
        for test in unwanted:
            left = [one for one in left if not test(one)]
        table = bytearray(len(self))
        for one in left:
            table[one.index] = 1
        return bytes(table)

    @cached_property
    def by_domain(self) -> dict[str, Organization]:
        """Each organization under its domain."""
        return {organization.domain: organization for organization in self}

    @cached_property
    def by_name(self) -> dict[str, Organization]:
        """Each organization under its name in lower case."""
        return {organization.name.lower(): organization for organization in self}
