"""What people of a workspace are told, in the app and by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reachly.accounts import Person
from reachly.invitations import moment
from reachly.settings import settings

AS = {"admin": "an admin", "member": "a member", "viewer": "a viewer", "owner": "the owner"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, and the sentence that the app says."""

    subject: str
    text: str
    notice: str


def invited(person: Person, role: str, link: str, until: datetime) -> Letter:
    """To whoever is invited into the workspace."""
    words = f"{person.name} invites you to {person.workspace} as {AS[role]}."
    return Letter(
        f"{person.name} invites you to {person.workspace}",
        f"Hello,\n\n{person.name} ({person.email}) invites you to the workspace {person.workspace} on Reachly, as"
        f" {AS[role]}.\n\nTo accept, open this link until {moment(until)}. It is for you alone:\n\n{link}\n\n"
        "If you did not expect this, leave it: nothing happens.\n",
        f"{words} The link is in your mail.",
    )


def joined(name: str, workspace: str, role: str) -> Letter:
    """To who runs the workspace."""
    words = f"{name} joined {workspace} as {AS[role]}."
    return Letter(words[:-1], _plain(words, "/team"), words)


def role_changed(person: Person, role: str) -> Letter:
    """To the one whose role it is."""
    words = f"{person.name} made you {AS[role]} of {person.workspace}."
    return Letter(f"You are {AS[role]} of {person.workspace} now", _plain(words, "/team"), words)


def removed(person: Person) -> Letter:
    """To the one who was."""
    words = f"{person.name} removed you from {person.workspace}."
    more = "Your own workspace and what is in it are untouched."
    return Letter(f"You were removed from {person.workspace}", f"Hello,\n\n{words} {more}\n", words)


def offered(person: Person) -> Letter:
    """To the one who may take the workspace over."""
    words = f"{person.name} wants to hand {person.workspace} over to you."
    return Letter(
        f"{person.workspace}: take it over?", _plain(f"{words} You can take it or turn it down.", "/team"), words
    )


def _plain(words: str, path: str) -> str:
    return f"Hello,\n\n{words}\n\n{(settings().public_url or '').rstrip('/')}{path}\n"
