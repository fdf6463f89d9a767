"""The operators' door into the ledger."""

from __future__ import annotations

from uuid import UUID, uuid4

import peewee

from reachly import news
from reachly.database import owner_database
from reachly.settings import settings


class NoSuchPerson(Exception):
    """Nobody has this e-mail."""


class JustGranted(Exception):
    """The very same was granted minutes ago, and nobody said that it is meant to be granted again."""


SAME_AGAIN = 600
"""Seconds within which the same grant is taken for a slip of the hand."""


def grant(email: str, credits: int, reason: str, key: str | None = None, again: bool = False) -> int:
    """Give the personal workspace of ``email`` credits and return what it then has available.

    The same ``key`` grants once. Without a key, the same credits for the same reason within ten minutes are granted
    only ``again``. Raises :class:`NoSuchPerson`, :class:`JustGranted`, and ``ValueError`` for no credits or no reason,
    or where the key stands for another grant.
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
        # The lock that every movement takes first: of two equal grants at once the second sees the first.
        owner.execute_sql("SELECT FROM accounts WHERE workspace_id = %s AND name = 'available' FOR UPDATE", (found[0],))
        if key is None and not again and _just_granted(owner, found[0], credits, reason[:300]):
            raise JustGranted(email)
        made = owner.execute_sql(
            "SELECT credits, description FROM transactions WHERE id = ledger_grant(%s, %s, %s, NULL, %s)",
            (found[0], credits, key or f"admin:{uuid4()}", reason[:300]),
        ).fetchone()
        if made is not None and made != (credits, reason[:300]):
            raise ValueError("this key stands for another grant")
        available = owner.execute_sql(
            "SELECT balance FROM accounts WHERE workspace_id = %s AND name = 'available'", (found[0],)
        ).fetchone()[0]
    news.publish(found[0])
    return int(available)


def _just_granted(owner: peewee.PostgresqlDatabase, workspace_id: UUID, credits: int, reason: str) -> bool:
    found = owner.execute_sql(
        "SELECT FROM transactions WHERE workspace_id = %s AND kind = 'grant' AND credits = %s AND description = %s"
        " AND created_at > clock_timestamp() - %s * interval '1 second' LIMIT 1",
        (workspace_id, credits, reason, SAME_AGAIN),
    )
    return found.fetchone() is not None
