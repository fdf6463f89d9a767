"""``select=…``: which columns, under which names, and which related rows inside of them.

The grammar is PostgREST's ("Vertical Filtering" and "Resource Embedding"): ``alias:column->path::cast`` and
``alias:table!hint!inner(…)``. Spread and aggregates are refused by name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reachly.rest.known import Relation, Table, relation, table
from reachly.rest.refused import Refused, too_much, unreadable
from reachly.rest.testing import Test
from reachly.rest.words import plain, split

MOST_COLUMNS = 100
MOST_EMBEDS = 6
DEEPEST = 3
CASTS = ("text", "integer", "bigint", "numeric", "boolean", "date", "jsonb")
_NAME = re.compile(r"[^\W\d][\w $-]{0,62}")
_ITEM = re.compile(r"(?P<alias>(?:[^:(\"]|\"[^\"]*\")+):(?!:)(?P<rest>.*)", re.DOTALL)


@dataclass(slots=True)
class Field:
    """One value of the answer: a column, or what lies at a path inside of one that holds JSON."""

    column: str
    name: str
    path: tuple[tuple[str, str], ...] = ()
    cast: str = ""


@dataclass(slots=True)
class Order:
    """One key of the order; ``of`` names the related table whose column it is."""

    column: str
    path: tuple[tuple[str, str], ...] = ()
    descending: bool = False
    nulls: str = ""
    of: str = ""


@dataclass(slots=True)
class Node:
    """Rows of one table as the answer has them, with the rows related to each inside."""

    table: Table
    name: str
    relation: Relation | None = None
    inner: bool = False
    fields: list[Field] = field(default_factory=list)
    embeds: list[Node] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    order: list[Order] = field(default_factory=list)
    limit: int | None = None
    offset: int = 0

    def embed(self, name: str) -> Node | None:
        """The related rows of this name."""
        return next((each for each in self.embeds if each.name == name), None)


def selected(of: Table, text: str) -> Node:
    """The tree that ``select`` describes; raises :class:`Refused`."""
    root = Node(of, of.name)
    _fill(root, text if text.strip() else "*", 0, [0, 0])
    return root


def _fill(node: Node, text: str, depth: int, counted: list[int]) -> None:
    for item in split(text):
        item = item.strip()
        if item.startswith("..."):
            raise Refused(400, "PGRST119", "Spreading of embedded rows is not offered", hint="Name the columns inside.")
        alias = ""
        if found := _ITEM.fullmatch(item):
            alias, item = name(plain(found["alias"])), found["rest"].strip()
        if item.endswith(")") and "(" in item:
            _embed(node, alias, item, depth, counted)
        elif item == "*":
            node.fields += [Field(each, each) for each in node.table.columns]
        else:
            node.fields.append(_field(alias, item))
        counted[0] += 1
        if counted[0] > MOST_COLUMNS:
            raise too_much(f"A select has at most {MOST_COLUMNS} columns.")
    # The same name once, and the last one wins, as it would in the object that is made of them.
    node.fields = list({each.name: each for each in node.fields}.values())


def _field(alias: str, item: str) -> Field:
    item, _, cast = item.partition("::")
    if cast and cast not in CASTS:
        raise unreadable(f"There is no cast to “{cast[:40]}” here", f"Casts are: {', '.join(CASTS)}.")
    column, path = pointed(item)
    last = path[-1][1] if path and _NAME.fullmatch(path[-1][1]) else column
    return Field(column, alias or last, path, cast)


def _embed(node: Node, alias: str, item: str, depth: int, counted: list[int]) -> None:
    head, _, rest = item.partition("(")
    if not head or head.endswith((".sum", ".avg", ".max", ".min", ".count")) or head == "count":
        raise Refused(400, "PGRST123", "Use of aggregate functions is not allowed")
    if depth >= DEEPEST:
        raise too_much(f"Rows can be embedded {DEEPEST} deep.")
    counted[1] += 1
    if counted[1] > MOST_EMBEDS:
        raise too_much(f"At most {MOST_EMBEDS} tables can be embedded.")
    target, *marks = [plain(part) for part in head.split("!")]
    hints = [mark for mark in marks if mark not in ("inner", "left")]
    found = relation(node.table, target, hints[0] if hints else "")
    inside = Node(table(found.to), alias or target, found, "inner" in marks)
    if node.embed(inside.name):
        raise unreadable(f"“{inside.name[:60]}” is embedded twice", "Give one of them another name.")
    _fill(inside, rest[:-1], depth + 1, counted)
    node.embeds.append(inside)


def pointed(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A column's name and the path inside of it: ``data->key->>last``."""
    column, *steps = re.split(r"(->>|->)", text)
    path = tuple((steps[at], plain(steps[at + 1])) for at in range(0, len(steps), 2))
    if len(path) > DEEPEST + 2 or any(not key for _, key in path):
        raise unreadable(f"cannot read the path in “{text[:60]}”")
    return plain(column), path


def name(text: str) -> str:
    """A name that somebody gave, as a statement can carry it."""
    if not _NAME.fullmatch(text) or len(text.encode()) > 63:
        raise unreadable(f"“{text[:60]}” is no name")
    return text
