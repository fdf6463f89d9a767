"""From the tree to one statement that makes the answer's JSON itself.

Names come from the catalogue alone, values go as parameters and are read by the database as the column's own type.
"""

from __future__ import annotations

import re
from typing import Any

from reachly.rest.known import Table
from reachly.rest.refused import Refused, no_column
from reachly.rest.selecting import Field, Node, Order, pointed
from reachly.rest.testing import OPERATORS, STATES, Test

MOST_ROWS = 1000
MOST_IN_ALL = 100_000
"""Rows times rows inside of them, in one answer."""
_MARK = re.compile(r"%\(p(\d+)\)s")


class Statement:
    """Collects the parameters of one statement while its text is put together."""

    def __init__(self) -> None:
        self._values: list[Any] = []
        self._aliases = 0

    def param(self, value: Any) -> str:
        """A mark that stands for the value."""
        self._values.append(value)
        return f"%(p{len(self._values) - 1})s"

    def finished(self, text: str) -> tuple[str, list[Any]]:
        """The text with its parameters in the order in which they stand there."""
        order = [int(number) for number in _MARK.findall(text)]
        return _MARK.sub("%s", text), [self._values[number] for number in order]

    def alias(self) -> str:
        """A name that no other table of the statement has."""
        self._aliases += 1
        return f"t{self._aliases}"

    def rows(self, node: Node, source: str | None = None, above: int = 1, link: str = "", alias: str = "") -> str:
        """The SELECT of a node's rows, at most ``above`` times over; ``link`` ties them to the row they are in."""
        here = alias or self.alias()
        most = max(1, min(MOST_ROWS, MOST_IN_ALL // above))
        limit = most if node.limit is None else min(node.limit, most)
        joins = [self.joined(each, here, above * max(1, limit)) for each in node.embeds]
        cells = [self.cell(each, node.table, here) for each in node.fields]
        cells += [f'{joined[1]} AS "{each.name}"' for each, joined in zip(node.embeds, joins, strict=True) if joined[1]]
        conditions = self.conditions(node, here, joins)
        if link:
            conditions.insert(0, link.replace("{here}", here))
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        order = ", ".join([self.order(each, node, here) for each in node.order] + _last(node.table, here))
        page = f" LIMIT {limit} OFFSET {node.offset}"
        joined = "".join(text for text, _, _ in joins)
        return (
            f"SELECT {', '.join(cells)} FROM {source or node.table.source} {here}{joined}{where} ORDER BY {order}{page}"
        )

    def number(self, node: Node, source: str | None = None) -> str:
        """How many rows the node has, over all pages."""
        here = self.alias()
        joins = [self.joined(each, here, MOST_IN_ALL) if _decides(each, node) else ("", "", "") for each in node.embeds]
        conditions = self.conditions(node, here, joins)
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT count(*) FROM {source or node.table.source} {here}{''.join(join[0] for join in joins)}{where}"

    def joined(self, node: Node, outer: str, above: int) -> tuple[str, str, str]:
        """The join of related rows, the value they are shown as (none where nothing of them is asked for), and the
        expression that is null where there are none.
        """
        relation = node.relation
        assert relation is not None
        name = self.alias()
        if relation.by:
            by = self.alias()
            link = (
                f'EXISTS (SELECT FROM rest."{relation.by}" {by} WHERE {by}."{relation.by_here}" = {outer}.'
                f'"{relation.here}" AND {by}."{relation.by_there}" = {{here}}."{relation.there}")'
            )
        else:
            link = f'{{here}}."{relation.there}" = {outer}."{relation.here}"'
        inside = self.alias()
        rows = self.rows(node, above=above if relation.many else MOST_IN_ALL, link=link)
        made = f"json_agg({inside})" if relation.many else f"row_to_json({inside})"
        text = f" LEFT JOIN LATERAL (SELECT {made} AS j FROM ({rows}) {inside}) {name} ON true"
        value = f"coalesce({name}.j, '[]')" if relation.many else f"{name}.j"
        return text, value if node.fields or node.embeds else "", f"{name}.j"

    def conditions(self, node: Node, here: str, joins: list[tuple[str, str, str]]) -> list[str]:
        """The conditions of a node: its own, and that related rows are there where they have to be."""
        there = {each.name: joined[2] for each, joined in zip(node.embeds, joins, strict=True)}
        needed = [f"{there[each.name]} IS NOT NULL" for each in node.embeds if each.inner]
        return needed + [self.condition(each, node.table, here, there) for each in node.tests]

    def condition(self, test: Test, table: Table, here: str, there: dict[str, str]) -> str:
        """One condition and what is inside of it."""
        if test.operator in ("and", "or"):
            parts = [self.condition(part, table, here, there) for part in test.parts] or ["true"]
            text = "(" + f" {test.operator.upper()} ".join(parts) + ")"
        elif test.column in there and test.operator == "is":
            text = f"{there[test.column]} IS {STATES[test.values[0]]}"
        else:
            value, type_ = self.value(test.column, table, here)
            text = self.compared(test, value, type_)
        return f"(NOT {text})" if test.negated else text

    def compared(self, test: Test, value: str, type_: str) -> str:
        """A value against what it is compared with."""
        if test.operator == "is":
            return f"{value} IS {STATES[test.values[0]]}"
        cast = "text" if test.operator in ("like", "ilike") else type_
        if test.operator == "in":
            return f"{value} = ANY ({self.param(test.values)}::{cast}[])"
        operator = OPERATORS[test.operator]
        if test.quantifier:
            return f"{value} {operator} {test.quantifier.upper()} ({self.param(test.values)}::{cast}[])"
        return f"{value} {operator} {self.param(test.values[0])}::{cast}"

    def value(self, text: str, table: Table, here: str) -> tuple[str, str]:
        """A column, or what lies in it, and its type."""
        column, path = pointed(text)
        return self.at(column, path, table, here)

    def at(self, name: str, path: tuple[tuple[str, str], ...], table: Table, here: str) -> tuple[str, str]:
        """The same for a path that has been read."""
        column = table.columns.get(name)
        if column is None:
            raise no_column(table.name, name[:60])
        value, type_ = f'{here}."{column.name}"', column.type
        for arrow, key in path:
            step = f"{int(key)}" if re.fullmatch(r"-?\d{1,6}", key, re.ASCII) else f"{self.param(key)}::text"
            value, type_ = f"({value} {arrow} {step})", "text" if arrow == "->>" else "jsonb"
        return value, type_

    def cell(self, field: Field, table: Table, here: str) -> str:
        """One column of the answer under its name."""
        value, _ = self.at(field.column, field.path, table, here)
        shown = f"{value}::{field.cast}" if field.cast else value
        return f'{shown} AS "{field.name}"'

    def order(self, order: Order, node: Node, here: str) -> str:
        """One key of the order."""
        if order.of:
            value = self._related(order, node, here)
        else:
            value, _ = self.at(order.column, order.path, node.table, here)
        return f"{value}{' DESC' if order.descending else ''} {order.nulls}".rstrip()

    def _related(self, order: Order, node: Node, here: str) -> str:
        embed = node.embed(order.of)
        if embed is None or embed.relation is None:
            raise Refused(400, "PGRST108", f"'{order.of[:60]}' is not an embedded resource in this request")
        if embed.relation.many:
            raise Refused(400, "PGRST118", f"A related order on '{order.of[:60]}' is not possible")
        other = self.alias()
        value, _ = self.at(order.column, order.path, embed.table, other)
        link = f'{other}."{embed.relation.there}" = {here}."{embed.relation.here}"'
        return f"(SELECT {value} FROM {embed.table.source} {other} WHERE {link})"


def _decides(embed: Node, node: Node) -> bool:
    """Whether the number of rows depends on these related ones."""
    return embed.inner or any(_mentions(test, embed.name) for test in node.tests)


def _mentions(test: Test, name: str) -> bool:
    return test.column == name or any(_mentions(part, name) for part in test.parts)


def _last(table: Table, here: str) -> list[str]:
    """The keys that make any order a whole one, so that pages neither repeat nor skip a row."""
    return [f'{here}."{name}"' for name in table.key if name in table.columns] or ["1"]
