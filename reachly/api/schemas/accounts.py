"""Accounts, profiles and credits."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from reachly.api.schemas.parts import Asked, Instant, Told


class Register(Asked):
    """A new account."""

    email: str = Field(max_length=254, examples=["amara@halden.example"])
    password: str = Field(max_length=200, description="At least 10 characters.")
    name: str = Field(max_length=120)
    accept_terms: bool = Field(description="Has to be true.")
    company: str = Field("", max_length=120, description="What the workspace is called; without one, after the person.")


class Login(Asked):
    """E-mail and password."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=1000)


class Profile(Told):
    """A person."""

    id: UUID
    email: str
    name: str
    role: Literal["member", "admin"]
    plan: str
    email_verified: bool
    created_at: Instant


class Session(Told):
    """Who signed in, and the token that proves it from now on."""

    user: Profile
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.")


class ProfileChange(Asked):
    """What is to change; a new e-mail or password needs `current_password`."""

    name: str | None = Field(None, max_length=120)
    email: str | None = Field(None, max_length=254)
    password: str | None = Field(None, max_length=200)
    current_password: str | None = Field(None, max_length=1000)


class Credits(Told):
    """The workspace's credits; `available` is `balance` less `reserved`."""

    balance: int
    reserved: int
    available: int
    limit: int = Field(description="What the plan grants per period.")
    used: int = Field(description="Spent in the present period.")
    plan: str
    period_start: Instant
    period_end: Instant | None


class Transaction(Told):
    """One movement of credits; `credits` is how many moved, `type` says where to."""

    id: UUID
    type: str = Field(examples=["grant", "hold", "capture", "release"])
    credits: int
    contact_id: UUID | None
    job_id: UUID | None
    created_at: Instant
    description: str
    available_after: int
    reserved_after: int


class Transactions(Told):
    """The credit history, newest first."""

    data: list[Transaction]
    next_cursor: str | None
    total: int | None = None
