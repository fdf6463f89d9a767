"""What people of a workspace are told, in the app and by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reachly.accounts import Person
from reachly.invitations import moment
from reachly.plain import unlinked
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
    by, place = unlinked(person.name), unlinked(person.workspace)
    return Letter(
        f"{by} invites you to {place}",
        f"Hello,\n\n{by} ({person.email}) invites you to the workspace {place} on Reachly, as"
        f" {AS[role]}.\n\nTo accept, open this link until {moment(until)}. It is for you alone:\n\n{link}\n\n"
        "If you did not expect this, leave it: nothing happens.\n",
        f"{by} invites you to {place} as {AS[role]}. The link is in your mail.",
    )


def joined(name: str, workspace: str, role: str) -> Letter:
    """To who runs the workspace."""
    words = f"{unlinked(name)} joined {unlinked(workspace)} as {AS[role]}."
    return Letter(words[:-1], _plain(words, "/team"), words)


def role_changed(person: Person, role: str) -> Letter:
    """To the one whose role it is."""
    words = f"{unlinked(person.name)} made you {AS[role]} of {unlinked(person.workspace)}."
    return Letter(f"You are {AS[role]} of {unlinked(person.workspace)} now", _plain(words, "/team"), words)


def removed(person: Person) -> Letter:
    """To the one who was."""
    words = f"{unlinked(person.name)} removed you from {unlinked(person.workspace)}."
    more = "Your own workspace and what is in it are untouched."
    return Letter(f"You were removed from {unlinked(person.workspace)}", f"Hello,\n\n{words} {more}\n", words)


def offered(person: Person) -> Letter:
    """To the one who may take the workspace over."""
    words = f"{unlinked(person.name)} wants to hand {unlinked(person.workspace)} over to you."
    return Letter(
        f"{unlinked(person.workspace)}: take it over?",
        _plain(f"{words} You can take it or turn it down.", "/team"),
        words,
    )


def _plain(words: str, path: str) -> str:
    return f"Hello,\n\n{words}\n\n{(settings().public_url or '').rstrip('/')}{path}\n"
