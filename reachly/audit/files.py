"""The files of exports against the rows that name them: each there, whole, and nobody's left over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from reachly import storage
from reachly.audit.breach import Breach
from reachly.export.expire import manifest_of

THERE = "every export has its file"
SAME = "every file has its stated hash"
NAMED = "no file without a row"
SPARED = timedelta(hours=2)
"""A file this young may still get its row, or is about to be removed by whoever looks for strays every hour."""
_LIVE = "deleted_at IS NULL AND expires_at > clock_timestamp()"

Level = Literal["breach", "note"]


def broken_files(cursor: Any, hash_bytes: int | None) -> Iterator[tuple[Level, Breach]]:
    """What is wrong with the files, each looked at twice: rows and files change while this runs.

    The storage is listed once; at most ``hash_bytes`` of files chosen at random are read, all of them for ``None``.
    """
    listed = {found.path: found for found in storage.listed("exports")}
    cursor.execute(f"SELECT workspace_id, id, path, bytes, sha256 FROM exports WHERE {_LIVE} ORDER BY random()")
    live = cursor.fetchall()
    whole = []
    for workspace_id, export_id, path, size, sha256 in live:
        stored = listed.get(path)
        if stored is not None and stored.size == size and manifest_of(path) in listed:
            whole.append((workspace_id, export_id, path, size, sha256))
        elif (wrong := _wrong(path, size)) and _still(cursor, workspace_id, export_id):
            yield "breach", Breach(THERE, workspace_id, f"Export {export_id}: {wrong}")
    yield from _strays(cursor, listed)
    yield from _hashes(cursor, whole, hash_bytes)


def _wrong(path: str, size: int) -> str:
    """What is wrong with a file at this moment; nothing where it came after the list was made."""
    for name in (path, manifest_of(path)):
        try:
            there = storage.size(name)
        except storage.NoSuchFile:
            return f"there is no file {name}"
        if name == path and there != size:
            return f"{path} has {there} bytes and not {size}"
    return ""


def _still(cursor: Any, workspace_id: UUID, export_id: UUID) -> bool:
    """Whether the export is still to be had: files go when their time has come, and not before."""
    cursor.execute(
        f"SELECT FROM exports WHERE workspace_id = %s AND id = %s AND {_LIVE}", (str(workspace_id), str(export_id))
    )
    return cursor.fetchone() is not None


def _strays(cursor: Any, listed: dict[str, storage.Stored]) -> Iterator[tuple[Level, Breach]]:
    """Files that no row names, but for young ones and those of jobs that are still at work."""
    cursor.execute("SELECT path FROM exports WHERE deleted_at IS NULL")
    named = {path for (path,) in cursor.fetchall()}
    named |= {manifest_of(path) for path in named}
    before = datetime.now(UTC) - SPARED
    cursor.execute("SELECT id::text FROM jobs WHERE kind = 'export_leads' AND finished_at IS NULL")
    at_work = {job_id for (job_id,) in cursor.fetchall()}
    for path, stored in sorted(listed.items()):
        parts = path.split("/")
        if path not in named and stored.modified_at < before and (len(parts) < 3 or parts[2] not in at_work):
            yield (
                "breach",
                Breach(NAMED, _uuid(parts[1]), f"No export names {path} of {stored.modified_at:%Y-%m-%d %H:%M}"),
            )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _hashes(cursor: Any, whole: list[tuple[Any, ...]], most: int | None) -> Iterator[tuple[Level, Breach]]:
    read = passed = 0
    for workspace_id, export_id, path, size, sha256 in whole:
        if most is not None and read + size > most:
            passed += 1
            continue
        read += size
        there = _hash(path)
        if there != sha256 and _still(cursor, workspace_id, export_id):
            told = f"Export {export_id}: {path} has the hash {there or 'of no file'} and not {sha256}"
            yield "breach", Breach(SAME, workspace_id, told)
    if passed and most:
        words = f"{passed} of {len(whole)} files were not read; another night, or audit --files, reads them"
        yield "note", Breach("files that were not hashed", None, words)


def _hash(path: str) -> str:
    """The file's hash; nothing where it is gone."""
    hashed = hashlib.sha256()
    try:
        for chunk in storage.read(path):
            hashed.update(chunk)
    except storage.NoSuchFile:
        return ""
    return hashed.hexdigest()
