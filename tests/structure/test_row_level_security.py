"""For every table: without a scope no row, with another's scope none of ours. The database is asked, not the code."""

from __future__ import annotations

import peewee
import pytest

from reachly import database
from reachly.database import owner_database, scope, transaction
from reachly.settings import settings
from tests.generate.finding import find, work

SHARED = {"plans", "prices", "schema_migration"}
"""The price list belongs to everyone; everything else belongs to somebody, or to whoever has a workspace."""

CATALOGUE = {"organizations", "contacts", "employment_history"}
"""What whoever has a workspace may look through, and nobody else."""
READ_BY_OWNER = {"contacts"}
"""Under its policy for the application, not forced on the owner, whose functions say themselves whom they leave out."""

SEARCHED = {"contact_search", "lead_search", "search_fills"}
"""What search reads, through functions that ask for the scope themselves: under a policy no trigram index is used."""

OPERATORS = {"overview", "jobs", "unknown", "acts", "mails", "retry", "release", "look"} | {
    *("pairs", "merges", "merge", "split"),
}
"""What administrators may see and do across workspaces."""


def _tables() -> list[str]:
    owner = owner_database(settings())
    with owner.connection_context():
        found = owner.execute_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [name for (name,) in found]


def _count(table: str) -> int:
    """How many rows the application's role sees; a table it may not read at all shows it none."""
    try:
        found = database.one(f"SELECT count(*) AS many FROM {table}")
    except peewee.ProgrammingError as error:
        if "permission denied" not in str(error):
            raise
        return 0
    assert found is not None
    return found["many"]


def test_every_tenant_table_has_forced_row_level_security() -> None:
    owner = owner_database(settings())
    with owner.connection_context():
        open_tables = owner.execute_sql(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND NOT (relrowsecurity AND relforcerowsecurity) ORDER BY 1"
        ).fetchall()
    assert {name for (name,) in open_tables} - SEARCHED - READ_BY_OWNER == SHARED


def test_what_search_reads_is_closed_to_the_application() -> None:
    owner = owner_database(settings())
    with owner.connection_context():
        found = owner.execute_sql(
            "SELECT relname, relrowsecurity, has_table_privilege('reachly_app', oid, 'SELECT, INSERT, UPDATE, DELETE')"
            " OR has_any_column_privilege('reachly_app', oid, 'SELECT, INSERT, UPDATE') FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND (relname = ANY (%s) OR relname ~ '_search')"
            " AND relkind IN ('r', 'v', 'm')",
            (list(SEARCHED),),
        ).fetchall()
    assert found
    for name, guarded, reachable in found:
        assert guarded or name.endswith("_wanted"), name
        assert not reachable, name


def test_the_application_owns_nothing_and_cannot_go_around_the_rules() -> None:
    with transaction():
        role = database.one("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        owned = database.one(
            "SELECT count(*) AS many FROM pg_class"
            " WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
    assert role == {"rolsuper": False, "rolbypassrls": False}
    assert owned == {"many": 0}


def test_no_scope_means_no_rows_and_anothers_scope_means_none_of_ours(team, other_team, outside) -> None:
    assert work(find(team, 5)) == "succeeded"
    for table in set(_tables()) - SHARED:
        with transaction():
            assert _count(table) == 0, f"{table} shows rows without a scope"
        if table in {"users", "workspaces", "memberships", "accounts", "transactions", "entries"} | CATALOGUE:
            continue  # Bob has rows of his own here; whose they are is asked below
        with scope(other_team.workspace_id, other_team.user_id):
            assert _count(table) == 0, f"{table} shows Bob what is Alice's"
    with scope(other_team.workspace_id, other_team.user_id):
        for table, column in (("users", "id"), ("workspaces", "id")):
            mine = other_team.user_id if table == "users" else other_team.workspace_id
            assert database.rows(f"SELECT {column} AS id FROM {table}") == [{"id": mine}]
        for table in ("memberships", "accounts", "transactions", "entries"):
            whose = database.rows(f"SELECT DISTINCT workspace_id AS id FROM {table}")
            assert whose == [{"id": other_team.workspace_id}]


def test_a_row_cannot_be_written_into_another_workspace(team, other_team) -> None:
    with (
        pytest.raises(peewee.ProgrammingError, match="row-level security"),
        scope(other_team.workspace_id, other_team.user_id),
    ):
        database.execute(
            "INSERT INTO saved_columns (workspace_id, user_id, page, columns) VALUES (%s, %s, 'leads', '{name}')",
            (team.workspace_id, team.user_id),
        )


def test_what_the_catalogue_sells_cannot_be_read_from_it(team) -> None:
    for column in ("email", "phone", "provenance"):
        with pytest.raises(peewee.ProgrammingError, match="permission denied"), scope(team.workspace_id, team.user_id):
            database.execute(f"SELECT {column} FROM contacts LIMIT 1")


def test_the_scope_ends_with_its_transaction(team) -> None:
    with database.connected():
        with scope(team.workspace_id, team.user_id):
            assert _count("workspaces") == 1
        assert _count("workspaces") == 0
        assert database.scoped(team.workspace_id, team.user_id, "SELECT count(*) AS many FROM workspaces") == {
            "many": 1
        }
        assert _count("workspaces") == 0


def test_functions_that_go_around_the_rules_are_few_named_and_closed_to_the_public() -> None:
    owner = owner_database(settings())
    with owner.connection_context():
        found = owner.execute_sql(
            "SELECT proname, coalesce(array_to_string(proconfig, ','), ''),"
            " has_function_privilege('public', oid, 'execute')"
            " FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        ).fetchall()
    assert found
    for name, config, public in found:
        assert "search_path=public, pg_temp" in config, name
        assert not public, name


def test_functions_for_operators_are_these_and_each_asks_whether_it_is_one() -> None:
    owner = owner_database(settings())
    with owner.connection_context():
        found = owner.execute_sql(
            "SELECT proname, prosecdef, prosrc, has_function_privilege('reachly_app', oid, 'execute') FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND proname ~ '^(desk|operations)_'"
        ).fetchall()
    doors = {name for name, _, _, open_to_the_application in found if open_to_the_application}
    assert doors == {f"operations_{name}" for name in OPERATORS}
    for name, definer, source, _ in found:
        assert definer == (name in doors), name
        assert name not in doors or "operations_admin()" in source, name
