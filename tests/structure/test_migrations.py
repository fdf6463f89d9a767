"""Migrations hold up nobody for long, and the release before goes on working on what they leave.

A statement that this test is wrong about carries a comment right above it: ``-- allowed: why``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reachly.migrating import MIGRATIONS, statements

FIRST_CHECKED = 12
"""The migrations before were written for an empty database."""
BUSY = {
    "accounts",
    "callbacks",
    "contacts",
    "contact_keys",
    "entries",
    "exports",
    "job_events",
    "job_sources",
    "jobs",
    "leads",
    "organizations",
    "provider_calls",
    "sessions",
    "transactions",
    "unlocks",
    "users",
    "workspaces",
}
"""Tables that grow with use, or that every request reads."""
VOLATILE = r"(?:gen_random_uuid|uuidv[47]|clock_timestamp|timeofday|random|nextval|txid_current)\s*\("
_FLAGS = re.IGNORECASE | re.DOTALL

RULES = [
    (
        r"ADD COLUMN[^,]*DEFAULT[^,]*" + VOLATILE,
        "a volatile default rewrites the table: add it without, fill, then set",
    ),
    (r"ADD COLUMN[^,]*GENERATED", "a generated column rewrites the table"),
    (r"ADD COLUMN[^,]*\b(?:small|big)?serial\b", "a serial column rewrites the table"),
    (r"ADD COLUMN[^,]*\b(?:UNIQUE|PRIMARY KEY)\b", "makes an index under a lock: CREATE UNIQUE INDEX CONCURRENTLY"),
    (
        r"ADD COLUMN[^,]*\b(?:REFERENCES|CHECK)\b",
        "reads all rows under a lock: ADD CONSTRAINT … NOT VALID, then VALIDATE",
    ),
    (r"SET NOT NULL", "reads all rows under a lock: ADD CONSTRAINT … NOT NULL … NOT VALID, then VALIDATE"),
    (r"ALTER (?:COLUMN )?\w+ (?:SET DATA )?TYPE", "rewrites the table: add a column, write both, move over"),
    (r"SET (?:LOGGED|UNLOGGED|TABLESPACE|ACCESS METHOD)", "rewrites the table"),
    (r"\bADD (?:CONSTRAINT \w+ )?(?:PRIMARY KEY|UNIQUE)(?! USING INDEX)", "makes an index under a lock: … USING INDEX"),
]


def broken(sql: str, atomic: bool = True) -> list[str]:
    """What is wrong with a script, one line for each."""
    return list(_broken(re.sub(r"--\s*allowed: [^\n]+\n[^;]*;", "", sql), atomic))


def _broken(sql: str, atomic: bool) -> Iterator[str]:
    found = [re.sub(r"\s+", " ", one) for one in statements(sql)]
    made = {match[1] for one in found if (match := re.match(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", one, _FLAGS))}
    added: set[str] = set()
    for one in found:
        short = one[:70]
        if not atomic and not re.match(
            r"(?:CREATE (?:UNIQUE )?INDEX|DROP INDEX) CONCURRENTLY IF |ALTER TABLE \w+ VALIDATE", one
        ):
            yield f"{short}: cannot be repeated after it was interrupted"
        if atomic and "CONCURRENTLY" in one and not one.startswith("CREATE FUNCTION"):
            yield f"{short}: needs a migration with atomic = False"
        index = re.match(r"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON (?:ONLY )?(\w+)", one, _FLAGS)
        if index and index[1] in BUSY - made:
            yield f"{short}: holds up writers of {index[1]}: CREATE INDEX CONCURRENTLY"
        table = re.match(r"ALTER TABLE (?:IF EXISTS )?(?:ONLY )?(\w+)", one, _FLAGS)
        if table and table[1] not in made:
            yield from _altered(short, one, table[1], added, atomic)
        if re.match(
            r"DROP (?:TABLE|FUNCTION|PROCEDURE|VIEW|INDEX (?!CONCURRENTLY))|ALTER (?:FUNCTION|VIEW)\b.*RENAME",
            one,
            _FLAGS,
        ):
            yield f"{short}: the release before may still use it"
        backfill = re.match(r"(?:UPDATE|DELETE FROM|LOCK TABLE|TRUNCATE) (?:ONLY )?(\w+)", one, _FLAGS)
        if backfill and backfill[1] in BUSY - made:
            yield f"{short}: holds rows of {backfill[1]} until the end: fill in batches, from the schedule"


def _altered(short: str, one: str, table: str, added: set[str], atomic: bool) -> Iterator[str]:
    if re.search(r"DROP COLUMN|RENAME", one, _FLAGS):
        yield f"{short}: the release before may still use it"
    if table not in BUSY:
        return
    for rule, why in RULES:
        if re.search(rule, one, _FLAGS):
            yield f"{short}: {why}"
    if re.search(r"\bADD (?:CONSTRAINT \w+ )?(?:CHECK|FOREIGN KEY|NOT NULL|EXCLUDE)\b(?!.*NOT VALID)", one, _FLAGS):
        yield f"{short}: reads all rows under a lock: NOT VALID, then VALIDATE in a migration of its own"
    if re.search(r"\bADD\b.*NOT VALID", one, _FLAGS):
        added.add(table)
    if "VALIDATE CONSTRAINT" in one and atomic and table in added:
        yield f"{short}: reads all rows under the lock taken above: VALIDATE in a migration of its own"


def _checked() -> list[Path]:
    return [path for path in sorted(MIGRATIONS.glob("*.sql")) if int(path.name[:4]) >= FIRST_CHECKED]


@pytest.mark.parametrize("path", _checked(), ids=lambda path: path.stem)
def test_a_migration_holds_up_nobody(path: Path) -> None:
    atomic = "atomic = False" not in path.with_suffix(".py").read_text(encoding="utf-8")
    assert broken(path.read_text(encoding="utf-8"), atomic) == []


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX a ON jobs (kind);",
        "CREATE UNIQUE INDEX a ON leads (id);",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON jobs (kind);",
        "ALTER TABLE jobs ADD COLUMN a uuid NOT NULL DEFAULT uuidv7();",
        "ALTER TABLE jobs ADD COLUMN b int,\n ADD COLUMN a uuid DEFAULT gen_random_uuid();",
        "ALTER TABLE leads ADD COLUMN a text GENERATED ALWAYS AS (lower(name)) STORED;",
        "ALTER TABLE entries ADD COLUMN a bigserial;",
        "ALTER TABLE jobs ADD COLUMN a text UNIQUE;",
        "ALTER TABLE jobs ADD COLUMN a uuid REFERENCES users;",
        "ALTER TABLE jobs ADD COLUMN a text CHECK (a <> '');",
        "ALTER TABLE jobs ALTER COLUMN name SET NOT NULL;",
        "ALTER TABLE jobs ALTER COLUMN number TYPE numeric;",
        "ALTER TABLE jobs ALTER number SET DATA TYPE numeric;",
        "ALTER TABLE jobs ADD CONSTRAINT a CHECK (number > 0);",
        "ALTER TABLE jobs ADD FOREIGN KEY (user_id) REFERENCES users;",
        "ALTER TABLE jobs ADD CONSTRAINT a UNIQUE (number);",
        "ALTER TABLE jobs ADD CONSTRAINT a CHECK (number > 0) NOT VALID; ALTER TABLE jobs VALIDATE CONSTRAINT a;",
        "ALTER TABLE plans DROP COLUMN name;",
        "ALTER TABLE jobs RENAME COLUMN name TO title;",
        "DROP FUNCTION job_request(text);",
        "DROP TABLE callbacks;",
        "UPDATE leads SET name = '';",
        "LOCK TABLE jobs;",
    ],
)
def test_what_would_hold_up_or_break_others_is_found(sql: str) -> None:
    assert len(broken(sql)) == 1
    assert broken(f"-- allowed: nobody uses it\n{sql}") == [] or sql.count(";") > 1


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE jobs ADD COLUMN a timestamptz NOT NULL DEFAULT now(), ADD COLUMN b text;",
        "CREATE TABLE a (id int); CREATE INDEX b ON a (id); ALTER TABLE a ADD UNIQUE (id); UPDATE a SET id = 1;",
        "ALTER TABLE jobs ADD CONSTRAINT a CHECK (number > 0) NOT VALID;",
        "ALTER TABLE jobs VALIDATE CONSTRAINT a;",
        "ALTER TABLE jobs ADD CONSTRAINT a UNIQUE USING INDEX b;",
        "CREATE OR REPLACE FUNCTION a() RETURNS void LANGUAGE sql AS $$ UPDATE jobs SET name = ''; SELECT 1 $$;",
    ],
)
def test_what_holds_up_nobody_is_let_be(sql: str) -> None:
    assert broken(sql) == []


def test_what_is_not_taken_in_one_transaction_can_be_repeated() -> None:
    assert broken("CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON jobs (kind);", atomic=False) == []
    assert len(broken("CREATE INDEX CONCURRENTLY a ON jobs (kind);", atomic=False)) == 1
    assert len(broken("ALTER TABLE jobs ADD COLUMN a text;", atomic=False)) == 1
