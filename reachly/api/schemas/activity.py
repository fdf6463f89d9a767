"""What was done, and taking it back."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from reachly.api.schemas.parts import Asked as Query
from reachly.api.schemas.parts import Instant, Object, Told


class ActivityQuery(Query):
    """Which acts are wanted."""

    limit: int = Field(50, ge=1, le=200, description="How many at most.")
    cursor: UUID | None = Field(None, description="`next_cursor` of the page before.")
    user_id: UUID | None = Field(None, description="What one person did.")
    lead_id: UUID | None = Field(None, description="What touched one lead.")
    subject_id: UUID | None = Field(None, description="What was about one thing, such as a list.")
    kind: str | None = Field(
        None, max_length=80, pattern="^[a-z_]+([.][a-z_]+)?$", description="One kind, or all of a noun: `leads`."
    )
    since: Instant | None = None
    before: Instant | None = None


class Act(Told):
    """One act, however many it touched; `data` holds the words of its time, such as the name that a list had then."""

    id: UUID
    kind: str = Field(examples=["leads.delete"])
    count: int
    subject_id: UUID | None
    data: Object
    user_id: UUID | None
    user: str | None
    created_at: Instant
    undoable_until: Instant | None
    undone_at: Instant | None


class Activity(Told):
    """Acts, the newest first."""

    data: list[Act]
    next_cursor: str | None


class TakenBack(Told):
    """How many things came back, and how many did not because they changed since."""

    action: Act
    restored: int
    stayed: int
