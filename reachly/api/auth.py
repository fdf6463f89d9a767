"""Calls of accounts: register, log in, log out."""

from __future__ import annotations

from flask import Blueprint, g, request

from reachly import accounts
from reachly.accounts import Account, Person
from reachly.accounts.keys import PREFIX
from reachly.api.call import call
from reachly.api.problem import Problem
from reachly.api.schemas.accounts import Login, Profile, Register, Session
from reachly.web.session import address, agent

bp = Blueprint("api_accounts", __name__)


@call(bp, "POST", "/api/auth/register", asks=Register, answers={201: Session}, limit="registrations")
def register(body: Register) -> tuple[Session, int]:
    """Make an account with a workspace of its own and the trial's credits."""
    account = accounts.register(body.email, body.name, body.password, body.accept_terms, company=body.company)
    return _session(account), 201


@call(bp, "POST", "/api/auth/login", asks=Login, answers={200: Session}, problems=(401,))
def login(body: Login) -> Session:
    """Log in.

    Attempts are limited per account and per address.
    """
    return _session(accounts.sign_in(body.email, body.password, address()))


@call(bp, "POST", "/api/auth/logout", scope="read", answers={204: None})
def logout(person: Person) -> tuple[None, int]:
    """Refuse this access token from now on."""
    if g.token.startswith(PREFIX):
        raise Problem(403, "An API key is not logged out: revoke it in the settings.")
    accounts.end_token(g.token)
    return None, 204


@call(bp, "GET", "/api/auth/me", scope="read", answers={200: Profile})
def me(person: Person) -> Profile:
    """Who this token belongs to."""
    return Profile.model_validate(accounts.profile(person))


def _session(account: Account) -> Session:
    token, seconds = accounts.issue_token(account.user_id, account.workspace_id, agent())
    person = accounts.find_token(token)
    assert person is not None, request.path
    user = Profile.model_validate(accounts.profile(person))
    return Session(user=user, access_token=token, token_type="Bearer", expires_in=seconds)  # noqa: S106 - a scheme's name
