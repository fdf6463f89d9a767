"""Looks at the database as its owner: what the audit's rules find, and what a workspace has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from reachly.audit.rules import BOOKS, kinship, rules
from reachly.database import owner_database
from reachly.settings import settings
from tests.conftest import Team

_BALANCES = "SELECT name, balance FROM accounts WHERE workspace_id = %s AND balance <> 0"
_HISTORY = """
SELECT kind, credits, available_after, held_after FROM transactions WHERE workspace_id = %s ORDER BY position
"""
_UNLOCKS = """
SELECT c.linkedin_url, u.field, u.credits FROM unlocks u JOIN contacts c ON c.id = u.contact_id
 WHERE u.workspace_id = %s
"""
_JOBS = """
SELECT status, attempt, crashes, cancel_requested_at IS NOT NULL AS cancelling, progress_done, credits_held,
       credits_spent, credits_released
  FROM jobs JOIN unnest(%s::uuid[]) WITH ORDINALITY asked (id, place) USING (id) ORDER BY place
"""


class Books:
    """One connection of the owner's, on which all rules of the audit are one prepared statement.

    Planned once, they can be asked after every step of every example.
    """

    def __init__(self) -> None:
        self._owner = owner_database(settings())
        self._owner.connect()
        self._prepared = False

    def close(self) -> None:
        """Give the connection back."""
        self._owner.close()

    def do(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        """Run a statement as the schema's owner and return its rows."""
        cursor = self._owner.execute_sql(sql, params)
        if cursor.description is None:
            return []
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def breaches(self, *teams: Team) -> list[str]:
        """What the audit's rules find wrong in the books of these teams."""
        if not self._prepared:
            self._owner.cursor().execute(f"PREPARE breaches (uuid[]) AS {_all_rules(self._owner.cursor())}")
            self._owner.execute_sql("SET plan_cache_mode = force_generic_plan")
            self._prepared = True
        found = self.do("EXECUTE breaches (%s::uuid[])", [team.workspace_id for team in teams])
        return [f"{row['rule']}: {row['told']}" for row in found]

    def balances(self, team: Team) -> dict[str, int]:
        """Every account that is not at zero."""
        return {row["name"]: row["balance"] for row in self.do(_BALANCES, team.workspace_id)}

    def history(self, team: Team) -> list[tuple[str, int, int, int]]:
        """Each movement in order: its kind, its credits, and what it left available and held."""
        return [tuple(row.values()) for row in self.do(_HISTORY, team.workspace_id)]  # type: ignore[misc]

    def jobs(self, job_ids: Sequence[UUID]) -> list[dict[str, Any]]:
        """Where these jobs stand, in this order."""
        return self.do(_JOBS, list(job_ids))

    def leads(self, team: Team) -> dict[str, bool]:
        """The people it has by their profiles, and whether nobody deleted them."""
        sql = "SELECT linkedin_url, deleted_at IS NULL AS live FROM leads WHERE workspace_id = %s"
        return {row["linkedin_url"]: row["live"] for row in self.do(sql, team.workspace_id)}

    def unlocks(self, team: Team) -> dict[tuple[str, str], int]:
        """What it may see of whom, and what that cost."""
        found = self.do(_UNLOCKS, team.workspace_id)
        return {(row["linkedin_url"], row["field"]): row["credits"] for row in found}


def _all_rules(cursor: Any) -> str:
    """Every rule that is a query, as one query."""
    every = (*rules(*BOOKS), *kinship(cursor))
    return " UNION ALL ".join(
        f"SELECT '{rule.name.replace(chr(39), chr(39) * 2)}' AS rule, to_jsonb(breach)::text AS told"
        f" FROM ({rule.sql}) breach WHERE breach.workspace_id = ANY ($1)"
        for rule in every
    )
