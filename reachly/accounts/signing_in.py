"""Proving who one is with a password, a limited number of times."""

from __future__ import annotations

import hashlib

from reachly import counter, database
from reachly.accounts.passwords import hashed, matches, outdated
from reachly.accounts.people import Account
from reachly.database import one, scope
from reachly.settings import settings


class NotThem(Exception):
    """E-mail and password do not belong together; which of the two is wrong is not said."""


class TooManyAttempts(Exception):
    """Nothing was tried; ``seconds`` until the next attempt is looked at."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:.0f} s")
        self.seconds = max(1, round(seconds + 0.5))

    @property
    def words(self) -> str:
        """When to come back, for people."""
        minutes = -(-self.seconds // 60)
        when = f"{minutes} minutes" if minutes > 1 else "a minute"
        return f"Too many attempts. Try again in {when}."


def sign_in(email: str, password: str, address: str) -> Account:
    """The account of this e-mail and password; ``address`` is where the attempt comes from.

    Raises :class:`NotThem` and :class:`TooManyAttempts`. An attempt is counted before it is looked at, so
    that a hundred at once are a hundred; a success clears the count of this account at this address, and gives the
    attempt back to the counts of either alone. Few attempts from one address leave the account open to its person,
    who is elsewhere; all addresses together have many.
    """
    known = hashlib.sha256(email.strip().casefold().encode("utf-8", "replace")).hexdigest()[:32]
    account, place = f"login:account:{known}", f"login:address:{address}"
    here = f"login:account:{known}:{address}"
    attempt(place, settings().login_attempts_per_address)
    attempt(here, settings().login_attempts_per_account_and_address)
    attempt(account, settings().login_attempts_per_account)
    with database.transaction():
        found = one("SELECT * FROM account_by_email(%s)", (_plain(email.strip()),))
    stored = found["password_hash"] if found else None
    if not matches(stored, _plain(password)) or found is None or stored is None:
        raise NotThem
    counter.forget(here)
    for alone in (account, place):
        counter.count(alone, settings().login_window, by=-1)
    if outdated(stored):
        with scope(found["workspace_id"], found["user_id"]):
            one("SELECT account_change(NULL, %s)", (hashed(password),))
    return Account(found["user_id"], found["workspace_id"])


def attempt(name: str, most: int) -> None:
    """Count one attempt; raises :class:`TooManyAttempts` when it is one too many."""
    counted = counter.count(name, settings().login_window)
    if counted.used > most:
        raise TooManyAttempts(counted.ends_in)


def _plain(text: str) -> str:
    """Text that PostgreSQL and Argon2 can take; what is lost makes a match impossible, not an error."""
    return text[:1000].encode("utf-8", "replace").decode().replace("\0", "\ufffd")
