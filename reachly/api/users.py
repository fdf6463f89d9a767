"""Calls of the person behind the token: profile and credits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from reachly import accounts
from reachly.accounts import Person
from reachly.accounts.keys import PREFIX
from reachly.accounts.tokens import session_of
from reachly.api.call import call
from reachly.api.paging import after, cursor, link
from reachly.api.schemas.accounts import Credits, Profile, ProfileChange, Transactions
from reachly.api.schemas.parts import Paged
from reachly.database import one, rows, scope

bp = Blueprint("api_users", __name__)
_CREDITS = """
SELECT w.plan_id AS plan, w.period_start, w.period_end, p.credits AS limit,
       a.available + a.held AS balance, a.held AS reserved, a.available,
       (SELECT coalesce(sum(CASE t.kind WHEN 'capture' THEN t.credits ELSE -t.credits END), 0) FROM transactions t
         WHERE t.kind IN ('capture', 'refund') AND t.created_at >= w.period_start)::bigint AS used
  FROM workspaces w JOIN plans p ON p.id = w.plan_id,
       (SELECT max(balance) FILTER (WHERE name = 'available') AS available,
               max(balance) FILTER (WHERE name = 'held') AS held FROM accounts) a
 WHERE w.id = %s
"""
_HISTORY = """
SELECT id, kind AS type, credits, contact_id, job_id, created_at, description, available_after,
       held_after AS reserved_after, position
  FROM transactions WHERE %s::bigint IS NULL OR position < %s ORDER BY position DESC LIMIT %s
"""


@call(bp, "GET", "/api/users/profile", scope="read", answers={200: Profile})
def get_profile(person: Person) -> Profile:
    """The profile."""
    return Profile.model_validate(accounts.profile(person))


@call(bp, "PUT", "/api/users/profile", scope="write", asks=ProfileChange, answers={200: Profile})
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
    with scope(person.workspace_id, person.user_id):
        return Credits.model_validate(one(_CREDITS, (str(person.workspace_id),)))


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
    before = after(query.cursor, "transactions")
    with scope(person.workspace_id, person.user_id):
        found = rows(_HISTORY, (before, before, query.limit + 1))
        counted = one("SELECT count(*) AS transactions FROM transactions") if query.count else None
    more = len(found) > query.limit
    found = found[: query.limit]
    following = cursor("transactions", found[-1]["position"]) if more else None
    data = [{name: value for name, value in row.items() if name != "position"} for row in found]
    told: dict[str, Any] = {"data": data, "next_cursor": following}
    if counted:
        told["total"] = counted["transactions"]
    return Transactions.model_validate(told), 200, link(following)
