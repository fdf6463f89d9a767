"""Sharing a list."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from reachly.api.schemas.parts import Asked, Instant, Told


class ShareList(Asked):
    """With whom a list is to be shared."""

    list_id: UUID
    email: str = Field(min_length=3, max_length=254)
    role: Literal["viewer", "editor"]


class ListInvitation(Told):
    """An invitation to a list; its link is in the mail alone."""

    id: UUID
    list_id: UUID
    email: str
    role: Literal["viewer", "editor"]
    created_at: Instant
    expires_at: Instant
    accepted_at: Instant | None


class ListInvitationAnswer(Told):
    """The invitation that was sent."""

    invitation: ListInvitation
