"""The history as a CSV for a spreadsheet, written as it is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from uuid import UUID

from reachly.credits.movements import Movement, history
from reachly.credits.query import KINDS, HistoryQuery
from reachly.export.copying import harmless

_BATCH = 1000
_HEADER = (
    *("Time (UTC)", "Movement", "Credits", "Available change", "Held change", "Available after", "Held after"),
    *("Job", "Job name", "Detail", "Field", "Source", "By", "Movement ID"),
)


def as_csv(workspace_id: UUID | str, user_id: UUID | str | None, query: HistoryQuery | None = None) -> Iterator[bytes]:
    """Every movement that matches, newest first, each by itself; for Excel: byte order mark, CRLF, no formulas.

    Reads a batch at a time and holds no transaction in between; what is written meanwhile is newer and not in it.
    """
    yield b"\xef\xbb\xbf" + _lines([_HEADER])
    cursor: str | None = None
    while True:
        page = history(workspace_id, user_id, query, cursor, _BATCH)
        if page.movements:
            yield _lines([_cells(movement) for movement in page.movements])
        cursor = page.next_cursor
        if cursor is None:
            return


def _cells(movement: Movement) -> tuple[object, ...]:
    return (
        movement.created_at.strftime("%Y-%m-%d %H:%M:%S"),
        KINDS[movement.kind],
        movement.credits,
        movement.available_change,
        movement.held_change,
        movement.available_after,
        movement.held_after,
        movement.job_number or "",
        harmless(movement.job_name or ""),
        harmless(movement.description),
        movement.field or "",
        movement.source or "",
        harmless(movement.person or ""),
        movement.id,
    )


def _lines(table: list[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode()
