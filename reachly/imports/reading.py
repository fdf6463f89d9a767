"""A stored file as rows, each with its line and the byte it ends at, so that reading can go on from there."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from reachly import storage
from reachly.imports.refused import FileRefused

LONGEST_CELL = 32 * 1024 * 1024
"""A cell that is longer was never meant to be one: a quote was opened and not closed."""
_CHUNK = 1024 * 1024
csv.field_size_limit(LONGEST_CELL)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are told apart. Quotes inside quoted cells are doubled."""

    delimiter: str = ","
    quote: str = '"'

    def reader(self, lines: Iterable[str]) -> Any:
        """The standard library's reader of such lines."""
        return csv.reader(
            lines, delimiter=self.delimiter, quotechar=self.quote, skipinitialspace=self.delimiter != "\t"
        )


@dataclass(slots=True)
class Row:
    """One row: its cells, the line of the file on which it begins, counted from 1, and the byte and the line at which
    it is over.
    """

    line: int
    cells: list[str]
    ends_at: int
    last_line: int


class _Lines:
    """The text's lines with their ends, whichever those are, counting what was handed out."""

    def __init__(self, chunks: Iterable[bytes], offset: int, line: int) -> None:
        self.offset = offset
        self.line = line
        self.over = False
        self._lines = _split(chunks)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        for line in self._lines:
            self.offset += len(line)
            self.line += 1
            return line.decode("utf-8", "replace")
        self.over = True
        raise StopIteration


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines: of Unix, of Windows and of old Macs, also mixed."""
    left: list[bytes] = []
    for chunk in chunks:
        lines = chunk.splitlines(keepends=True)
        if not lines:
            continue
        if left:
            if left[-1].endswith(b"\r"):
                # Its line feed may be the first byte of this chunk.
                if lines[0] == b"\n":
                    left.append(lines.pop(0))
                yield b"".join(left)
                left = []
            elif len(lines) == 1 and not lines[0].endswith((b"\n", b"\r")):
                left.append(lines[0])
                continue
            else:
                lines[0] = b"".join([*left, lines[0]])
                left = []
        if lines and not lines[-1].endswith(b"\n"):
            left = [lines.pop()]
        yield from lines
    if left:
        yield b"".join(left)


def rows(chunks: Iterable[bytes], dialect: Dialect, offset: int = 0, line: int = 0) -> Iterator[Row]:
    """The rows of a text in UTF-8 of which ``chunks`` are what follows byte ``offset`` and line ``line``.

    Rows in which there is nothing at all are passed over: spreadsheets leave them behind. Raises
    :class:`FileRefused` for a quote that is never closed.
    """
    lines = _Lines(chunks, offset, line)
    reader = dialect.reader(lines)
    while True:
        begins = lines.line + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _unclosed(begins, dialect, too_long="limit" in str(error)) from None
        if cells is None:
            return
        if lines.over:
            raise _unclosed(begins, dialect)
        if any(cells) and any(cell.strip("\ufeff \t") for cell in cells):
            yield Row(begins, cells, lines.offset, lines.line)


def _unclosed(line: int, dialect: Dialect, too_long: bool = False) -> FileRefused:
    where = f"a quote ({dialect.quote}) that is opened in the row of line {line:,} is never closed"
    if too_long:
        where = f"the row of line {line:,} has a cell of more than {LONGEST_CELL // 1024 // 1024} MB, or {where}"
    return FileRefused(
        "unclosed_quote", f"In this file {where}. Close it there, or double quotes that belong to a text."
    )


def stored(path: str, dialect: Dialect, offset: int = 0, line: int = 0) -> Iterator[Row]:
    """The rows of a stored file, from where an earlier reading got to."""
    return rows(storage.read(path, offset) if offset else storage.read(path), dialect, offset, line)
