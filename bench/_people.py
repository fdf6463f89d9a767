"""Who a bench works for: new workspaces with credits, and what only the owner of the tables sees and does."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from reachly import accounts
from reachly.database import one, owner_database, transaction
from reachly.settings import settings

Team = tuple[UUID, UUID]
"""A workspace and its person."""
CREDITS = 1_000_000


def new_team(credits: int = 0) -> Team:
    """A new workspace with so many credits beside the trial's; nobody can sign in to it."""
    with transaction():
        made = one(
            "SELECT * FROM account_register(%s, 'Bench', 'x', 'bench', false)", (f"{uuid4().hex}@bench.example",)
        )
    assert made is not None
    if credits:
        _grant(made["workspace_id"], credits)
    return made["workspace_id"], made["user_id"]


def person(credits: int = CREDITS) -> tuple[accounts.Account, str]:
    """A new person with a workspace of their own, and a token for programs."""
    made = accounts.register(f"{uuid4().hex}@bench.example", "Bench", f"a long {uuid4().hex}", accept_terms=True)
    _grant(made.workspace_id, credits)
    return made, accounts.issue_token(made.user_id, made.workspace_id)[0]


def owner_rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement as the owner of the tables, who sees all workspaces; none where it gives none."""
    owner = owner_database(settings())
    with owner.connection_context():
        cursor = owner.execute_sql(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


def _grant(workspace_id: UUID, credits: int) -> None:
    owner_rows("SELECT ledger_grant(%s, %s, %s, NULL, 'for the bench')", workspace_id, credits, uuid4().hex)
