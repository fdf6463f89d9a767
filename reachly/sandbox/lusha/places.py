"""What a location of a Lusha filter means: every part given must fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reachly.sandbox.world.tables import CITIES, COUNTRIES, City, Country
from reachly.sandbox.world.text import fold


def _fits(location: Mapping[str, str], city: City, country: Country) -> bool:
    parts = {
        "city": (city.name,),
        "state": (city.state,),
        "country": (country.name, country.code),
        "countryIso2": (country.code,),
        "continent": (country.continent,),
        "countryGrouping": (country.region,),
        "region": (country.region,),
    }
    asked = {part: value for part, value in location.items() if value}
    return bool(asked) and all(fold(value) in map(fold, parts[part]) for part, value in asked.items())


def cities(locations: Iterable[Mapping[str, str]]) -> list[int]:
    """The numbers of the cities that one of ``locations`` means."""
    return [
        number
        for number, city in enumerate(CITIES)
        if any(_fits(location, city, COUNTRIES[city.country]) for location in locations)
    ]
