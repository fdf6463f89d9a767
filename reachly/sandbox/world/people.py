"""One person of the world, read from the columns when somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reachly.sandbox.world import phones
from reachly.sandbox.world.names import FAMILY_FIRST, FIRST, LAST
from reachly.sandbox.world.tables import CITIES, COUNTRIES, DEPARTMENT, SENIORITY, TITLES, VARIANTS, City, Country
from reachly.sandbox.world.text import slug

if TYPE_CHECKING:
    from reachly.sandbox.world import World
    from reachly.sandbox.world.organizations import Organization

_ODD = 0x9E3779B1
_INVERSE = pow(_ODD, -1, 1 << 32)
_TODAY = 2026 * 12 + 9  # the world's clock stands still in October 2026
_WRITTEN = ("{first}.{last}", "{first}_{last}", "{last}.{first}")


def number_of_token(token: str) -> int | None:
    """The person whose LinkedIn address ends in ``token``."""
    try:
        return int(token, 16) * _INVERSE & 0xFFFFFFFF
    except ValueError:
        return None


def month(back: int) -> str:
    """The first day of the month ``back`` months before the world's present."""
    year, zero_based = divmod(_TODAY - back, 12)
    return f"{year}-{zero_based + 1:02}-01"


class Person:
    """A person by number; every attribute follows from the number and the world alone."""

    __slots__ = ("_world", "index")

    def __init__(self, world: World, index: int) -> None:
        self._world = world
        self.index = index

    @property
    def scripted(self) -> bool:
        """Whether the name is written in its own script."""
        return bool(self._world.columns.scripted[self.index])

    @property
    def first_name(self) -> str:
        """The given name as the profile shows it."""
        name = FIRST[self._world.columns.first[self.index]]
        return name.native if self.scripted else name.latin

    @property
    def last_name(self) -> str:
        """The family name as the profile shows it."""
        name = LAST[self._world.columns.last[self.index]]
        return name.native if self.scripted else name.latin

    @property
    def full_name(self) -> str:
        """Both names in the order their language has."""
        if self.scripted and self._world.columns.last[self.index] in FAMILY_FIRST:
            return f"{self.last_name} {self.first_name}"
        return f"{self.first_name} {self.last_name}"

    @property
    def latin(self) -> tuple[str, str]:
        """Given and family name in Latin letters."""
        columns = self._world.columns
        return FIRST[columns.first[self.index]].latin, LAST[columns.last[self.index]].latin

    @property
    def organization(self) -> Organization:
        """Where the person works."""
        return self._world.organizations[self._world.columns.organization[self.index]]

    @property
    def city(self) -> City:
        """Where the person lives."""
        return CITIES[self._world.columns.city[self.index]]

    @property
    def country(self) -> Country:
        """The country of that city."""
        return COUNTRIES[self.city.country]

    @property
    def title(self) -> str:
        """The job title."""
        return TITLES[self._world.columns.title[self.index]]

    @property
    def seniority(self) -> str:
        """A value of ``SENIORITIES``."""
        return SENIORITY[self._world.columns.title[self.index] // VARIANTS % len(SENIORITY)]

    @property
    def department(self) -> str:
        """A value of ``DEPARTMENTS``."""
        return DEPARTMENT[self._world.columns.title[self.index] // VARIANTS // len(SENIORITY)].name

    @property
    def skills(self) -> tuple[str, ...]:
        """Three things the person can do."""
        return self._world.skills_of(self._world.columns.talent[self.index])

    @property
    def since(self) -> str:
        """The day the present position began."""
        return month(self._world.columns.months[self.index])

    @property
    def linkedin(self) -> str:
        """The address of the profile, unique to the person."""
        return f"https://www.linkedin.com/in/{slug(' '.join(self.latin))}-{self.index * _ODD & 0xFFFFFFFF:08x}"

    @property
    def work_email(self) -> str:
        """The address at work, unique to the person."""
        organization = self.organization
        first, last = (slug(part, "") for part in self.latin)
        local = _WRITTEN[organization.index % len(_WRITTEN)].format(first=first, last=last)
        return f"{local}@{organization.domain}"

    @property
    def private_email(self) -> str:
        """The address at home."""
        first, last = (slug(part, "") for part in self.latin)
        return f"{first}.{last}.{self.index:x}@mailbox.example"

    @property
    def mobile(self) -> str:
        """The mobile telephone."""
        return phones.mobile(self.country.code, self.index * 7 + 3)

    @property
    def direct(self) -> str:
        """The line on the desk."""
        return phones.direct(self.country.code, self.index * 11 + 5)

    @property
    def former(self) -> tuple[Organization, str] | None:
        """The organization and title before this one, where there was one."""
        columns = self._world.columns
        number = columns.former_organization[self.index]
        if number >= len(self._world.organizations):
            return None
        return self._world.organizations[number], TITLES[columns.former_title[self.index]]
