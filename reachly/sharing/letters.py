"""What somebody is told who is invited to a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reachly.accounts import Person
from reachly.lists import List

MAY = {"viewer": "look at it", "editor": "look at it, and change notes, tags and the order"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail."""

    subject: str
    text: str


def invited(person: Person, of: List, role: str, link: str, until: datetime) -> Letter:
    """To whoever is invited to a list."""
    about = f"\n\n{of.description}" if of.description else ""
    return Letter(
        f"{person.name} shares the list “{of.name}” with you",
        f"Hello,\n\n{person.name} ({person.email}) of {person.workspace} shares the list “{of.name}” with you on"
        f" Reachly. You may {MAY[role]}.{about}\n\nTo see it, open this link before {until:%d %B %Y}. It is for you"
        f" alone, and works once:\n\n{link}\n\nIf you did not expect this, leave it: nothing happens.\n",
    )
