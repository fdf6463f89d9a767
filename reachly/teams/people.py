"""Who belongs to a workspace and as what; changing that, and leaving."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import peewee

from reachly import actions, mail, news, notices
from reachly.accounts import Invalid, Person
from reachly.accounts.fields import name_of
from reachly.database import execute, one, refused, rows, scope
from reachly.teams import letters

ROLES = {
    "admin": "Everything but handing the workspace over and setting limits of credits.",
    "member": "Finds, unlocks, exports, works on leads and lists.",
    "viewer": "Looks at everything and changes nothing.",
}
"""What can be given, and what it means."""


class NotYours(Exception):
    """The role of whoever asked does not reach that far."""

    words = "Only the owner and the admins of this workspace may do that."


class NoSuchColleague(Exception):
    """Nobody of this workspace, or not any more."""


class IsOwner(Exception):
    """The owner keeps their role until they have handed the workspace over."""

    words = "The owner stays the owner until somebody else has taken the workspace over."


class SharedDemo(Exception):
    """The demo is everybody's: its people stay as they are."""

    words = "The demo is shared: this works in a workspace of your own."


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the people; ``seen_at`` is when they last did something in this workspace."""

    user_id: UUID
    name: str
    email: str
    role: str
    since: datetime
    seen_at: datetime | None
    active: bool


def people(workspace_id: UUID | str, user_id: UUID | str) -> list[Colleague]:
    """Everybody, by role and name."""
    with scope(workspace_id, user_id):
        return [Colleague(**row) for row in rows("SELECT * FROM team_people()")]


def set_role(person: Person, whose: UUID | str, role: str) -> bool:
    """Give one of the people another role; false where they have it already.

    Raises :class:`NotYours`, :class:`NoSuchColleague` and :class:`IsOwner`.
    """
    with deciding(person):
        outcome = _outcome("SELECT member_set_role(%s, %s) AS outcome", (str(whose), role))
        if outcome != "changed":
            return False
        letter = letters.role_changed(person, role)
        notices.tell(whose, "members.role", letter.notice, "/team")
        _mail(whose, "members.role", letter)
    return True


def remove(person: Person, whose: UUID | str) -> None:
    """Put somebody out; their sessions and keys here end, their jobs go on, their lists pass to the owner.

    Raises as :func:`set_role`, and :class:`SharedDemo`. To go oneself, :func:`leave`.
    """
    with deciding(person):
        known = one("SELECT email::text AS email FROM users WHERE id = %s", (str(whose),))
        _outcome("SELECT member_remove(%s) AS outcome", (str(whose),))
        if known:
            letter = letters.removed(person)
            mail.post(known["email"], "members.removed", letter.subject, letter.text, user_id=whose)
    news.publish(person.workspace_id, news.PEOPLE)


def leave(person: Person) -> None:
    """Belong to the workspace no more; raises :class:`IsOwner`."""
    with deciding(person, demo=False):
        _outcome("SELECT member_remove(%s) AS outcome", (str(person.user_id),))
    news.publish(person.workspace_id, news.PEOPLE)


def rename(person: Person, name: str) -> None:
    """Call the workspace something else; raises ``Invalid`` and :class:`NotYours`."""
    name, wrong = name_of(name)
    if wrong:
        raise Invalid({"workspace": wrong.replace("Your name", "A name")})
    with deciding(person):
        execute("UPDATE workspaces SET name = %s WHERE id = %s", (name, str(person.workspace_id)))
        actions.note("workspace.rename", data={"name": name, "before": person.workspace})


@contextmanager
def deciding(person: Person, demo: bool = True) -> Iterator[None]:
    """The scope of a decision about people: refused by the database is :class:`NotYours`; with ``demo`` the shared demo
    is left alone.
    """
    if demo and person.demo:
        raise SharedDemo
    try:
        with scope(person.workspace_id, person.user_id):
            yield
    except peewee.PeeweeException as error:
        if refused(error):
            raise NotYours from error
        raise


def _outcome(sql: str, params: tuple[str, ...]) -> str:
    row = one(sql, params)
    assert row is not None
    if row["outcome"] == "gone":
        raise NoSuchColleague
    if row["outcome"] == "owner":
        raise IsOwner
    return str(row["outcome"])


def _mail(whose: UUID | str, kind: str, letter: letters.Letter) -> None:
    known = one("SELECT email::text AS email FROM users WHERE id = %s", (str(whose),))
    if known:
        mail.post(known["email"], kind, letter.subject, letter.text, user_id=whose)
