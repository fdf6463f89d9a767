"""What a person can change about themselves."""

from __future__ import annotations

from typing import Any

import peewee

from reachly.accounts import verifying
from reachly.accounts.fields import email_of, name_of
from reachly.accounts.invalid import Invalid
from reachly.accounts.passwords import hashed, matches, wrong_with
from reachly.accounts.person import Person
from reachly.accounts.sessions import digest
from reachly.accounts.signing_in import attempt
from reachly.database import execute, one, scope
from reachly.settings import settings


def profile(person: Person) -> dict[str, Any]:
    """``id, email, name, role, plan, email_verified, created_at`` as they are now."""
    with scope(person.workspace_id, person.user_id):
        row = one(
            "SELECT u.id, u.email::text AS email, u.name, u.role, w.plan_id AS plan,"
            " u.email_verified_at IS NOT NULL AS email_verified, u.created_at"
            " FROM users u, workspaces w WHERE u.id = %s AND w.id = %s",
            (str(person.user_id), str(person.workspace_id)),
        )
    assert row is not None
    return row


def change_profile(
    person: Person,
    *,
    name: str | None = None,
    email: str | None = None,
    password: str | None = None,
    current_password: str | None = None,
    keep: str | None = None,
) -> None:
    """Change what is given; a new e-mail or password needs the current password.

    A new password ends every other session but ``keep`` (the secret of the one that asks). Raises :class:`Invalid`,
    with nothing changed, and ``TooManyAttempts``.
    """
    errors: dict[str, str] = {}
    if name is not None:
        name, wrong = name_of(name)
        errors |= {"name": wrong} if wrong else {}
    if email is not None:
        email, wrong = email_of(email)
        errors |= {"email": wrong} if wrong else {}
        email = None if email.casefold() == person.email.casefold() else email
    if password is not None:
        wrong = wrong_with(password, email or person.email)
        errors |= {"password": wrong} if wrong else {}
    if (email or password is not None) and not errors:
        errors |= _unproved(person, current_password)
    if errors:
        raise Invalid(errors)
    fresh = hashed(password) if password is not None else None
    try:
        with scope(person.workspace_id, person.user_id):
            if name is not None:
                execute("UPDATE users SET name = %s, updated_at = now() WHERE id = %s", (name, str(person.user_id)))
            if email or fresh:
                one("SELECT account_change(%s, %s)", (email, fresh))
            if email:
                verifying.write(person.user_id, email, name or person.name)
            if fresh:
                one("SELECT sessions_end(%s)", (digest(keep) if keep else None,))
    except verifying.SentEnough as enough:
        raise Invalid({"email": enough.words}) from enough
    except peewee.IntegrityError as error:
        raise Invalid({"email": "There is an account with this e-mail already."}) from error


def _unproved(person: Person, current_password: str | None) -> dict[str, str]:
    """What is wrong with the proof that it is really them; a shared demo has none."""
    if person.demo:
        return {"current_password": "The demo is shared: its sign-in stays as it is. Register to have your own."}
    if not current_password:
        return {"current_password": "Your current password, please."}
    attempt(f"login:profile:{person.user_id}", settings().login_attempts_per_account_and_address)
    with scope(person.workspace_id, person.user_id):
        stored = one("SELECT account_password(%s) AS hash", (str(person.user_id),))
    if not matches(stored["hash"] if stored else None, current_password):
        return {"current_password": "This is not your current password."}
    return {}
