"""What a guest sees of other people's lists: what is shared with them, and nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from reachly.database import one, rows, scope
from reachly.leads import Counted
from reachly.leads.cursor import Key, Order, pack, unpack
from reachly.lists import NoSuchList, NotOnList
from reachly.lists.members import SORT
from reachly.lists.row import CAP

ORDER = Order((Key("place", "double precision"), Key("contact_id", "uuid")))


@dataclass(frozen=True, slots=True)
class Shared:
    """A list of another workspace, who shared it, and what this person may do with it."""

    id: UUID
    name: str
    description: str
    role: str
    by: str
    workspace: str
    leads: Counted
    expires_at: datetime | None
    updated_at: datetime

    @property
    def editable(self) -> bool:
        """Whether they may change notes, tags and the order."""
        return self.role == "editor"


@dataclass(frozen=True, slots=True)
class SharedLead:
    """Somebody on a shared list; e-mail and phone only where the list's workspace has unlocked them."""

    contact_id: UUID
    place: float
    note: str
    tags: list[str]
    first_name: str | None
    last_name: str | None
    title: str | None
    company: str | None
    company_domain: str | None
    industry: str | None
    city: str | None
    country: str | None
    linkedin_url: str | None
    email: str | None
    email_status: str | None
    phone: str | None
    sample: bool

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return " ".join(filter(None, (self.first_name, self.last_name))) or "Name not known"


@dataclass(frozen=True, slots=True)
class SharedPage:
    """Some of the leads on a shared list, and the cursors to go on from."""

    leads: list[SharedLead]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class Ended:
    """A list that was shared with this person once: what the invitation called it, and when that ended."""

    name: str
    at: datetime


def ended(workspace_id: UUID | str, user_id: UUID | str, list_id: UUID | str) -> Ended | None:
    """How it ended; ``None`` for what is still shared, and for whoever it was never shared with."""
    with scope(workspace_id, user_id):
        row = one("SELECT * FROM shared_ended(%s)", (str(list_id),))
    return Ended(**row) if row else None


def shared(workspace_id: UUID | str, user_id: UUID | str) -> list[Shared]:
    """The lists that others share with this person, what changed last first."""
    with scope(workspace_id, user_id):
        return _shared(None)


def get(workspace_id: UUID | str, user_id: UUID | str, list_id: UUID | str) -> Shared:
    """One of them; raises ``NoSuchList``, also for one that is shared no more."""
    with scope(workspace_id, user_id):
        seen = _shared(list_id)
    if not seen:
        raise NoSuchList(str(list_id))
    return seen[0]


def _shared(list_id: UUID | str | None) -> list[Shared]:
    found = rows("SELECT * FROM shared_lists(%s, %s)", (list_id and str(list_id), CAP + 1))
    return [Shared(**row | {"leads": Counted(min(row["leads"], CAP), row["leads"] > CAP)}) for row in found]


def leads(
    workspace_id: UUID | str,
    user_id: UUID | str,
    list_id: UUID | str,
    cursor: str | None = None,
    limit: int = 50,
    backwards: bool = False,
) -> SharedPage:
    """The leads after the cursor, or before it going backwards; raises ``NoSuchList`` and ``BadCursor``."""
    place, contact = unpack(cursor, SORT, ORDER) if cursor else (None, None)
    with scope(workspace_id, user_id):
        if not _shared(list_id):
            raise NoSuchList(str(list_id))
        found = rows(
            "SELECT s.*, place AS k0, contact_id AS k1 FROM shared_leads(%s, %s, %s, %s, %s) s",
            (str(list_id), place, contact, backwards, limit + 1),
        )
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()
    ahead, behind = (bool(cursor), more) if backwards else (more, bool(cursor))
    return SharedPage(
        [SharedLead(**{name: value for name, value in row.items() if name not in ("k0", "k1")}) for row in found],
        pack(SORT, found[-1], ORDER) if ahead and found else None,
        pack(SORT, found[0], ORDER) if behind and found else None,
    )


def lead(workspace_id: UUID | str, user_id: UUID | str, list_id: UUID | str, contact_id: UUID | str) -> SharedLead:
    """One lead on a shared list; raises ``NoSuchList`` and ``NotOnList``."""
    with scope(workspace_id, user_id):
        if not _shared(list_id):
            raise NoSuchList(str(list_id))
        at = one(
            "SELECT m.position FROM list_contacts m WHERE m.list_id = %s AND m.contact_id = %s",
            (str(list_id), str(contact_id)),
        )
        found = at and one(
            "SELECT s.* FROM shared_leads(%s, %s, %s, false, 1) s WHERE s.contact_id = %s",
            (str(list_id), at["position"], str(UUID(int=max(0, UUID(str(contact_id)).int - 1))), str(contact_id)),
        )
    if not found:
        raise NotOnList(str(contact_id))
    return SharedLead(**found)


def leave(workspace_id: UUID | str, user_id: UUID | str, list_id: UUID | str) -> bool:
    """Give a shared list back; false where there is none."""
    with scope(workspace_id, user_id):
        row = one("SELECT shared_leave(%s) AS gone", (str(list_id),))
    return bool(row and row["gone"])
