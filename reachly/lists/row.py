"""One list as its workspace sees it, and who may change it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reachly import plain
from reachly.accounts import Invalid
from reachly.database import execute, one
from reachly.leads import Counted, LeadQuery, where

VISIBILITIES = {"team": "Team", "personal": "Only me"}
EDITINGS = {"team": "Everybody who may write", "owner": "Its owner, and who runs the workspace"}
CAP = 1_000
"""Beside a list's name nobody needs more leads counted than these."""


class NoSuchList(Exception):
    """There is no such list in this workspace, it was deleted, or it is somebody's own."""


class MayNotEdit(Exception):
    """The list is there to be looked at: this person may not change it."""


@dataclass(frozen=True, slots=True)
class List:
    """A list; ``mine`` and ``editable`` tell of the person who asks, ``guests`` how many it is shared with."""

    id: UUID
    name: str
    description: str
    visibility: str
    editing: str
    owner_id: UUID
    owner: str
    mine: bool
    editable: bool
    leads: Counted
    guests: int
    created_at: datetime
    updated_at: datetime

    @property
    def personal(self) -> bool:
        """Whether it is there for its owner alone."""
        return self.visibility == "personal"

    @property
    def told(self) -> dict[str, Any]:
        """What an act says of it; acts on what is personal are told to nobody else."""
        return {"name": self.name} | ({"personal": True} if self.personal else {})


def select(cap: int = CAP) -> tuple[str, list[Any]]:
    """A query of lists ``s``, and its parameters; to be narrowed further with ``AND``."""
    condition, params = where(LeadQuery())
    return (
        "SELECT s.id, s.name, s.description, s.visibility, s.editing, s.owner_id, s.created_at, s.updated_at,"
        " coalesce((SELECT u.name FROM users u WHERE u.id = s.owner_id), '') AS owner,"
        " s.owner_id = scope_user() AS mine, s.id IN (SELECT scope_edited()) AS editable,"
        " (SELECT count(*) FROM (SELECT FROM list_contacts m JOIN leads l"
        "     ON l.workspace_id = m.workspace_id AND l.contact_id = m.contact_id"
        f"  WHERE m.workspace_id = s.workspace_id AND m.list_id = s.id AND {condition}"
        f" LIMIT {cap + 1}) on_it) AS leads,"
        " (SELECT count(*) FROM list_members g WHERE g.workspace_id = s.workspace_id AND g.list_id = s.id"
        "     AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > now())) AS guests"
        " FROM lists s WHERE s.workspace_id = scope_workspace() AND s.deleted_at IS NULL"
    ), params


def made(row: dict[str, Any], cap: int = CAP) -> List:
    """The list in a row of :func:`select`; whatever else the row has is passed over."""
    told = {name: row[name] for name in List.__slots__}
    number = told.pop("leads")
    counted = Counted(number) if number <= cap else Counted(cap, capped=True)
    return List(**told | {"mine": bool(row["mine"]), "leads": counted})


def found(list_id: UUID | str) -> List:
    """The list, inside a scope; raises :class:`NoSuchList`."""
    sql, params = select()
    row = one(f"{sql} AND s.id = %s", [*params, str(list_id)])
    if row is None:
        raise NoSuchList(str(list_id))
    return made(row)


def edited(list_id: UUID | str) -> List:
    """The list, inside a scope, for somebody who is about to change it; raises :class:`MayNotEdit` too."""
    seen = found(list_id)
    if not seen.editable:
        raise MayNotEdit(seen.name)
    return seen


def fillable(list_id: UUID | str) -> bool:
    """Whether it is a list of this workspace that the person in scope may put leads on."""
    return (
        one(
            "SELECT id FROM lists WHERE workspace_id = scope_workspace() AND id = %s AND deleted_at IS NULL"
            " AND id IN (SELECT scope_edited())",
            (str(list_id),),
        )
        is not None
    )


def patiently() -> None:
    """Let what follows in this transaction take longer than a page may: a hundred thousand leads at once do."""
    execute("SET LOCAL statement_timeout = '5min'")


def unmerged() -> None:
    """Let nobody merge or hide leads of this workspace before the end of the transaction, which is about to name some.

    A merge locks its leads and writes their lists' rows after that; rows of lists are written before their leads are
    locked. To be asked after :func:`in_turn`, whose turn a job takes before it delivers leads.
    """
    execute("SELECT hiding_gate(scope_workspace(), false)")


def in_turn(list_id: UUID | str) -> None:
    """Let one transaction at a time put leads of a list into order; held until its end."""
    execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 26))", (str(list_id),))


def named(name: str) -> str:
    """A list's name without blanks around it; raises ``Invalid``."""
    name = plain.line(name)
    if not name:
        raise Invalid({"name": "Give the list a name."})
    if len(name) > 120:
        raise Invalid({"name": "A name has at most 120 characters."})
    return name


def described(description: str) -> str:
    """What a list is for, without blanks around it; raises ``Invalid``."""
    description = plain.lines(description)
    if len(description) > 2000:
        raise Invalid({"description": "Describe it in at most 2,000 characters."})
    return description


def chosen(name: str, value: str, known: dict[str, str]) -> str:
    """One of the known values; raises ``Invalid``."""
    if value not in known:
        raise Invalid({name: f"Choose one of: {', '.join(known)}."})
    return value
