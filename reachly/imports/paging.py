"""A stored file's rows as pages for the database: each as it would be stored, or why it cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from reachly.imports.mapping import Fields
from reachly.imports.reading import stored
from reachly.imports.shape import Shape
from reachly.imports.values import Taken, take
from reachly.settings import settings

SUPPRESSED = "Must not be contacted: this person has opted out."
_MOST_BYTES = 4_000_000
"""Rows may be long: a page is full when so much of the file is in it."""


@dataclass(slots=True)
class Page:
    """Some rows, and where the next ones begin."""

    offset: int
    line: int
    done: int
    taken: list[dict[str, Any]] = field(default_factory=list)
    cells: list[tuple[int, list[str]]] = field(default_factory=list)
    """Line and cells of each row taken, for the database may refuse it yet."""
    refused: list[dict[str, Any]] = field(default_factory=list)
    same: int = 0

    def refuse(self, line: int, reason: str, words: str, cells: list[str]) -> None:
        """Put a row aside."""
        self.refused.append({"line": line, "reason": reason, "words": words, "cells": cells})


class _Met:
    """Whom a page has met so far."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[int, int]] = {}

    def before(self, taken: Taken) -> tuple[int, int] | None:
        """Line and digest of an earlier row about the same, if there was one; else this one is kept in mind."""
        for key in taken.keys[: max(taken.strong, 1)]:
            if key in self._lines:
                return self._lines[key]
        return None

    def keep(self, taken: Taken, line: int) -> None:
        """The next to compare with."""
        for key in taken.keys:
            self._lines.setdefault(key, (line, taken.digest))


def repeated(line: int) -> str:
    """Why a row that says other things about somebody who came before is put aside."""
    return f"The same person or company as in line {line:,}, with other values."


def pages(path: str, shape: Shape, fields: Fields, use: str, offset: int, line: int, done: int) -> Iterator[Page]:
    """The file's pages from where an earlier reading got to (``offset`` 0: from its first row)."""
    config = settings()
    reader = stored(path, shape.dialect, offset or shape.start, line if offset else shape.before)
    if not offset and shape.header:
        next(reader, None)
    page, met, begun = Page(offset, line, done), _Met(), offset
    for row in reader:
        page.done += 1
        page.offset, page.line = row.ends_at, row.last_line
        taken = take(row.cells, fields, use, config.import_cell_characters)
        if taken.refused is not None:
            page.refuse(row.line, *taken.refused, row.cells)
        elif earlier := met.before(taken):
            if earlier[1] == taken.digest:
                page.same += 1
            else:
                page.refuse(row.line, "repeat", repeated(earlier[0]), row.cells)
        else:
            met.keep(taken, row.line)
            page.taken.append(_as_row(len(page.taken), row.line, taken))
            page.cells.append((row.line, row.cells))
        if page.done - done >= config.import_page_rows or page.offset - begun >= _MOST_BYTES:
            yield page
            done, begun = page.done, page.offset
            page, met = Page(page.offset, page.line, page.done), _Met()
    if page.done > done:
        yield page


def _as_row(number: int, line: int, taken: Taken) -> dict[str, Any]:
    return {
        "n": number,
        "line": line,
        "id": str(uuid4()),
        "keys": taken.keys,
        "strong": taken.strong,
        "digest": taken.digest,
        "domain": taken.domain,
        "values": taken.values,
    }
