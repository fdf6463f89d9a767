"""A workspace, its people, and who was invited."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from reachly.api.schemas.parts import Asked, Instant, Told

Role = Literal["owner", "admin", "member", "viewer"]
Given = Literal["admin", "member", "viewer"]


class Workspace(Told):
    """The workspace that the token acts in."""

    id: UUID
    name: str
    plan: str
    role: Role = Field(description="Yours in it.")
    personal: bool = Field(description="Whether it is your own.")
    people: int


class Workspaces(Told):
    """All workspaces of a person, their own first."""

    data: list[Workspace]


class WorkspaceChange(Asked):
    """What is to change."""

    name: str = Field(max_length=120)


class Member(Told):
    """One of the people; `seen_at` is when they last did something in this workspace."""

    user_id: UUID
    name: str
    email: str
    role: Role
    since: Instant
    seen_at: Instant | None
    credits_this_month: int = Field(description="Spent and held.")
    monthly_limit: int | None = Field(description="Of credits; null for none of their own.")


class Members(Told):
    """Everybody, by role and name."""

    data: list[Member]


class MemberChange(Asked):
    """Another role."""

    role: Given


class Invite(Asked):
    """Whom to invite."""

    email: str = Field(max_length=254, examples=["jonas@halden.example"])
    role: Given = "member"


class InvitationTold(Told):
    """An invitation that was not accepted yet."""

    id: UUID
    email: str
    role: Given
    invited_by: str | None
    created_at: Instant
    expires_at: Instant


class InvitationMade(Told):
    """A new invitation. `link` is told where this server sends no mail, this once."""

    id: UUID
    email: str
    role: Given
    expires_at: Instant
    link: str | None


class Invitations(Told):
    """Who was invited and has not come yet."""

    data: list[InvitationTold]


class Handover(Asked):
    """Who is to be the owner."""

    to: UUID
