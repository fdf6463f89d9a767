"""The demo that an embedded installation offers: one shared workspace, entered with one click."""

from __future__ import annotations

import secrets

from reachly import database
from reachly.accounts.invalid import Invalid
from reachly.accounts.people import Account, register
from reachly.accounts.sessions import start_session
from reachly.database import one
from reachly.settings import settings

DEMO_EMAIL = "demo@reachly.example"
DEMO_NAME = "Demo workspace"


class DemoOff(Exception):
    """This installation offers no demo."""


def ensure_demo() -> Account:
    """The demo's workspace with the demo plan's credits, made when it is not there; nobody knows its password.

    May run any number of times and at once.
    """
    found = _demo()
    if found is None:
        try:
            return register(DEMO_EMAIL, DEMO_NAME, secrets.token_urlsafe(40), accept_terms=True, demo=True)
        except Invalid:
            found = _demo()
    if found is None:
        raise DemoOff
    return found


def demo_offered() -> bool:
    """Whether strangers may look around: only where everything they could spend is made up."""
    return settings().reachly_embedded and bool(settings().sandbox_url)


def start_demo(agent: str = "") -> str:
    """The secret of a new browser session in the demo; raises :class:`DemoOff`."""
    if not demo_offered():
        raise DemoOff
    account = ensure_demo()
    return start_session(account.user_id, account.workspace_id, agent)


def _demo() -> Account | None:
    with database.transaction():
        row = one("SELECT * FROM account_by_email(%s)", (DEMO_EMAIL,))
    return Account(row["user_id"], row["workspace_id"]) if row else None
