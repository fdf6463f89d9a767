"""Calls of the person behind the token: profile and credits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from reachly import accounts, credits
from reachly.accounts import Person
from reachly.accounts.keys import PREFIX
from reachly.accounts.tokens import session_of
from reachly.api.call import call
from reachly.api.paging import link, refused
from reachly.api.schemas.accounts import Credits, Profile, ProfileChange, Transaction, Transactions
from reachly.api.schemas.parts import Paged
from reachly.leads import BadCursor

bp = Blueprint("api_users", __name__)


@call(bp, "GET", "/api/users/profile", scope="read", answers={200: Profile})
def get_profile(person: Person) -> Profile:
    """The profile."""
    return Profile.model_validate(accounts.profile(person))


@call(bp, "PUT", "/api/users/profile", scope="write", asks=ProfileChange, answers={200: Profile}, personal=True)
def change_profile(person: Person, body: ProfileChange) -> Profile:
    """Change what is given.

    A new e-mail or password needs `current_password`; a new password ends every other session.
    """
    accounts.change_profile(
        person,
        name=body.name,
        email=body.email,
        password=body.password,
        current_password=body.current_password,
        keep=None if g.token.startswith(PREFIX) else session_of(g.token),
    )
    return Profile.model_validate(accounts.profile(person))


@call(bp, "GET", "/api/users/credits", scope="read", answers={200: Credits})
def get_credits(person: Person) -> Credits:
    """The workspace's credits."""
    told = credits.balance(person.workspace_id, person.user_id)
    return Credits(
        balance=told.balance,
        reserved=told.held,
        available=told.available,
        limit=told.limit,
        used=credits.used(person.workspace_id, person.user_id),
        plan=told.plan,
        period_start=told.period_start,
        period_end=told.period_end,
    )


@call(
    bp,
    "GET",
    "/api/users/credits/transactions",
    scope="read",
    reads=Paged,
    answers={200: Transactions},
    headers=("Link",),
)
def list_transactions(person: Person, query: Paged) -> tuple[Transactions, int, dict[str, str]]:
    """The credit history, newest first."""
    try:
        page = credits.history(person.workspace_id, person.user_id, None, query.cursor, query.limit)
    except BadCursor:
        raise refused() from None
    told: dict[str, Any] = {"data": [_told(each) for each in page.movements], "next_cursor": page.next_cursor}
    if query.count:
        everything = credits.HistoryQuery()
        told["total"] = credits.count(person.workspace_id, person.user_id, everything, cap=None).number
    return Transactions.model_validate(told), 200, link(page.next_cursor)


def _told(movement: credits.Movement) -> Transaction:
    same = ("id", "credits", "contact_id", "job_id", "created_at", "description", "available_after")
    kept = {name: getattr(movement, name) for name in same}
    return Transaction(**kept, type=movement.kind, reserved_after=movement.held_after)
