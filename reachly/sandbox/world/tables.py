"""What the world is made from: places, names, trades and departments, read once from the files beside this one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from reachly.vocabulary import COUNTRY_NAMES, DEPARTMENTS, INDUSTRIES, SENIORITIES

HERE = Path(__file__).parent


def read(name: str) -> dict[str, Any]:
    """The table kept in ``name``."""
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))
    return found


def listed(text: str) -> tuple[str, ...]:
    """The parts of a comma-separated line."""
    return tuple(text.split(", "))


class City(NamedTuple):
    """A city, the state it lies in, and the number of its country."""

    name: str
    state: str
    country: int


class Country(NamedTuple):
    """A country with the numbers of its cities and the forms its companies take."""

    code: str
    name: str
    continent: str
    region: str
    eu: bool
    pool: str
    legal: tuple[str, ...]
    cities: tuple[int, ...]
    weight: int


class Industry(NamedTuple):
    """A main industry; ``id`` counts from one, and its n-th branch has the id ``100 * id + n``."""

    id: int
    name: str
    branches: tuple[str, ...]
    words: tuple[str, ...]
    sic: str
    naics: str


class Department(NamedTuple):
    """A department and what people in it can do."""

    name: str
    skills: tuple[str, ...]


def _city(entry: str, country: int) -> City:
    name, _, state = entry.partition("/")
    return City(name, state, country)


def _places() -> tuple[tuple[Country, ...], tuple[City, ...]]:
    countries: list[Country] = []
    cities: list[City] = []
    for number, (code, about) in enumerate(read("places").items()):
        first = len(cities)
        cities += [_city(entry, number) for entry in listed(about["cities"])]
        countries.append(
            Country(
                code,
                COUNTRY_NAMES[code],
                about["continent"],
                about["region"],
                about.get("eu", False),
                about["pool"],
                listed(about["legal"]),
                tuple(range(first, len(cities))),
                about["weight"],
            )
        )
    return tuple(countries), tuple(cities)


COUNTRIES, CITIES = _places()

INDUSTRY = tuple(
    Industry(number, name, listed(about["subs"]), listed(about["words"]), about["sic"], about["naics"])
    for number, (name, about) in enumerate(
        ((option.value, read("industries")[option.value]) for option in INDUSTRIES), 1
    )
)

_ABOUT_DEPARTMENTS = read("departments")
DEPARTMENT = tuple(
    Department(option.value, listed(_ABOUT_DEPARTMENTS[option.value]["skills"])) for option in DEPARTMENTS
)
SENIORITY = tuple(option.value for option in SENIORITIES)

COMPANY_WORDS = read("companies")
"""Words for the names of organizations, and what they use and are."""

VARIANTS = 4
"""Titles there are for one department and seniority."""


def _short(title: str) -> str:
    """A chief's title with its initials behind it, as many write it; other titles as they are."""
    parts = title.split()
    if parts[0] != "Chief" or parts[-1] != "Officer":
        return title
    return f"{title} ({''.join(part[0] for part in parts)})"


def _titles() -> tuple[str, ...]:
    made: list[str] = []
    for option in DEPARTMENTS:
        about = _ABOUT_DEPARTMENTS[option.value]
        one, two, three = listed(about["names"])
        role, other, third = listed(about["roles"])
        chief, second_chief = listed(about["chief"])
        ranks = {
            "founder": ("Founder", "Co-Founder", "Founder & CEO", f"Co-Founder, {one}"),
            "c_level": (chief, _short(chief), second_chief, _short(second_chief)),
            "partner": ("Partner", "Managing Partner", f"Partner, {two}", f"Partner, {one}"),
            "vp": (f"VP {one}", f"Vice President of {two}", f"VP of {three}", f"Senior Vice President {one}"),
            "head": (f"Head of {one}", f"Head of {two}", f"Head of {three}", f"Global Head of {one}"),
            "director": (f"Director of {one}", f"{two} Director", f"Director, {three}", f"Senior Director {one}"),
            "manager": (f"{one} Manager", f"{two} Manager", f"{three} Manager", f"Regional {one} Manager"),
            "senior": (f"Senior {role}", f"Senior {other}", f"Senior {third}", f"Lead {role}"),
            "entry": (role, other, third, f"Junior {role}"),
            "intern": (f"{one} Intern", f"{two} Intern", f"{three} Trainee", f"{role} Intern"),
        }
        for rank in SENIORITY:
            made += ranks[rank]
    return tuple(made)


TITLES = _titles()
"""Every job title; its number is ``(department * 10 + seniority) * VARIANTS + variant``."""
