"""Writes rows: what the role is granted and the policies let through, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from reachly import actions
from reachly.database import execute, one
from reachly.rest.known import BEFORE_INSERT, Table
from reachly.rest.query import Asked
from reachly.rest.reading import Told, moment, single
from reachly.rest.refused import Refused, too_much, unreadable
from reachly.rest.selecting import Field, Node
from reachly.rest.statement import MOST_ROWS, Statement
from reachly.rest.wishes import Wishes

_KINDS = 10
_TOLD = 1_000
"""So many people an act names at most; its number is exact all the same."""
_OWN = ("users",)
"""What is somebody's own, and of no feed."""


def insert(workspace_id: UUID | str, user_id: UUID | str, asked: Asked, wishes: Wishes, body: bytes) -> Told:
    """Add rows; with a ``resolution`` rows that are there already are changed, or left as they are."""
    table = asked.node.table
    given = _objects(body)
    statement = Statement()
    texts = []
    _granted(table, "INSERT")
    for keys, rows in _kinds(table, given, asked.columns, wishes.missing == "default"):
        _granted(table, "INSERT", keys)
        names = ", ".join(f'"{key}"' for key in keys)
        source = f"SELECT {names} FROM {_recordset(statement, table, keys, rows)}" if keys else "DEFAULT VALUES"
        into = f"INSERT INTO {table.source}{f' ({names})' if keys else ''} {source}"
        texts.append(f"{into}{_on_conflict(asked, wishes, keys)} RETURNING {_all(table)}")
    if not texts:
        return Told("[]", 0)
    before = None
    if table.name in BEFORE_INSERT:
        column, text = BEFORE_INSERT[table.name]
        before = (text, [[value for row in given if isinstance(value := row.get(column), str)]])
    return _done(workspace_id, user_id, asked, wishes, statement, texts, "insert", before)


def update(workspace_id: UUID | str, user_id: UUID | str, asked: Asked, wishes: Wishes, body: bytes) -> Told:
    """Change the rows that match; without a condition none is changed, but the request refused."""
    table = asked.node.table
    given = _objects(body)
    if len(given) != 1:
        raise Refused(400, "PGRST102", "The body is one object with what is to change")
    keys = _keys(table, given[0], asked.columns)
    _granted(table, "UPDATE", keys)
    if not keys:
        return Told("[]", 0)
    statement = Statement()
    where = _where(statement, asked, "UPDATE")
    sets = ", ".join(f'"{key}" = given."{key}"' for key in keys)
    source = _recordset(statement, table, keys, given)
    text = f"UPDATE {table.source} AS here SET {sets} FROM {source} WHERE {where} RETURNING {_all(table, 'here.')}"
    return _done(workspace_id, user_id, asked, wishes, statement, [text], "update")


def delete(workspace_id: UUID | str, user_id: UUID | str, asked: Asked, wishes: Wishes) -> Told:
    """Delete the rows that match; without a condition none is deleted, but the request refused."""
    table = asked.node.table
    _granted(table, "DELETE")
    statement = Statement()
    where = _where(statement, asked, "DELETE")
    text = f"DELETE FROM {table.source} AS here WHERE {where} RETURNING {_all(table, 'here.')}"
    return _done(workspace_id, user_id, asked, wishes, statement, [text], "delete")


def _granted(table: Table, verb: str, keys: Iterable[str] = ()) -> None:
    """Tell what the role is not granted, in the database's words; raises :class:`Refused` 403."""
    if verb not in table.grants:
        raise Refused(403, "42501", f"permission denied for table {table.name}")
    for key in keys:
        if verb not in table.columns[key].grants:
            raise Refused(403, "42501", f"permission denied for column {key} of table {table.name}")


def _done(
    workspace_id: UUID | str,
    user_id: UUID | str,
    asked: Asked,
    wishes: Wishes,
    statement: Statement,
    texts: list[str],
    verb: str,
    before: tuple[str, list[Any]] | None = None,
) -> Told:
    """Run the writes as one statement, note them in the feed, and tell of their rows."""
    node = asked.node
    shown = Node(node.table, node.name, fields=node.fields, embeds=node.embeds, order=node.order)
    if wishes.returns != "representation":
        shown.embeds, shown.order = [], []
        shown.fields = [Field(name, name) for name in node.table.key if name in node.table.columns]
    written = ", ".join(f"w{number} AS ({text})" for number, text in enumerate(texts))
    union = " UNION ALL ".join(f"SELECT * FROM w{number}" for number in range(len(texts)))
    rows = statement.rows(shown, source="w")
    text = (
        f"WITH {written}, w AS ({union}) SELECT coalesce(json_agg(s), '[]')::text AS body,"
        f" (SELECT count(*) FROM w) AS rows{_touched(node.table)} FROM ({rows}) s"
    )
    with moment(workspace_id, user_id, writes=True):
        if before is not None:
            execute(*before)
        row = one(*statement.finished(text))
        assert row is not None
        if wishes.most_affected is not None and row["rows"] > wishes.most_affected:
            raise Refused(
                400,
                "PGRST124",
                "Query result exceeds max-affected preference constraint",
                f"The query affects {row['rows']} rows",
            )
        # What cannot be told as one object was not wanted: the write is taken back with the refusal.
        _note(node.table, verb, row)
        body = single(row) if wishes.single and wishes.returns == "representation" else row["body"]
    location = _location(node.table, row) if wishes.returns == "headers-only" else ""
    return Told(body, row["rows"], total=row["rows"] if wishes.count else None, location=location)


