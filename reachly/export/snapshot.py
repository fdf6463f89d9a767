"""The rows of a wish as bytes, from one snapshot of the database, while somebody else carries them away.

A thread of its own, with a connection of its own, takes the rows from PostgreSQL; a short queue keeps it from running
ahead of the storage. So the memory an export takes does not grow with its rows.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from reachly.database import connected, db, execute, one, scope, transaction
from reachly.export.copying import copy_statement, opening
from reachly.export.wish import ExportWish
from reachly.settings import settings

_AHEAD = 3
"""How many chunks may wait to be carried away."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some whole lines, and how many rows they are."""

    data: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class _Broke:
    error: BaseException


class _Abandoned(Exception):
    """Nobody wants the rest."""


class Snapshot:
    """Iterates over the file's chunks; ``taken_at`` is known from the first chunk on.

    Close it, or use it as a context, so that the database stops when the rest is not wanted.
    """

    def __init__(
        self, workspace_id: UUID | str, user_id: UUID | str | None, wish: ExportWish, most: int | None = None
    ) -> None:
        self.taken_at: datetime | None = None
        self.told: dict[str, Any] = {}
        self._scope = (workspace_id, user_id)
        self._wish = wish
        self._most = most
        self._queue: queue.Queue[Chunk | _Broke | None] = queue.Queue(_AHEAD)
        self._abandoned = threading.Event()
        self._connection: Any = None
        self._handle = threading.Lock()
        self._thread = threading.Thread(target=self._produce, name="export-rows", daemon=True)

    def __enter__(self) -> Snapshot:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Chunk]:
        while (item := self._queue.get()) is not None:
            if isinstance(item, _Broke):
                raise item.error
            yield item

    def close(self) -> None:
        """Stop the database if it is still at it, and wait until the connection is free again."""
        self._abandoned.set()
        while self._thread.is_alive():
            with self._handle:
                if self._connection is not None:
                    self._connection.cancel()
            with suppress(queue.Empty):
                while True:
                    self._queue.get_nowait()
            self._thread.join(0.05)

    # In the thread

    def _produce(self) -> None:
        last: _Broke | None = None
        try:
            with connected():
                try:
                    self._copy()
                finally:
                    if self._abandoned.is_set():
                        db.manual_close()  # a cancel on its way must not meet whoever has the connection next
        except _Abandoned:
            pass
        except BaseException as error:
            last = _Broke(error)
        self._queue.put(last)

    def _copy(self) -> None:
        lines = _Lines(self, b"\r\n" if self._wish.format == "csv" else b"\n")
        with transaction():
            # One snapshot for every row, however long it takes; must come before the transaction reads anything.
            execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            with scope(*self._scope):
                execute("SET LOCAL statement_timeout = 0")
                # The rows come in an index's order: workers would only hand each one over, and take cores from people.
                execute("SET LOCAL max_parallel_workers_per_gather = 0")
                row = one("SELECT now() AS taken_at")
                assert row is not None
                self.taken_at = row["taken_at"]
                self.offer(Chunk(opening(self._wish), 0))
                connection = self._connection = db.connection()
                try:
                    with closing(connection.cursor()) as cursor:
                        cursor.copy_expert(cursor.mogrify(*copy_statement(self._wish, self._most)), lines)
                finally:
                    with self._handle:
                        self._connection = None
                lines.flush()

    def offer(self, chunk: Chunk) -> None:
        """Hand a chunk over, waiting while there are enough; raises when nobody wants it any more."""
        if self._abandoned.is_set():
            raise _Abandoned
        self._queue.put(chunk)


class _Lines:
    """Takes what COPY sends, which is one row per write, and gives it on in chunks with the file's line ends.

    The protocol promises one row per message (PostgreSQL 18, "COPY Operations"), so a line end inside a quoted value is
    never mistaken for one of the file's.
    """

    def __init__(self, to: Snapshot, ending: bytes) -> None:
        self._to = to
        self._ending = ending
        self._rows: list[bytes] = []
        self._bytes = 0
        self._most = settings().export_chunk_bytes

    def write(self, row: bytes) -> None:
        """One row with COPY's own line end, which is a single line feed."""
        self._rows.append(row[:-1])
        self._bytes += len(row)
        if self._bytes >= self._most:
            self.flush()

    def flush(self) -> None:
        """Hand over what has come together."""
        if self._rows:
            self._rows.append(b"")
            self._to.offer(Chunk(self._ending.join(self._rows), len(self._rows) - 1))
            self._rows, self._bytes = [], 0
