"""What somebody is told who is invited to a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reachly.accounts import Person
from reachly.invitations import moment
from reachly.lists import List
from reachly.plain import unlinked

MAY = {"viewer": "look at it", "editor": "look at it, and change notes, tags and the order"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail."""

    subject: str
    text: str
    notice: str


def invited(person: Person, of: List, role: str, link: str, until: datetime) -> Letter:
    """To whoever is invited to a list."""
    by, place, name = unlinked(person.name), unlinked(person.workspace), unlinked(of.name)
    words = f"{by} shares the list “{name}” with you"
    about = f"\n\n{unlinked(of.description)}" if of.description else ""
    return Letter(
        words,
        f"Hello,\n\n{by} ({person.email}) of {place} shares the list “{name}” with you on"
        f" Reachly. You may {MAY[role]}.{about}\n\nTo see it, open this link until {moment(until)}. It is for you"
        f" alone, and works once:\n\n{link}\n\nIf you did not expect this, leave it: nothing happens.\n",
        f"{words}. The link is in your mail.",
    )


def ended(by: str, workspace: str, name: str) -> str:
    """To a guest who has a list no more."""
    return f"{by} of {workspace} has stopped sharing the list “{name}” with you."


def accepted(guest: Person, name: str) -> str:
    """To who invited a guest, and whose list it is."""
    return f"{guest.name} ({guest.email}) accepted: the list “{name}” is shared with them now."
