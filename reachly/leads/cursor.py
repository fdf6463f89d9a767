"""Where in a sorted list a page begins: the sort keys of the row beside it, opaque to whoever carries them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from uuid import UUID


class BadCursor(ValueError):
    """The cursor is not one that was given out for this order."""


@dataclass(frozen=True, slots=True)
class Key:
    """One part of an order: what is compared, and its type."""

    expression: str
    type: str


@dataclass(frozen=True, slots=True)
class Order:
    """A total order; its last key is unique."""

    keys: tuple[Key, ...]
    descending: bool = False

    def columns(self) -> str:
        """The keys as columns ``k0``, ``k1`` …"""
        return ", ".join(f"{key.expression} AS k{n}" for n, key in enumerate(self.keys))

    def by(self, backwards: bool = False) -> str:
        """The keys for ORDER BY."""
        way = "DESC" if self.descending != backwards else "ASC"
        return ", ".join(f"{key.expression} {way}" for key in self.keys)

    def beyond(self, backwards: bool = False) -> str:
        """The condition for rows after (or before) given keys, which are its parameters."""
        sign = "<" if self.descending != backwards else ">"
        marks = ", ".join(f"%s::{key.type}" for key in self.keys)
        return f"({', '.join(key.expression for key in self.keys)}) {sign} ({marks})"


def pack(sort: str, row: Mapping[str, Any], order: Order) -> str:
    """The cursor of a row that has the order's columns."""
    values = [row[f"k{n}"] for n in range(len(order.keys))]
    told = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    text = json.dumps([sort, *told], default=str, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpack(cursor: str, sort: str, order: Order) -> Sequence[Any]:
    """The keys in a cursor; raises :class:`BadCursor` for anything that :func:`pack` did not make for this order."""
    try:
        if len(cursor) > 4000:
            raise BadCursor
        told = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
        made_for, *values = told
        if made_for != sort or len(values) != len(order.keys):
            raise BadCursor
        return [_check(value, key.type) for value, key in zip(values, order.keys, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
        raise BadCursor("The page's cursor is not valid.") from None


def _check(value: Any, kind: str) -> Any:
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind == "bigint" and type(value) is int and abs(value) < 2**63:
        return value
    if kind == "text" and isinstance(value, str) and "\0" not in value:
        return value.encode("utf-8", "strict").decode()
    if kind == "double precision" and type(value) in (int, float) and isfinite(value):
        return float(value)
    if kind == "uuid":
        return str(UUID(value))
    if kind == "timestamptz":
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)  # PostgreSQL takes no zone beyond sixteen hours
    raise BadCursor
