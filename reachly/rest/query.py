"""The whole address of a request, read into a tree of what is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from reachly.rest.known import table
from reachly.rest.refused import Refused, too_much, unreadable
from reachly.rest.selecting import Node, Order, pointed, selected
from reachly.rest.testing import MOST_TESTS, logic, test
from reachly.rest.words import plain, split

LONGEST = 8_000
MOST_ORDERS = 8
FURTHEST = 10**9
_LOGIC = ("and", "or", "not.and", "not.or")
_IGNORED = ("apikey",)
"""Given by some clients beside the bearer token, which alone counts."""


@dataclass(slots=True)
class Asked:
    """What the address asks for: the tree of rows, and what belongs to a write."""

    node: Node
    columns: list[str] | None = None
    on_conflict: list[str] = field(default_factory=list)
    paged: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether any condition was given for the table itself."""
        return bool(self.node.tests)


def asked(name: str, args: Iterable[tuple[str, str]]) -> Asked:
    """Read the arguments of a request for table ``name``; raises :class:`Refused`."""
    given = [(key, value) for key, value in args if key not in _IGNORED]
    if sum(len(key) + len(value) + 2 for key, value in given) > LONGEST:
        raise too_much(f"The query of an address has at most {LONGEST:,} characters.")
    if any("\0" in key or "\0" in value for key, value in given):
        raise unreadable("The address has a character that cannot be searched for.")
    selects = [value for key, value in given if key == "select"]
    told = Asked(selected(table(name), selects[-1] if selects else ""))
    tests = 0
    for key, value in given:
        if key == "select":
            continue
        if key in ("columns", "on_conflict"):
            setattr(told, key, [plain(part) for part in split(value)])
            continue
        node, last = _node(told.node, key)
        if last in ("order", "limit", "offset"):
            _page(node, last, value)
            told.paged |= node is told.node
            continue
        node.tests.append(logic(last, value) if last in _LOGIC else test(last, value))
        tests += node.tests[-1].number()
        if tests > MOST_TESTS:
            raise too_much(f"A request has at most {MOST_TESTS} conditions.")
    return told


def _node(root: Node, key: str) -> tuple[Node, str]:
    """Whose rows a key is about, and the key without the way there."""
    node, rest = root, key
    while "." in rest and rest not in _LOGIC:
        first, _, after = rest.partition(".")
        inside = node.embed(plain(first))
        if inside is None:
            if first == "not" or first in node.table.columns:
                break
            raise Refused(
                400,
                "PGRST108",
                f"'{first[:60]}' is not an embedded resource in this request",
                hint=f"Verify that '{first[:60]}' is included in the 'select' query parameter.",
            )
        node, rest = inside, after
    return node, rest


def _page(node: Node, what: str, value: str) -> None:
    if what == "order":
        node.order = [_order(part.strip()) for part in split(value)]
        if len(node.order) > MOST_ORDERS:
            raise too_much(f"An order has at most {MOST_ORDERS} keys.")
        return
    if not re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
        raise unreadable(f"{what} is a whole number and not “{value[:40]}”")
    number = int(value)
    if number < 0:
        raise Refused(416, "PGRST103", "Requested range not satisfiable", f"{what} is not below zero.")
    if what == "limit":
        node.limit = number
    else:
        node.offset = min(number, FURTHEST)


_ORDER = re.compile(r"(?P<what>[^.(]+(?:\([^)]*\))?)(?:\.(?P<way>asc|desc))?(?:\.(?P<nulls>nullsfirst|nullslast))?")


def _order(text: str) -> Order:
    found = _ORDER.fullmatch(text)
    if found is None:
        raise unreadable(f"failed to parse order ({text[:60]})", "column.asc.nullslast")
    what, of = found["what"], ""
    if what.endswith(")"):
        of, _, what = what[:-1].partition("(")
    column, path = pointed(what)
    nulls = {"nullsfirst": "NULLS FIRST", "nullslast": "NULLS LAST"}.get(found["nulls"] or "", "")
    return Order(column, path, found["way"] == "desc", nulls, plain(of))
