"""Tags, the notes about a lead, and who has which."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from reachly.api.schemas.lists import Which
from reachly.api.schemas.parts import Asked, Instant, Told

Colour = Literal["neutral", "active", "info", "ok", "warn", "error"]
TagName = Annotated[str, Field(min_length=1, max_length=40)]
TagNames = Annotated[list[TagName], Field(max_length=50)]


class NewTag(Asked):
    """A tag wanted."""

    name: TagName
    colour: Colour = "neutral"


class TagChange(Asked):
    """What is to be different; what is left out stays."""

    name: TagName | None = None
    colour: Colour | None = None


class Tag(Told):
    """A tag of the workspace."""

    id: UUID
    name: str
    colour: Colour


class CountedTag(Tag):
    """A tag, and how many leads have it."""

    leads: int


class Tags(Told):
    """The workspace's tags by name, which are 200 at most."""

    data: list[CountedTag]
    next_cursor: str | None = None


class LeadTags(Told):
    """The tags of one lead by name."""

    data: list[Tag]
    next_cursor: str | None = None


class DeletedTag(Told):
    """What became of it."""

    leads: int = Field(description="How many leads had it.")
    action_id: UUID = Field(description="Brings it back for ten minutes: `POST /api/actions/ID/undo`.")


class TagLeads(Which):
    """Leads, and the tags to put on them and to take off them, by name; a name that is new makes a tag."""

    add: TagNames = []
    remove: TagNames = []
    colour: Colour = Field("neutral", description="Of tags that are made by this.")


class TaggedLeads(Told):
    """What became of it."""

    changed: int = Field(description="On how many leads something changed, exactly.")
    action_id: UUID | None = Field(description="Takes it back for ten minutes; `null` where nothing changed.")


class NoteText(Asked):
    """What a note says."""

    text: Annotated[str, Field(min_length=1, max_length=4000)]


class Note(Told):
    """A note about a lead. Who wrote it may change it; they and who runs the workspace may delete it."""

    id: UUID
    text: str
    user: str
    mine: bool
    created_at: Instant
    updated_at: Instant


class Notes(Told):
    """Notes, the newest first."""

    data: list[Note]
    next_cursor: str | None


__all__ = [
    "CountedTag",
    "DeletedTag",
    "LeadTags",
    "NewTag",
    "Note",
    "NoteText",
    "Notes",
    "Tag",
    "TagChange",
    "TagLeads",
    "TaggedLeads",
    "Tags",
]
