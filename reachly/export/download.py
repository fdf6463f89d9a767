"""Finished exports as people reach them: a list, one of them, and its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from reachly import storage
from reachly.database import execute, one, rows, scope
from reachly.export.expire import manifest_of
from reachly.leads.cursor import Key, Order, pack, unpack
from reachly.models import Export

_NEWEST = Order((Key("e.created_at", "timestamptz"), Key("e.id", "uuid")), descending=True)
_COLUMNS = ", ".join(f"e.{column}" for column in Export._meta.columns)
_TYPES = {"csv": "text/csv; charset=utf-8; header=present", "jsonl": "application/jsonl; charset=utf-8"}
_TYPES["xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NoSuchExport(Exception):
    """There is no such export in this workspace."""


class ExportExpired(Exception):
    """Its time is over and the file is deleted, or about to be."""


@dataclass(frozen=True, slots=True)
class ExportPage:
    """Exports, newest first, each with ``job_number``, ``person`` and ``downloads``; and where to go on from."""

    exports: list[Export]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Download:
    """An answer in HTTP's terms: 200, 206, 304 or 416, its headers and its body."""

    status: int
    headers: dict[str, str]
    body: Iterator[bytes]


def listing(workspace_id: UUID | str, user_id: UUID | str, cursor: str | None = None, limit: int = 50) -> ExportPage:
    """The workspace's exports, expired ones too; raises ``BadCursor``."""
    beyond = f" WHERE {_NEWEST.beyond()}" if cursor else ""
    params: list[Any] = [*unpack(cursor, "newest", _NEWEST)] if cursor else []
    with scope(workspace_id, user_id):
        found = rows(f"{_select()}{beyond} ORDER BY {_NEWEST.by()} LIMIT %s", [*params, limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return ExportPage([_export(row) for row in found], pack("newest", found[-1], _NEWEST) if more else None)


def get(workspace_id: UUID | str, user_id: UUID | str, export_id: UUID | str) -> Export:
    """One export, expired or not; raises :class:`NoSuchExport`."""
    with scope(workspace_id, user_id):
        row = one(f"{_select()} WHERE e.id = %s", (str(export_id),))
    if row is None:
        raise NoSuchExport(str(export_id))
    return _export(row)


def _select() -> str:
    return (
        f"SELECT {_COLUMNS}, {_NEWEST.columns()}, j.number AS job_number, j.name AS job_name, u.name AS person,"
        " (SELECT count(*) FROM downloads d WHERE d.workspace_id = e.workspace_id AND d.export_id = e.id) AS downloads"
        " FROM exports e"
        " JOIN jobs j ON j.workspace_id = e.workspace_id AND j.id = e.job_id LEFT JOIN users u ON u.id = e.user_id"
    )


def _export(row: dict[str, Any]) -> Export:
    return Export(**{name: value for name, value in row.items() if name not in ("k0", "k1")})


def manifest_bytes(workspace_id: UUID | str, user_id: UUID | str, export_id: UUID | str) -> bytes:
    """The manifest as it lies beside the file; raises as :func:`open_download` does."""
    export = _live(workspace_id, user_id, export_id)
    return b"".join(storage.read(manifest_of(export.path)))


def _live(workspace_id: UUID | str, user_id: UUID | str, export_id: UUID | str) -> Export:
    export = get(workspace_id, user_id, export_id)
    if export.expired:
        raise ExportExpired(str(export_id))
    return export


def open_download(
    workspace_id: UUID | str,
    user_id: UUID | str,
    export_id: UUID | str,
    range_: str | None = None,
    if_range: str | None = None,
    if_none_match: str | None = None,
    address: str = "",
    body: bool = True,
) -> Download:
    """The file, or the part of it that the request's headers ask for (RFC 9110); records the fetch.

    Of several ranges in one request none is given, but the whole, as the standard allows. Without ``body`` (for HEAD)
    nothing is read and nothing recorded. Raises :class:`NoSuchExport`, :class:`ExportExpired` and ``StorageAway``.
    """
    export = _live(workspace_id, user_id, export_id)
    etag = f'"{export.sha256}"'
    fallback = re.sub(r"[^A-Za-z0-9._-]", "_", export.filename)
    headers = {
        "ETag": etag,
        "Last-Modified": format_datetime(export.created_at, usegmt=True),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "Content-Type": _TYPES[export.format],
        "Content-Disposition": f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(export.filename)}",
        "X-Content-Type-Options": "nosniff",
    }
    if if_none_match is not None and _matches(if_none_match, etag):
        return Download(304, {name: headers[name] for name in ("ETag", "Last-Modified", "Cache-Control")}, iter(()))
    part = _part(range_, export.bytes) if range_ and _still(if_range, etag, export) else None
    if part == ():
        return Download(416, {"Content-Range": f"bytes */{export.bytes}", "Content-Length": "0"}, iter(()))
    first, last = part or (0, export.bytes - 1)
    headers["Content-Length"] = str(last - first + 1)
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{export.bytes}"
    status = 206 if part else 200
    if not body:
        return Download(status, headers, iter(()))
    try:
        chunks = storage.read(export.path, first, last - first + 1)
    except storage.NoSuchFile as error:
        raise ExportExpired(str(export_id)) from error
    with scope(workspace_id, user_id):
        execute(
            "INSERT INTO downloads (workspace_id, export_id, user_id, first_byte, bytes, address)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            (str(workspace_id), export.id, str(user_id), first, last - first + 1, address[:100]),
        )
    return Download(status, headers, chunks)


def _matches(given: str, etag: str) -> bool:
    """Whether If-None-Match names the file; the weak comparison, as the standard wants for it."""
    names = [name.strip().removeprefix("W/") for name in given.split(",")]
    return "*" in names or etag in names


def _still(if_range: str | None, etag: str, export: Export) -> bool:
    """Whether the part that is asked for belongs to the file that the client has begun."""
    if not if_range:
        return True
    if if_range.startswith(('"', "W/")):
        return if_range == etag
    try:
        return parsedate_to_datetime(if_range) == export.created_at.replace(microsecond=0)
    except (ValueError, TypeError):
        return False


def _part(asked: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """First and last byte of a single range; empty where the file has none of it, ``None`` where it is passed over."""
    found = re.fullmatch(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", asked.strip(), re.ASCII)
    if found is None or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        return (size - length, size - 1) if length else ()
    if last and int(last) < int(first):
        return None
    return (int(first), min(int(last), size - 1) if last else size - 1) if int(first) < size else ()
