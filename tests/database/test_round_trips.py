"""A transaction costs no more messages than it needs, and notices all the same when the server has hung up."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import psycopg2.extensions
import pytest

from reachly import database
from reachly.database import one, rows, scope, transaction
from tests.planted import as_owner

sent: list[str] = []


class Noting(psycopg2.extensions.cursor):
    """Writes down what it sends."""

    def execute(self, query: Any, vars: Any = None) -> None:
        sent.append(query)
        super().execute(query, vars)


@pytest.fixture
def noted() -> Iterator[list[str]]:
    """Every message to PostgreSQL, on connections made for this test."""
    with database.connected():
        pass
    database.db.close_all()
    database.db.connect_params["cursor_factory"] = Noting
    sent.clear()
    yield sent
    database.db.close_all()
    del database.db.connect_params["cursor_factory"]


def test_a_scoped_statement_is_three_messages(team, noted) -> None:
    for _ in range(2):
        noted.clear()
        with scope(team.workspace_id, team.user_id):
            assert one("SELECT name FROM users") == {"name": "Alice"}
    assert [message.split(" ")[0] for message in noted] == ["BEGIN;", "SELECT", "COMMIT"]


def test_an_unscoped_transaction_sees_nobody_after_a_scoped_one(team, noted) -> None:
    with scope(team.workspace_id, team.user_id):
        assert rows("SELECT id FROM workspaces")
    with transaction():
        assert rows("SELECT id FROM workspaces") == []
    assert noted[-3] == "BEGIN"


def test_a_scope_within_a_transaction_is_set_there(team, other_team) -> None:
    with transaction(), scope(team.workspace_id, team.user_id):
        assert [row["id"] for row in rows("SELECT id FROM workspaces")] == [team.workspace_id]
        with scope(other_team.workspace_id, other_team.user_id):
            assert [row["id"] for row in rows("SELECT id FROM workspaces")] == [other_team.workspace_id]


def test_a_scope_that_could_not_begin_leaves_nothing_for_the_next_transaction(team, monkeypatch) -> None:
    def away() -> None:
        raise database.StoreAway("no server")

    with monkeypatch.context() as patched:
        patched.setattr(database.db, "connect", away)
        with pytest.raises(database.StoreAway), scope(team.workspace_id, team.user_id):
            raise AssertionError("began without a server")
    with transaction():
        assert rows("SELECT id FROM workspaces") == []


def test_a_connection_that_the_server_closed_is_not_used_again(team) -> None:
    with database.connected():
        (pid,) = one("SELECT pg_backend_pid() AS pid").values()
    as_owner("SELECT 1")
    with database.connected():
        assert one("SELECT pg_backend_pid() AS pid") == {"pid": pid}
    _terminate(pid)
    with scope(team.workspace_id, team.user_id):
        told = one("SELECT pg_backend_pid() AS pid")
    assert told is not None
    assert told["pid"] != pid


def _terminate(pid: int) -> None:
    """End a backend as a restarting server does, and let the word of it arrive."""
    admin = psycopg2.connect(os.environ["REACHLY_TEST_ADMIN_URL"])
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    admin.close()
    time.sleep(0.05)
