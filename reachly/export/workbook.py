"""The rows of a wish as a workbook for Excel, from one snapshot of the database, in memory that does not grow.

The rows come from the database's own cursor a few thousand at a time and go straight into the file, which lies on this
machine's disk until it is whole: a workbook's table of contents stands at its end. Values are typed, so that nothing
that begins with an equals sign is ever a formula. What Excel cannot hold is told in ``told``: a cell has at most 32,767
characters and is cut, a sheet has at most 1,048,576 rows and the rest goes into the next ("Excel specifications and
limits").
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import rustpy_xlsxwriter

from reachly.database import connected, db, execute, one, scope, transaction
from reachly.export.copying import rows_statement
from reachly.export.snapshot import Chunk
from reachly.export.wish import ExportWish
from reachly.settings import settings

MOST_ROWS = 1_048_575
"""What a sheet has below its header."""
MOST_SIGNS = 32_767
"""What a cell has, in units of UTF-16 as Excel counts."""
PREFIX = "reachly-workbook-"
_FETCHED = 2_000
_LOOK_EVERY = 0.1
_LEFT_OVER_AFTER = 86_400.0
_Rows = Iterator[dict[str, Any]]


class _Abandoned(Exception):
    """Nobody wants the rest."""


class Workbook:
    """Iterates over the file's chunks; use it as a context, so that nothing is left on the disk or in the database.

    A thread of its own, with a connection of its own, makes the file. ``reached`` is told meanwhile how many rows are
    in it, and stops it by raising.
    """

    def __init__(
        self, workspace_id: UUID | str, user_id: UUID | str | None, wish: ExportWish, reached: Callable[[int], None]
    ) -> None:
        self.taken_at: datetime | None = None
        self.told: dict[str, Any] = {}
        self._scope = (workspace_id, user_id)
        self._wish = wish
        self._reached = reached
        self._rows = 0
        self._cut: dict[str, int] = {}
        self._folder = Path()
        self._broke: BaseException | None = None
        self._abandoned = threading.Event()
        self._connection: Any = None
        self._handle = threading.Lock()
        self._thread = threading.Thread(target=self._produce, name="export-book", daemon=True)

    def __enter__(self) -> Workbook:
        self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._abandoned.set()
        while self._thread.is_alive():
            with self._handle:
                if self._connection is not None:
                    self._connection.cancel()
            self._thread.join(0.05)
        shutil.rmtree(self._folder, ignore_errors=True)

    def __iter__(self) -> Iterator[Chunk]:
        while self._thread.is_alive():
            self._thread.join(_LOOK_EVERY)
            self._reached(self._rows)
        if self._broke is not None:
            raise self._broke
        rows = self._rows
        with (self._folder / "book.xlsx").open("rb") as book:
            while data := book.read(settings().export_chunk_bytes):
                yield Chunk(data, rows)
                rows = 0

    # In the thread

    def _produce(self) -> None:
        try:
            with connected():
                try:
                    self._write(self._folder / "book.xlsx")
                finally:
                    if self._abandoned.is_set():
                        db.manual_close()  # a cancel on its way must not meet whoever has the connection next
        except BaseException as error:
            self._broke = error

    def _write(self, path: Path) -> None:
        with transaction():
            # One snapshot for every row, however long it takes; must come before the transaction reads anything.
            execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            with scope(*self._scope):
                execute("SET LOCAL statement_timeout = 0")
                execute("SET LOCAL max_parallel_workers_per_gather = 0")
                self._connection = db.connection()
                try:
                    self._snapshot(path)
                finally:
                    with self._handle:
                        self._connection = None
        self.told = {"sheets": self._sheets(self._rows)}
        if self._cut:
            self.told["cut"] = {"most_characters": MOST_SIGNS, "cells": self._cut}

    def _snapshot(self, path: Path) -> None:
        statement, params = rows_statement(self._wish)
        counted = one(f"SELECT now() AS taken_at, (SELECT count(*) FROM ({statement}) r) AS rows", params)
        assert counted is not None
        self.taken_at = counted["taken_at"]
        execute(f"DECLARE book NO SCROLL CURSOR FOR {statement}", params)
        self._fill(path, counted["rows"])

    def _fill(self, path: Path, rows: int) -> None:
        sheets, all_rows = self._sheets(rows), self._fetched()
        # A sheet learns its headers from its first row; without any it gets one that is empty.
        empty = iter([dict.fromkeys(picked.header for picked in self._wish.written)])
        parts: list[tuple[str, Any]] = [
            (sheet["name"], itertools.islice(all_rows, MOST_ROWS) if rows else empty) for sheet in sheets
        ]
        rustpy_xlsxwriter.write_worksheets(
            parts,
            str(path),
            freeze_panes={"general": {"row": 1, "col": 0}},
            bold_headers=True,
            datetime_format="yyyy-mm-dd hh:mm:ss",
            column_width={sheet["name"]: 20.0 for sheet in sheets},
        )

    @staticmethod
    def _sheets(rows: int) -> list[dict[str, Any]]:
        """The sheets that so many rows need, the first one also for none."""
        whole, rest = divmod(rows, MOST_ROWS)
        numbers = [MOST_ROWS] * whole + ([rest] if rest or not whole else [])
        return [{"name": f"Leads {n}" if n > 1 else "Leads", "rows": many} for n, many in enumerate(numbers, 1)]

    def _fetched(self) -> _Rows:
        headers = [picked.header for picked in self._wish.written]
        while True:
            cursor = execute(f"FETCH {_FETCHED} FROM book")
            found = cursor.fetchall()
            if not found:
                return
            for row in found:
                # The last value says whether any of the others may be longer than a cell.
                yield dict(zip(headers, self._fitting(row) if row[-1] else row, strict=False))
            self._rows += len(found)
            if self._abandoned.is_set():
                raise _Abandoned

    def _fitting(self, row: tuple[Any, ...]) -> list[Any]:
        """The row with what is too long cut off, and counted by column."""
        fitting = list(row)
        for place, value in enumerate(fitting[:-1]):
            if isinstance(value, str) and len(value) * 2 > MOST_SIGNS:
                kept = value.encode("utf-16-le", "surrogatepass")[: 2 * MOST_SIGNS].decode("utf-16-le", "ignore")
                if kept != value:
                    fitting[place] = kept
                    header = self._wish.written[place].header
                    self._cut[header] = self._cut.get(header, 0) + 1
        return fitting


def remove_left_over() -> int:
    """Delete what workers that were killed have left on this machine's disk; returns how many there were."""
    gone = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if folder.is_dir() and folder.stat().st_mtime < time.time() - _LEFT_OVER_AFTER:
            shutil.rmtree(folder, ignore_errors=True)
            gone += 1
    return gone
