"""Every table, every role, every verb: the database lets through what the table of what must be says, and no more."""

from __future__ import annotations

from contextlib import closing

import psycopg2.extras

from tests.access.expected import EXPECTED
from tests.access.measuring import allowed, application
from tests.access.world import ROLES, World, build, owner, tables


def measured(world: World) -> dict[str, dict[str, str]]:
    """For each table the verbs that each role may do to Alice's rows."""
    told: dict[str, dict[str, str]] = {}
    with closing(owner()) as house, house.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as rows:
        with house.cursor() as cursor:
            known = tables(cursor)
        connection = application()
        for table, whose in known.items():
            rows.execute(
                f"SELECT * FROM {table} {f'WHERE {whose} = %s' if whose else ''} LIMIT 1",
                (world.key(table),) if whose else (),
            )
            row = dict(rows.fetchone() or {})
            told[table] = {role: allowed(connection, world, table, whose, role, row) for role in ROLES}
        connection.close()
    return told


def test_each_role_may_do_to_each_table_what_is_written_and_no_more() -> None:
    expected = {}
    for line in EXPECTED.strip().splitlines():
        table, *verbs = line.split()
        expected[table] = dict(zip(ROLES, ("" if verb == "-" else verb for verb in verbs), strict=True))
    found = measured(build())
    assert set(found) == set(expected), "write down who may do what with a table"
    assert found == expected
