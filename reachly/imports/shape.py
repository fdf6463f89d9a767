"""What a file looks like: its encoding, how its cells are told apart, its columns and how many rows it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from reachly import storage
from reachly.imports.dialect import has_header, sniff
from reachly.imports.encoding import HEAD
from reachly.imports.reading import Dialect, Row, stored
from reachly.imports.refused import FileRefused
from reachly.settings import settings

EXAMPLES = 50
_LONGEST_HEADER = 200


@dataclass(frozen=True, slots=True)
class Shape:
    """How a stored file is to be read. ``start`` is the byte of its first row, which is on line ``before`` + 1."""

    encoding: str
    dialect: Dialect
    start: int
    before: int
    header: bool
    headers: tuple[str, ...] | None
    width: int
    rows: int

    def as_params(self) -> dict[str, Any]:
        """As an import keeps it."""
        return {
            "encoding": self.encoding,
            "delimiter": self.dialect.delimiter,
            "quote": self.dialect.quote,
            "start": self.start,
            "before": self.before,
            "header": self.header,
            "headers": list(self.headers) if self.headers is not None else None,
            "width": self.width,
            "rows": self.rows,
        }

    @classmethod
    def of_params(cls, params: Mapping[str, Any]) -> Shape:
        """The shape that an import keeps."""
        headers = params["headers"]
        return cls(
            params["encoding"],
            Dialect(params["delimiter"], params["quote"]),
            params["start"],
            params["before"],
            params["header"],
            tuple(headers) if headers is not None else None,
            params["width"],
            params["rows"],
        )

    def first(self, path: str, number: int) -> list[Row]:
        """The first rows beneath the header."""
        found = stored(path, self.dialect, self.start, self.before)
        skipped = 1 if self.header else 0
        return list(islice(found, skipped, skipped + number))

    def examples(self, path: str) -> list[list[str]]:
        """Cells of the first rows, to guess from."""
        return [row.cells for row in self.first(path, EXAMPLES)]


def survey(path: str, encoding: str, dialect: Dialect | None = None, header: bool | None = None) -> Shape:
    """Look a stored file in UTF-8 through, to its end; what is not given is found out.

    Raises :class:`FileRefused` where it has no rows, too many columns or rows, or a quote that is never closed.
    """
    head = b"".join(storage.read(path, 0, HEAD)) if storage.size(path) > HEAD else b"".join(storage.read(path))
    sniffed, start = sniff(head)
    if dialect is not None and dialect.delimiter != sniffed.delimiter:
        start = 0
    dialect = dialect or sniffed
    before = 1 if start else 0
    most = settings().import_columns
    number = 0
    first: list[list[str]] = []
    for row in stored(path, dialect, start, before):
        number += 1
        if len(first) <= EXAMPLES:
            first.append(row.cells)
        if number == 1 and len(row.cells) > most:
            raise FileRefused(
                "too_many_columns",
                f"The first row has {len(row.cells):,} cells; {most:,} columns are the most. Leave out columns"
                " that you do not need, or choose another delimiter.",
            )
        if number > settings().import_rows + 1:
            raise FileRefused(
                "too_many_rows", f"A file has at most {settings().import_rows:,} rows. Split it in parts."
            )
    if not number:
        raise FileRefused("no_rows", "There is no row in this file.")
    named = has_header(first[0], first[1:]) if header is None else header
    headers = tuple(cell.replace("\ufeff", "").strip()[:_LONGEST_HEADER] for cell in first[0]) if named else None
    width = len(first[0]) if named else min(most, max(len(cells) for cells in first))
    if named and number == 1:
        raise FileRefused("no_rows", "There is a row of column names in this file and none beneath it.")
    return Shape(encoding, dialect, start, before, named, headers, width, number - (1 if named else 0))