def _touched(table: Table) -> str:
    """A column with how many rows the team is told of, how many are told to nobody else, and whom they are about.

    The latter are personal lists and who is on them, and lists of other workspaces, of whose people nothing is kept.
    """
    team, ours, source = "true", "true", "w"
    if table.name == "lists":
        team = "w.visibility = 'team'"
    elif table.name == "list_contacts":
        ours = "w.workspace_id = scope_workspace()"
        team = f"{ours} AND s.visibility = 'team'"
        source = "w LEFT JOIN lists s ON s.workspace_id = w.workspace_id AND s.id = w.list_id"
    who = "w.contact_id" if "contact_id" in table.columns else "NULL::uuid"
    return (
        ", (SELECT json_agg(t)::text FROM (SELECT h.team, count(*) AS rows,"
        f" (array_agg(DISTINCT h.who) FILTER (WHERE h.who IS NOT NULL))[:{_TOLD}] AS people"
        f" FROM (SELECT coalesce({team}, false) AS team, CASE WHEN {ours} THEN {who} END AS who FROM {source}) h"
        " GROUP BY h.team) t) AS told"
    )


def _note(table: Table, verb: str, row: dict[str, Any]) -> None:
    """What a program wrote stands in the feed as what a person does."""
    if table.name in _OWN:
        return
    for told in json.loads(row["told"] or "[]"):
        data = {"table": table.name} | ({} if told["team"] else {"personal": True})
        actions.note(f"rows.{verb}", told["rows"], data=data, contacts=told["people"] or ())


def _location(table: Table, row: dict[str, Any]) -> str:
    if row["rows"] != 1:
        return ""
    (key,) = json.loads(row["body"])
    return f"/rest/v1/{table.name}?" + "&".join(f"{name}=eq.{quote(str(value))}" for name, value in key.items())


def _where(statement: Statement, asked: Asked, verb: str) -> str:
    node = asked.node
    if not asked.narrowed:
        raise Refused(400, "21000", f"{verb} requires a WHERE clause", hint="Say which rows, for instance id=eq.…")
    if asked.paged and (node.limit is not None or node.offset):
        raise unreadable(f"limit and offset have no part in a {verb}")
    if any(each.tests or each.inner for each in node.embeds):
        raise unreadable(f"conditions on embedded rows have no part in a {verb}")
    return " AND ".join(statement.condition(test, node.table, "here", {}) for test in node.tests)


def _objects(body: bytes) -> list[dict[str, Any]]:
    """The body as a list of objects; raises :class:`Refused`."""
    try:
        told = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(400, "PGRST102", "Empty or invalid json") from None
    given = told if isinstance(told, list) else [told]
    if not all(isinstance(each, dict) for each in given):
        raise Refused(400, "PGRST102", "The body is an object or a list of objects")
    if len(given) > MOST_ROWS:
        raise too_much(f"At most {MOST_ROWS:,} rows can be written at a time.")
    return given


def _keys(table: Table, row: Iterable[str], columns: list[str] | None) -> tuple[str, ...]:
    """The columns that are to be written, known ones all; raises :class:`Refused`."""
    keys = tuple(dict.fromkeys(row if columns is None else columns))
    for key in keys:
        if key not in table.columns:
            raise Refused(
                400, "PGRST204", f"Could not find the '{key[:60]}' column of '{table.name}' in the schema cache"
            )
    return keys


def _kinds(
    table: Table, given: list[dict[str, Any]], columns: list[str] | None, defaults: bool
) -> list[tuple[tuple[str, ...], list[dict[str, Any]]]]:
    """The rows by which columns they have: what a row leaves out is its default, or all name the same ones."""
    if not given:
        return []
    if columns is not None and not defaults:
        return [(_keys(table, (), columns), given)]
    kinds: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in given:
        kept = row if columns is None else [key for key in row if key in columns]
        kinds.setdefault(tuple(sorted(_keys(table, kept, None))), []).append(row)
    if len(kinds) > (_KINDS if defaults else 1):
        raise Refused(400, "PGRST102", "All object keys must match")
    if () in kinds and len(given) > 1:
        raise Refused(400, "PGRST102", "Of several objects none may be empty")
    return list(kinds.items())


def _recordset(statement: Statement, table: Table, keys: tuple[str, ...], rows: list[dict[str, Any]]) -> str:
    """The given rows as a table whose columns have the types of those they go into."""
    shape = ", ".join(f'"{key}" {table.columns[key].type}' for key in keys)
    told = json.dumps([{key: row.get(key) for key in keys} for row in rows])
    return f"json_to_recordset({statement.param(told)}::json) AS given({shape})"


def _on_conflict(asked: Asked, wishes: Wishes, keys: tuple[str, ...]) -> str:
    if not wishes.resolution:
        return ""
    table = asked.node.table
    target = list(_keys(table, asked.on_conflict, None)) or list(table.key)
    if "workspace_id" in table.columns and "workspace_id" not in target and target != ["id"]:
        target.insert(0, "workspace_id")
    named = ", ".join(f'"{name}"' for name in target)
    changed = [key for key in keys if key not in target]
    if wishes.resolution == "merge-duplicates":
        _granted(table, "UPDATE", changed)
    if wishes.resolution == "ignore-duplicates" or not changed:
        return f" ON CONFLICT ({named}) DO NOTHING"
    sets = ", ".join(f'"{key}" = excluded."{key}"' for key in changed)
    return f" ON CONFLICT ({named}) DO UPDATE SET {sets}"


def _all(table: Table, of: str = "") -> str:
    return ", ".join(f'{of}"{name}"' for name in table.columns)
