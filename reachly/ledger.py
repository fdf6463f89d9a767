"""The operators' door into the ledger."""

from __future__ import annotations

from uuid import uuid4

from reachly import news
from reachly.database import owner_database
from reachly.settings import settings


class NoSuchPerson(Exception):
    """Nobody has this e-mail."""


def grant(email: str, credits: int, reason: str, key: str | None = None) -> int:
    """Give the personal workspace of ``email`` credits and return what it then has available.

    The same ``key`` grants once. Raises :class:`NoSuchPerson`, and ``ValueError`` for no credits or no reason.
    """
    reason = " ".join(reason.split())
    if credits < 1 or not reason:
        raise ValueError("a grant is of one credit or more, and has a reason")
    owner = owner_database(settings())
    with owner.connection_context(), owner.atomic():
        found = owner.execute_sql(
            "SELECT w.id FROM users u JOIN workspaces w ON w.personal_of = u.id WHERE u.email = %s", (email.strip(),)
        ).fetchone()
        if found is None:
            raise NoSuchPerson(email)
        owner.execute_sql(
            "SELECT ledger_grant(%s, %s, %s, NULL, %s)", (found[0], credits, key or f"admin:{uuid4()}", reason[:300])
        )
        available = owner.execute_sql(
            "SELECT balance FROM accounts WHERE workspace_id = %s AND name = 'available'", (found[0],)
        ).fetchone()[0]
    news.publish(found[0])
    return int(available)
