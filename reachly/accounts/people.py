"""New people: registered by themselves, or made administrators by an operator."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from uuid import UUID

import peewee

from reachly import database
from reachly.accounts import verifying
from reachly.accounts.fields import LONGEST_NAME, email_of, name_of
from reachly.accounts.invalid import Invalid
from reachly.accounts.passwords import hashed, wrong_with
from reachly.database import one, owner_database
from reachly.settings import settings


@dataclass(frozen=True, slots=True)
class Account:
    """A person and the workspace that is their own."""

    user_id: UUID
    workspace_id: UUID


def register(
    email: str,
    name: str,
    password: str,
    accept_terms: bool,
    demo: bool = False,
    company: str = "",
    verify: bool = True,
) -> Account:
    """A new person with a personal workspace and its plan's credits; when they accepted which terms is written down.

    The workspace is called as the company, where one is named, and else after the person. With ``verify`` a link goes
    to the address, by which they confirm that it is theirs.

    Raises :class:`Invalid`. Two at once with one e-mail make one account.
    """
    email, wrong_email = email_of(email)
    name, wrong_name = name_of(name)
    errors = {"email": wrong_email, "name": wrong_name, "password": wrong_with(password, email)}
    company, errors["company"] = name_of(company) if company.strip() else ("", None)
    if not accept_terms:
        errors["accept_terms"] = "Please accept the terms: without them there is no account."
    found = {field: message for field, message in errors.items() if message}
    if found:
        raise Invalid(found)
    kept = hashed(password)
    try:
        with database.transaction():
            made = one(
                "SELECT * FROM account_register(%s, %s, %s, %s, %s)",
                (email, name, kept, settings().terms_version, demo),
            )
            assert made is not None
            if not demo:
                called = company or f"{name[: LONGEST_NAME - 20]}’s workspace"
                with database.scope(made["workspace_id"], made["user_id"]):
                    database.execute(
                        "UPDATE workspaces SET name = %s WHERE id = %s", (called, str(made["workspace_id"]))
                    )
                    if verify:
                        verifying.write(made["user_id"], email, name)
    except peewee.IntegrityError as error:
        raise Invalid({"email": "There is an account with this e-mail already: sign in instead."}) from error
    return Account(made["user_id"], made["workspace_id"])


def home(user_id: UUID | str) -> Account:
    """The workspace that is this person's own."""
    with database.transaction():
        found = one("SELECT account_home(%s) AS id", (str(user_id),))
    assert found is not None
    return Account(UUID(str(user_id)), found["id"])


class NotConfirmed(Exception):
    """Whoever registered with this address has not shown that it is theirs."""


def create_admin(email: str, take_over: bool = False) -> str | None:
    """Make the person with this e-mail an administrator; needs the owner's connection.

    Returns the password of the account made for it, to be shown once; ``None`` when there was one, which keeps its own.
    Raises :class:`NotConfirmed` for one whose address is not confirmed: with ``take_over`` that one gets a new password
    too, and its sessions and API keys end.
    """
    email, wrong = email_of(email)
    if wrong:
        raise Invalid({"email": wrong})
    password = secrets.token_urlsafe(15)
    owner = owner_database(settings())
    with owner.connection_context(), owner.atomic():
        known = owner.execute_sql(
            "SELECT id, role = 'admin' OR email_verified_at IS NOT NULL FROM users WHERE email = %s FOR UPDATE",
            (email,),
        ).fetchone()
        if known is None:
            owner.execute_sql(
                "SELECT account_register(%s, %s, %s, %s, false)",
                (email, email.split("@")[0][:120], hashed(password), settings().terms_version),
            )
        elif take_over:
            owner.execute_sql("UPDATE users SET password_hash = %s WHERE id = %s", (hashed(password), known[0]))
            owner.execute_sql("UPDATE sessions SET ended_at = now() WHERE user_id = %s AND ended_at IS NULL", known[:1])
            owner.execute_sql(
                "UPDATE api_keys SET revoked_at = now() WHERE user_id = %s AND revoked_at IS NULL", known[:1]
            )
        elif not known[1]:
            raise NotConfirmed(email)
        else:
            owner.execute_sql("UPDATE users SET role = 'admin' WHERE id = %s", known[:1])
            return None
        # Whoever runs this server says that it is theirs.
        owner.execute_sql("UPDATE users SET role = 'admin', email_verified_at = now() WHERE email = %s", (email,))
    return password
