"""A place as a person types it, taken apart: "Germany", "DE", "Berlin", "San Francisco, California, United States"."""

from __future__ import annotations

from typing import NamedTuple

from reachly.vocabulary import COUNTRY_CODES, COUNTRY_NAMES

CONTINENTS = {
    name.casefold(): name
    for name in ("Africa", "Antarctica", "Asia", "Europe", "North America", "Oceania", "South America")
}
# fmt: off
US_STATES = {
    "al": "Alabama", "ak": "Alaska", "az": "Arizona", "ar": "Arkansas", "ca": "California", "co": "Colorado",
    "ct": "Connecticut", "de": "Delaware", "fl": "Florida", "ga": "Georgia", "hi": "Hawaii", "id": "Idaho",
    "il": "Illinois", "in": "Indiana", "ia": "Iowa", "ks": "Kansas", "ky": "Kentucky", "la": "Louisiana",
    "me": "Maine", "md": "Maryland", "ma": "Massachusetts", "mi": "Michigan", "mn": "Minnesota", "ms": "Mississippi",
    "mo": "Missouri", "mt": "Montana", "ne": "Nebraska", "nv": "Nevada", "nh": "New Hampshire", "nj": "New Jersey",
    "nm": "New Mexico", "ny": "New York", "nc": "North Carolina", "nd": "North Dakota", "oh": "Ohio",
    "ok": "Oklahoma", "or": "Oregon", "pa": "Pennsylvania", "ri": "Rhode Island", "sc": "South Carolina",
    "sd": "South Dakota", "tn": "Tennessee", "tx": "Texas", "ut": "Utah", "vt": "Vermont", "va": "Virginia",
    "wa": "Washington", "wv": "West Virginia", "wi": "Wisconsin", "wy": "Wyoming",
}
# fmt: on


class Place(NamedTuple):
    """One place. ``country_code`` and ``country`` go together; ``parts`` are the finer names as typed, finest first."""

    parts: tuple[str, ...] = ()
    country_code: str | None = None
    country: str | None = None
    continent: str | None = None

    @property
    def whole_country(self) -> bool:
        """True for a known country and nothing finer."""
        return self.country_code is not None and not self.parts


def places_of(written: str) -> tuple[Place, ...]:
    """The places that ``written`` may name, as alternatives; none for an empty text.

    Usually one. Two letters after a city can be a country and a state of the USA at once ("Wilmington, DE", "Berlin,
    DE"): both are given, because the city's name already tells them apart.
    """
    parts = tuple(part for piece in written.split(",") if (part := " ".join(piece.split())))
    if not parts:
        return ()
    *finer, last = parts
    found = []
    if code := COUNTRY_CODES.get(last.casefold()):
        found.append(Place(tuple(finer), code, COUNTRY_NAMES[code]))
    if finer and (state := US_STATES.get(last.casefold())):
        found.append(Place((*finer, state), "US", COUNTRY_NAMES["US"]))
    if not found and not finer and (continent := CONTINENTS.get(last.casefold())):
        found.append(Place(continent=continent))
    return tuple(found) or (Place(parts),)


def country_name(code_or_name: str | None) -> str | None:
    """The English short name of a country given by name or ISO code; a name not in the vocabulary stays as it is."""
    if not code_or_name:
        return None
    code = COUNTRY_CODES.get(code_or_name.strip().casefold())
    return COUNTRY_NAMES[code] if code else code_or_name.strip()
