"""The statement that makes the database write the file's lines itself, and the file's first bytes.

CSV is RFC 4180: commas, CRLF, quotes where they are needed and doubled inside. The mode for Excel adds a byte order
mark and makes cells harmless that Excel would run as formulas; the exact mode gives every value as it is stored.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from reachly.export.columns import COLUMNS, Column
from reachly.export.wish import ExportWish, Picked
from reachly.leads import where
from reachly.leads.listing import ORDERS

_STARTERS = (0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0A, 0x0D, 0xFF1D, 0xFF0B, 0xFF0D, 0xFF20)
"""What a formula begins with: = + - @, tab, line ends, and the first four in full width (OWASP, "CSV Injection")."""

_RUNS = f"IN ({', '.join(map(str, _STARTERS))})"
_LISTED = (
    " LEFT JOIN list_contacts m ON m.workspace_id = l.workspace_id AND m.list_id = %s::uuid"
    " AND m.contact_id = l.contact_id"
)
_PLAIN_CSV = "FORMAT csv"
_UNQUOTED = "FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01', NULL E'\\x03'"
"""A line is given out as it stands: JSON text has no control characters, so nothing is ever quoted."""


def copy_statement(wish: ExportWish, most: int | None = None) -> tuple[str, list[Any]]:
    """``COPY … TO STDOUT`` of the wish's rows and its parameters; the same rows come in the same order every time."""
    inner, params = rows_statement(wish, most)
    if wish.format == "jsonl":
        return f"COPY (SELECT row_to_json(r)::text FROM ({inner}) r) TO STDOUT ({_UNQUOTED})", params
    return f"COPY ({inner}) TO STDOUT ({_PLAIN_CSV})", params


def rows_statement(wish: ExportWish, most: int | None = None) -> tuple[str, list[Any]]:
    """The SELECT behind the COPY."""
    chosen = [COLUMNS[picked.key] for picked in wish.written]
    cells = [f"{_cell(column, wish)} AS {_name(picked)}" for column, picked in zip(chosen, wish.written, strict=True)]
    if wish.format == "jsonl" and all(picked.header != "provenance" for picked in wish.written):
        cells.append("l.provenance AS provenance")
    if wish.format == "xlsx":
        cells.append(f"({' OR '.join(_may_be_long(column) for column in chosen)}) AS _long")
    condition, params = where(wish.query)
    jobs = " LEFT JOIN jobs j ON j.workspace_id = l.workspace_id AND j.id = l.job_id"
    join = jobs if any(column.of_job for column in chosen) else ""
    limit = "" if most is None else f" LIMIT {most}"
    order = ORDERS[wish.query.sort].by()
    listed = wish.list_order and wish.query.list_id is not None
    if listed or any(column.of_list for column in chosen):
        join += _LISTED
        params = [wish.query.list_id and str(wish.query.list_id), *params]
        order = f"m.position, m.contact_id, {order}" if listed else order
    return f"SELECT {', '.join(cells)} FROM leads l{join} WHERE {condition} ORDER BY {order}{limit}", params


def _cell(column: Column, wish: ExportWish) -> str:
    """The value as the file has it; ``ascii`` gives the first letter's code and costs next to nothing."""
    if wish.format == "jsonl":
        return column.json or column.sql
    if wish.format == "xlsx":
        return column.sheet or column.sql
    if wish.mode == "exact" or not column.text:
        return column.sql
    runs = f"ascii({column.head or column.sql}) {_RUNS}"
    if column.dial:
        # A plus and digits are a phone number and stay as they are; anything else in its place is not trusted. As a
        # whole number it is seen for what it is at half the price.
        runs += f" AND NOT pg_input_is_valid({column.sql}, 'bigint') AND {column.sql} !~ '^[+][0-9 ]+$'"
    return f"CASE WHEN {runs} THEN '''' || {column.sql} ELSE {column.sql} END"


def _may_be_long(column: Column) -> str:
    """Whether the value may have more characters than a cell of Excel's; never fewer bytes than characters."""
    return f"coalesce(octet_length({column.sql}) > 32767, false)" if column.text else "false"


def _name(picked: Picked) -> str:
    quoted = picked.header.replace('"', '""').replace("%", "%%")
    return f'"{quoted}"'


def opening(wish: ExportWish) -> bytes:
    """What stands before the first row."""
    if wish.format == "jsonl":
        return b""
    headers = [picked.header for picked in wish.written]
    if wish.mode == "excel":
        headers = [harmless(header) for header in headers]
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(headers)
    return (b"\xef\xbb\xbf" if wish.mode == "excel" else b"") + line.getvalue().encode()


def harmless(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text and ord(text[0]) in _STARTERS else text
