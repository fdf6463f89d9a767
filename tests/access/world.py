"""A workspace with people of every role and a row in every table, put there by the schema's owner; and another one."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg2
from psycopg2.extras import register_uuid

from reachly.settings import settings
from tests.conftest import Team, new_team
from tests.planted import people, plant

ROLES = ("owner", "admin", "member", "viewer", "guest", "editor", "stranger", "house", "nobody")
"""Who asks: four roles in the workspace, two let in to one of its lists, somebody of another workspace, the house
itself in the workspace's scope, and a transaction without any scope.
"""
GIVEN: dict[tuple[str, str], Any] = {
    ("actions", "kind"): "leads.delete",
    ("callbacks", "body"): "{}",
    ("contact_keys", "key"): "e:somebody@access.example",
    ("credit_purchases", "currency"): "eur",
    ("exports", "format"): "csv",
    ("exports", "mode"): "excel",
    ("exports", "sha256"): "00" * 32,
    ("hidden_companies", "domain"): "hidden.example",
    ("icp_profiles", "filters"): '{"industries": ["Software"]}',
    ("import_refusals", "reason"): "no_name",
    ("imported_keys", "key"): "e:own@access.example",
    ("imports", "sha256"): "00" * 32,
    ("invitations", "role"): "member",
    ("invitations", "list_id"): None,
    ("invitations", "email"): "new@access.example",
    ("job_attempts", "attempt"): 2,
    ("job_attempts", "found"): "queued",
    ("job_events", "kind"): "log",
    ("jobs", "kind"): "export_leads",
    ("jobs", "queue"): "bulk",
    ("jobs", "event_seq"): 1,
    ("jobs", "finished_at"): "2026-11-01T00:00:00Z",
    ("jobs", "number"): 1000,
    ("jobs", "status"): "failed",
    ("jobs", "params"): "{}",
    ("list_members", "role"): "viewer",
    ("mails", "kind"): "team.invited",
    ("misses", "field"): "email",
    ("mails", "recipient"): "somebody@access.example",
    ("notifications", "kind"): "team.joined",
    ("operator_acts", "act"): "look",
    ("provider_calls", "operation"): "search",
    ("provider_calls", "provider"): "lusha",
    ("provider_calls", "repeat"): "free",
    ("provider_calls", "status"): "failed",
    ("provider_keys", "provider"): "lusha",
    ("sessions", "kind"): "browser",
    ("unlocks", "field"): "email",
    ("unlocks", "credits"): 0,
    ("unlocks", "transaction_id"): None,
}
"""Values where a check wants one of a few."""
BY_TYPE = {
    "text": "some words",
    "citext": "somebody@access.example",
    "bigint": 1,
    "integer": 1,
    "smallint": 1,
    "double precision": 1.0,
    "numeric": 1,
    "boolean": False,
    "jsonb": "{}",
    "text[]": ["some words"],
    "timestamp with time zone": "2027-01-01T00:00:00Z",
    "date": "2026-11-01",
}
_COLUMNS = """
SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type, a.attnotnull AS wanted,
       a.atthasdef OR a.attidentity <> '' AS filled
  FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_CHOICES = r"""
SELECT substring(def FROM '\((\w+) = ANY') AS name, substring(def FROM 'ARRAY\[''([^'']+)''') AS first
  FROM (SELECT pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass) c
 WHERE def ~ '= ANY \(\(?ARRAY\['
"""
_REFERENCES = """
SELECT confrelid::regclass::text AS target,
       (SELECT array_agg(attname::text ORDER BY n) FROM unnest(conkey) WITH ORDINALITY k(num, n)
          JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.num) AS own,
       (SELECT array_agg(attname::text ORDER BY n) FROM unnest(confkey) WITH ORDINALITY k(num, n)
          JOIN pg_attribute a ON a.attrelid = confrelid AND a.attnum = k.num) AS other
  FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass ORDER BY cardinality(conkey) DESC
"""


@dataclass
class World:
    """Alice's workspace with its people, and Bob's."""

    alice: Team
    bob: Team
    users: dict[str, UUID] = field(default_factory=dict)
    homes: dict[str, UUID] = field(default_factory=dict)

    def key(self, table: str) -> str:
        """By what Alice's rows of a table are known."""
        return str(self.alice.user_id if table == "users" else self.alice.workspace_id)

    def scope_of(self, role: str) -> tuple[str, str]:
        """The workspace and the person that a role has in scope, empty where it has none."""
        if role == "nobody":
            return "", ""
        if role == "house":
            return str(self.alice.workspace_id), ""
        if role == "stranger":
            return str(self.bob.workspace_id), str(self.bob.user_id)
        return str(self.homes.get(role, self.alice.workspace_id)), str(self.users[role])


def owner() -> Any:
    """A connection of the schema's owner, on which each statement stands for itself."""
    connection = psycopg2.connect(settings().database_owner_url.get_secret_value())
    register_uuid(conn_or_curs=connection)
    connection.autocommit = True
    return connection


