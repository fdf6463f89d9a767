"""What may be spent in a month, by a workspace and by each person in it; set by the owner, counted with each hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from reachly.database import execute, one, rows, scope

MOST = 1_000_000_000
WARN_AT = 80
"""Percent of a cap that are spent or held when people are warned; the database raises it with the hold."""


class NotTheOwner(Exception):
    """Only the owner of a workspace sets what may be spent."""


class CapReached(Exception):
    """The job would pass a month's cap; nothing was written. ``of`` is ``workspace`` or ``person``."""

    def __init__(self, of: str, cap: int, spent: int, held: int, required: int) -> None:
        self.of, self.cap, self.spent, self.held, self.required = of, cap, spent, held, required
        self.left = max(0, cap - spent - held)
        whose = "of this workspace" if of == "workspace" else "for you"
        self.words = (
            f"The limit {whose} is {cap:,} credits a month: {spent:,} are spent and {held:,} held, which leaves"
            f" {self.left:,}, and this may cost up to {required:,}. Want fewer leads, or ask the owner of the"
            " workspace, who can raise the limit under Credits."
        )
        super().__init__(self.words)


@dataclass(frozen=True, slots=True)
class Cap:
    """One cap with what counts against it this month; ``user_id`` is ``None`` for the whole workspace."""

    user_id: UUID | None
    name: str
    credits: int | None
    spent: int
    held: int

    @property
    def used(self) -> int:
        """What counts against the cap."""
        return self.spent + self.held

    @property
    def left(self) -> int | None:
        """What may still be held; ``None`` without a cap."""
        return None if self.credits is None else max(0, self.credits - self.used)

    @property
    def percent(self) -> int:
        """How much of the cap is used, from 0; may be above 100 where the cap was lowered."""
        if self.credits is None:
            return 0
        return self.used * 100 // self.credits if self.credits else 100

    @property
    def close(self) -> bool:
        """Whether people are to be warned."""
        return self.credits is not None and self.percent >= WARN_AT


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning of this month that this person has not put away."""

    id: UUID
    personal: bool
    cap: Cap


def caps(workspace_id: UUID | str, user_id: UUID | str) -> list[Cap]:
    """The cap of the workspace, then that of each of its people by name."""
    with scope(workspace_id, user_id):
        return [_cap(None, ""), *(_cap(row["user_id"], row["name"]) for row in _people())]


def is_owner(workspace_id: UUID | str, user_id: UUID | str) -> bool:
    """Whether this person may set what is spent."""
    with scope(workspace_id, user_id):
        found = one("SELECT role FROM memberships WHERE user_id = %s", (str(user_id),))
    return bool(found and found["role"] == "owner")


def set_caps(workspace_id: UUID | str, user_id: UUID | str, wanted: Mapping[UUID | None, int | None]) -> bool:
    """Set these caps, all or none; ``None`` takes one away. Whether anything changed; raises :class:`NotTheOwner`."""
    if not is_owner(workspace_id, user_id):
        raise NotTheOwner
    with scope(workspace_id, user_id):
        known = {None, *(row["user_id"] for row in _people())}
        changed = [
            one("SELECT spend_cap_set(%s, %s) AS changed", (of and str(of), credits))
            for of, credits in wanted.items()
            if of in known
        ]
    return any(found and found["changed"] for found in changed)


def left(workspace_id: UUID | str, user_id: UUID | str) -> Cap | None:
    """The cap that leaves this person least, ``None`` when there is none."""
    with scope(workspace_id, user_id):
        return tightest(user_id)


def tightest(user_id: UUID | str) -> Cap | None:
    """As :func:`left`, inside a scope."""
    found = [cap for cap in (_cap(None, ""), _cap(UUID(str(user_id)), "")) if cap.left is not None]
    return min(found, key=lambda cap: cap.left or 0) if found else None


def unread(user_id: UUID | str) -> list[Warned]:
    """The warnings of this month that this person has not put away, inside a scope."""
    found = rows(
        "SELECT w.id, w.user_id FROM spend_warnings w WHERE w.month = %s AND (w.user_id IS NULL OR w.user_id = %s)"
        " AND NOT EXISTS (SELECT FROM spend_warnings_read r WHERE r.workspace_id = w.workspace_id"
        " AND r.warning_id = w.id AND r.user_id = %s) ORDER BY w.raised_at",
        (_month(), str(user_id), str(user_id)),
    )
    told = [Warned(row["id"], row["user_id"] is not None, _cap(row["user_id"], "")) for row in found]
    return [warned for warned in told if warned.cap.credits is not None]


def put_away(workspace_id: UUID | str, user_id: UUID | str, warning_id: UUID) -> None:
    """Do not show this person the warning again; one that is not there is put away already."""
    with scope(workspace_id, user_id):
        execute(
            "INSERT INTO spend_warnings_read (workspace_id, warning_id, user_id)"
            " SELECT workspace_id, id, %s FROM spend_warnings WHERE id = %s ON CONFLICT DO NOTHING",
            (str(user_id), str(warning_id)),
        )


def _people() -> list[dict[str, Any]]:
    return rows("SELECT m.user_id, u.name FROM memberships m JOIN users u ON u.id = m.user_id ORDER BY u.name, u.id")


def _cap(user_id: UUID | None, name: str) -> Cap:
    whose = user_id and str(user_id)
    found = one(
        "SELECT spend_cap(scope_workspace(), %s) AS credits, m.spent, m.held"
        " FROM month_spending(scope_workspace(), %s) m",
        (whose, whose),
    )
    assert found is not None
    return Cap(user_id, name, found["credits"], found["spent"], found["held"])


def _month() -> date:
    found = one("SELECT date_trunc('month', now() AT TIME ZONE 'UTC')::date AS month")
    assert found is not None
    return found["month"]
