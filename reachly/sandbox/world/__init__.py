"""A made-up world of people and organizations, the same on every start."""

from __future__ import annotations

import threading
from functools import cached_property, lru_cache

from reachly.sandbox.world import columns as making
from reachly.sandbox.world.masks import Masks
from reachly.sandbox.world.names import FIRST, LAST
from reachly.sandbox.world.organizations import Organization, Organizations
from reachly.sandbox.world.people import Person, number_of_token
from reachly.sandbox.world.tables import DEPARTMENT
from reachly.sandbox.world.text import fold, handle

SEED = 20261001
PEOPLE = 50_000
MOST_PEOPLE = 300_000


class World:
    """Everyone there is: people in columns, organizations in a list, and masks to choose among them."""

    def __init__(self, people: int = PEOPLE) -> None:
        self.organizations = Organizations.made(people // 10, SEED)
        self.columns = making.made(people, self.organizations, SEED + 1)
        self.masks = Masks(people)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self.masks.count

    def person(self, index: int) -> Person:
        """The person of that number."""
        return Person(self, index)

    def skills_of(self, talent: int) -> tuple[str, ...]:
        """The three skills behind a number of the ``talent`` column."""
        skills = DEPARTMENT[talent >> 8].skills
        return tuple(skills[(talent + step * (1 + (talent >> 6 & 1))) % len(skills)] for step in (0, 1, 3))

    def by_linkedin(self, url: str) -> Person | None:
        """The person whose profile this is, however the address is written."""
        index = number_of_token(handle(url).rsplit("-", 1)[-1])
        if index is None or index >= len(self):
            return None
        person = self.person(index)
        return person if handle(person.linkedin) == handle(url) else None

    def by_email(self, email: str) -> Person | None:
        """The person who reads mail at this address, at work or at home."""
        wanted = email.strip().lower()
        if wanted.endswith("@mailbox.example"):
            try:
                index = int(wanted.split("@")[0].rsplit(".", 1)[-1], 16)
            except ValueError:
                return None
            found = self.person(index) if index < len(self) else None
            return found if found is not None and found.private_email == wanted else None
        organization = self.organizations.by_domain.get(wanted.rpartition("@")[2])
        return next((one for one in self.staff(organization) if one.work_email == wanted), None)

    def by_name(self, first: str, last: str, organization: Organization | None) -> Person | None:
        """The person of that name, in either script, at an organization."""
        wanted = (fold(first.strip()), fold(last.strip()))
        for person in self.staff(organization):
            latin = tuple(fold(part) for part in person.latin)
            if wanted in (latin, (fold(person.first_name), fold(person.last_name))):
                return person
        return None

    def staff(self, organization: Organization | None) -> list[Person]:
        """Everyone who works there."""
        return [] if organization is None else [self.person(index) for index in self._staff[organization.index]]

    @cached_property
    def _staff(self) -> list[list[int]]:
        with self._lock:
            found: list[list[int]] = [[] for _ in self.organizations]
            for index, place in enumerate(self.columns.organization):
                found[place].append(index)
            return found

    @cached_property
    def spoken_names(self) -> tuple[list[str], list[str]]:
        """Given and family names by number, both scripts in one line, to look for words in."""
        return ([f"{name.native} {name.latin}" for name in FIRST], [f"{name.native} {name.latin}" for name in LAST])


@lru_cache(maxsize=2)
def world(people: int = PEOPLE) -> World:
    """The world with that many people."""
    if not 10 <= people <= MOST_PEOPLE:
        raise ValueError(f"between 10 and {MOST_PEOPLE} people, not {people}")
    return World(people)
