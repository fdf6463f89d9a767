"""Handing a workspace over, in two steps: its owner offers it, one of its people takes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reachly import mail, notices
from reachly.accounts import Person
from reachly.database import one, scope
from reachly.settings import settings
from reachly.teams import letters
from reachly.teams.people import deciding


class NobodyThere(Exception):
    """A workspace is handed over to one of its people, and not to oneself."""

    words = "Choose one of the people of this workspace."


class NotOffered(Exception):
    """There is no offer to this person, or not any more."""

    words = "The workspace is not offered to you, or not any more."


@dataclass(frozen=True, slots=True)
class Offer:
    """A workspace that waits to be taken over."""

    to_user: UUID
    to_name: str
    by_name: str
    expires_at: datetime


def offer(person: Person, to: UUID | str) -> None:
    """Offer the workspace to one of its people, instead of to anybody before; raises ``NotYours``,
    :class:`NobodyThere` and ``SharedDemo``.
    """
    with deciding(person):
        done = one("SELECT ownership_offer(%s, %s) AS outcome", (str(to), settings().invitation_days))
        if done is None or done["outcome"] != "offered":
            raise NobodyThere
        letter = letters.offered(person)
        notices.tell(to, "ownership.offer", letter.notice, "/team")
        known = one("SELECT email::text AS email FROM users WHERE id = %s", (str(to),))
        if known:
            mail.post(known["email"], "ownership.offer", letter.subject, letter.text, user_id=to)


def offered(workspace_id: UUID | str, user_id: UUID | str) -> Offer | None:
    """The offer that stands, to whomever."""
    with scope(workspace_id, user_id):
        row = one(
            "SELECT o.to_user, t.name AS to_name, b.name AS by_name, o.expires_at FROM ownership_offers o"
            " JOIN users t ON t.id = o.to_user JOIN users b ON b.id = o.by_user WHERE o.expires_at > now()"
        )
    return Offer(**row) if row else None


def take(person: Person) -> None:
    """Be the owner from now on; the one before stays as an admin. Raises :class:`NotOffered`."""
    with deciding(person):
        done = one("SELECT ownership_take() AS outcome")
    if done is None or done["outcome"] != "taken":
        raise NotOffered


def withdraw(person: Person) -> bool:
    """Take the offer back, or turn it down; whether there was one."""
    with deciding(person):
        done = one("SELECT ownership_withdraw() AS done")
    return bool(done and done["done"])
