"""Conditions on rows as the address spells them: ``column=op.value``, ``and=(…)``, ``or=(…)``, ``not``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reachly.rest.refused import too_much, unreadable
from reachly.rest.words import inside, plain, split

MOST_TESTS = 50
MOST_VALUES = 1000
OPERATORS = {
    "eq": "=",
    "neq": "<>",
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
    "like": "LIKE",
    "ilike": "ILIKE",
    "isdistinct": "IS DISTINCT FROM",
    "cs": "@>",
    "cd": "<@",
    "ov": "&&",
}
"""What compares with one value."""
STATES = {"null": "NULL", "not_null": "NOT NULL", "true": "TRUE", "false": "FALSE", "unknown": "UNKNOWN"}
_QUANTIFIED = ("eq", "gt", "gte", "lt", "lte", "like", "ilike")
_LOGIC = re.compile(r"(not\.)?(and|or)\((.*)\)", re.DOTALL)
_PART = re.compile(r"((?:\"[^\"]*\"|[^.\"])+)\.(.*)", re.DOTALL)
_OPERATION = re.compile(r"(not\.)?([a-z]+)(?:\((any|all|[^)]*)\))?\.(.*)", re.DOTALL)


@dataclass(slots=True)
class Test:
    """A condition: either ``parts`` joined by ``operator`` ``and`` or ``or``, or one column against values."""

    operator: str
    negated: bool = False
    column: str = ""
    values: list[str] = field(default_factory=list)
    quantifier: str = ""
    parts: list[Test] = field(default_factory=list)

    def number(self) -> int:
        """How many columns are looked at."""
        return sum(part.number() for part in self.parts) or 1


def test(column: str, text: str) -> Test:
    """``column`` against ``op.value``; raises :class:`Refused`."""
    found = _OPERATION.fullmatch(text)
    if found is None:
        raise unreadable(f"failed to parse filter ({text[:60]})", "A filter is an operator, a dot and a value.")
    negated, operator, quantifier, value = bool(found[1]), found[2], found[3] or "", found[4]
    if operator == "is":
        if value.lower() not in STATES or quantifier:
            raise unreadable(f"failed to parse filter ({text[:60]})", f"After is.: {', '.join(STATES)}.")
        return Test("is", negated, column, [value.lower()])
    if operator == "in":
        return Test("in", negated, column, _many(inside(value)))
    if operator not in OPERATORS or (quantifier and (quantifier not in ("any", "all") or operator not in _QUANTIFIED)):
        known = ", ".join([*OPERATORS, "is", "in", "not"])
        raise unreadable(f"failed to parse filter ({text[:60]})", f"Operators are: {known}.")
    values = _many(inside(value, "{", "}")) if quantifier else [value]
    if operator in ("like", "ilike"):
        values = [each.replace("*", "%") for each in values]
    return Test(operator, negated, column, values, quantifier)


def _many(text: str) -> list[str]:
    values = [plain(part) for part in split(text)]
    if len(values) > MOST_VALUES:
        raise too_much(f"At most {MOST_VALUES:,} values can be compared with.")
    return values


def logic(key: str, text: str) -> Test:
    """``and=(…)``, ``or=(…)``, ``not.and=(…)`` or ``not.or=(…)``."""
    negated, kind = key.startswith("not."), key.removeprefix("not.")
    return Test(kind, negated, parts=[_part(part.strip(), 0) for part in split(inside(text.strip()))])


def _part(text: str, depth: int) -> Test:
    if depth > 10:
        raise too_much("Conditions can stand in ten brackets.")
    if found := _LOGIC.fullmatch(text):
        return Test(found[2], bool(found[1]), parts=[_part(part.strip(), depth + 1) for part in split(found[3])])
    found = _PART.fullmatch(text)
    if found is None:
        raise unreadable(f"failed to parse logic tree ({text[:60]})")
    column, rest = plain(found[1]), found[2]
    # Inside a tree a single value may stand in quotes, because commas and brackets mean something there.
    at = rest.find('."')
    if at >= 0 and rest.endswith('"') and not rest[: at + 1].startswith(("in.", "not.in.")):
        rest = rest[: at + 1] + plain(rest[at + 1 :])
    return test(column, rest)