def build() -> World:
    """The world; raises where a table cannot be given a row, with what to add to ``GIVEN``."""
    world = World(new_team(), new_team())
    world.users["owner"] = world.alice.user_id
    plant(world.alice, *people(2))
    plant(world.bob, *people(2))
    with closing(owner()) as connection, connection.cursor() as cursor:
        for role in ("admin", "member", "viewer"):
            world.users[role] = new_team().user_id
            cursor.execute(
                "INSERT INTO memberships (workspace_id, user_id, role) VALUES (%s, %s, %s)",
                (world.alice.workspace_id, world.users[role], role),
            )
        shared: dict[UUID, UUID] = {}
        for team in (world.alice, world.bob):
            cursor.execute(
                "INSERT INTO lists (workspace_id, owner_id, name) VALUES (%s, %s, 'Shared') RETURNING id",
                (team.workspace_id, team.user_id),
            )
            shared[team.workspace_id] = cursor.fetchone()[0]
        for role, right in (("guest", "viewer"), ("editor", "editor")):
            home = new_team()
            world.users[role], world.homes[role] = home.user_id, home.workspace_id
            cursor.execute(
                "INSERT INTO list_members (workspace_id, list_id, user_id, role, invited_by)"
                " VALUES (%s, %s, %s, %s, %s)",
                (world.alice.workspace_id, shared[world.alice.workspace_id], home.user_id, right, world.alice.user_id),
            )
        cursor.execute(
            "INSERT INTO catalogue_merges (kind, kept_id, gone_id, reason, undone_at)"
            " VALUES ('contact', uuidv7(), uuidv7(), 'Twice', now())"
        )
        _fill(cursor, world.alice)
        here = world.alice.workspace_id
        # Both leads, as one of them is hidden and guests see the other alone.
        cursor.execute(
            "INSERT INTO list_contacts (workspace_id, list_id, contact_id, position)"
            " SELECT workspace_id, %s, contact_id, 2 FROM leads WHERE workspace_id = %s ON CONFLICT DO NOTHING",
            (shared[here], here),
        )
        cursor.execute("INSERT INTO organizations (name, domain) VALUES ('Acme', %s)", (f"{here}.example",))
        cursor.execute(
            "INSERT INTO employment_history (contact_id, company_name, source)"
            " SELECT contact_id, 'Acme', 'lusha' FROM leads WHERE workspace_id = %s",
            (here,),
        )
    return world


def tables(cursor: Any) -> dict[str, str]:
    """Every table, and the column that says whose a row is (empty: everybody's)."""
    cursor.execute(
        "SELECT c.relname, coalesce((SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND"
        " a.attname = 'workspace_id' AND NOT a.attisdropped),"
        " CASE WHEN c.relname IN ('workspaces', 'users') THEN 'id' ELSE '' END)"
        " FROM pg_class c WHERE c.relkind IN ('r', 'v') AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return dict(cursor.fetchall())


def _fill(cursor: Any, team: Team) -> None:
    """A row of this team in every table that has none yet; tables wait for those that they point to."""
    waiting = [
        name for name, whose in tables(cursor).items() if whose and name != "users" and not _is_view(cursor, name)
    ]
    trouble: dict[str, str] = {}
    while waiting:
        left = [name for name in waiting if (told := _row(cursor, name, team)) and trouble.update({name: told}) is None]
        assert len(left) < len(waiting), {name: trouble[name] for name in left}
        waiting = left


def _is_view(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT relkind = 'v' FROM pg_class WHERE oid = %s::regclass", (name,))
    return bool(cursor.fetchone()[0])


def _row(cursor: Any, table: str, team: Team) -> str | None:
    """Give the team a row in a table; what is in the way, ``None`` where it has one."""
    whose = "id" if table == "workspaces" else "workspace_id"
    cursor.execute(f"SELECT count(*) FROM {table} WHERE {whose} = %s", (team.workspace_id,))
    if cursor.fetchone()[0]:
        return None
    cursor.execute(_COLUMNS, (table,))
    columns = cursor.fetchall()
    values: dict[str, Any] = {"workspace_id": team.workspace_id}
    seen: dict[str, int] = {}
    cursor.execute(_REFERENCES, (table,))
    for target, own, other in cursor.fetchall():
        if target == "workspaces":
            continue
        seen[target] = seen.get(target, -1) + 1
        found = _reference(cursor, target, other, team, seen[target]) or _reference(cursor, target, other, team, 0)
        if found is None:
            if any(name in own and wanted and name != "workspace_id" for name, _type, wanted, _filled in columns):
                return f"{target} has no row yet"
            continue
        values |= {name: value for name, value in zip(own, found, strict=True) if name not in values}
    cursor.execute(_CHOICES, (table,))
    choices = dict(cursor.fetchall())
    for name, kind, wanted, filled in columns:
        if (table, name) in GIVEN:
            values[name] = GIVEN[table, name]
        elif name not in values and wanted and not filled:
            values[name] = choices.get(name) or _value(kind)
    if table == "users" or values.get("user_id"):
        values["user_id"] = team.user_id
    try:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})",
            list(values.values()),
        )
    except psycopg2.Error as error:
        return str(error).splitlines()[0]
    return None


def _value(kind: str) -> Any:
    if kind == "uuid":
        return uuid4()
    return uuid4().bytes if kind == "bytea" else BY_TYPE.get(kind, "some words")


def _reference(cursor: Any, target: str, columns: list[str], team: Team, at: int) -> tuple[Any, ...] | None:
    if target == "users":
        return (team.user_id,)
    where = "WHERE workspace_id = %s" if "workspace_id" in columns else ""
    cursor.execute(
        f"SELECT {', '.join(columns)} FROM {target} {where} OFFSET {at} LIMIT 1", (team.workspace_id,) if where else ()
    )
    return cursor.fetchone()
