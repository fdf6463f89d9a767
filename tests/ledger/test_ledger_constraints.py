"""The database itself keeps the ledger right, whoever writes to it."""

from __future__ import annotations

import peewee
import pytest

from reachly import database
from reachly.database import owner_database, scope
from reachly.settings import settings
from tests.engine.work import balances
from tests.planted import as_owner, found, refund


def test_a_new_workspace_has_its_trial_credits(team) -> None:
    with scope(team.workspace_id, team.user_id):
        kept = {row["name"]: row["balance"] for row in database.rows("SELECT name, balance FROM accounts")}
    assert kept["available"] == 100
    assert kept["granted"] == -100
    assert sum(kept.values()) == 0


def test_the_application_cannot_write_the_ledger(team) -> None:
    for statement in (
        "UPDATE accounts SET balance = 1000000 WHERE name = 'available'",
        "DELETE FROM transactions",
        "INSERT INTO entries (workspace_id, transaction_id, account, credits)"
        " SELECT workspace_id, id, 'available', 5 FROM transactions",
        "SELECT ledger_grant(scope_workspace(), 5, 'k', NULL, 'mine')",
    ):
        with pytest.raises(peewee.ProgrammingError, match="permission denied"), scope(team.workspace_id, team.user_id):
            database.execute(statement)


def test_even_the_owner_cannot_change_history(team) -> None:
    owner = owner_database(settings())
    with owner.connection_context():
        for statement in (
            "UPDATE transactions SET credits = 7",
            "DELETE FROM entries",
            "TRUNCATE transactions CASCADE",
        ):
            with pytest.raises(peewee.ProgrammingError, match="append-only"):
                owner.execute_sql(statement)


def test_entries_that_do_not_add_up_to_zero_are_refused(team) -> None:
    owner = owner_database(settings())
    with owner.connection_context(), pytest.raises(peewee.IntegrityError, match="add up to zero"):
        owner.execute_sql(
            "WITH made AS (INSERT INTO transactions (workspace_id, kind, credits, available_after, held_after)"
            " VALUES (%s, 'grant', 5, 105, 0) RETURNING workspace_id, id)"
            " INSERT INTO entries (workspace_id, transaction_id, account, credits)"
            " SELECT workspace_id, id, a, c FROM made, (VALUES ('available', 5), ('granted', -4)) v(a, c)",
            (team.workspace_id,),
        )


def test_a_transaction_without_entries_is_refused_at_commit(team) -> None:
    owner = owner_database(settings())
    with owner.connection_context(), pytest.raises(peewee.IntegrityError, match="has no entries"), owner.atomic():
        owner.execute_sql(
            "INSERT INTO transactions (workspace_id, kind, credits, available_after, held_after)"
            " VALUES (%s, 'grant', 5, 105, 0)",
            (team.workspace_id,),
        )


def test_a_capture_is_given_back_once_however_often_that_is_asked(team) -> None:
    found(team, "Once", 2)
    ((capture,),) = as_owner(
        "SELECT id FROM transactions WHERE workspace_id = %s AND kind = 'capture' LIMIT 1", (team.workspace_id,)
    )
    before = balances(team)
    for _ in range(2):
        refund(team, capture)
    assert balances(team) == before | {"available": before["available"] + 1, "spent": before["spent"] - 1}
