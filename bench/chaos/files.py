"""Exported files against their rows: bytes, hash, lines, and none that nobody knows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def wrong(cursor: Any, storage: Path) -> Iterator[str]:
    """Every file that is not as its row says, and every file without a row."""
    cursor.execute("SELECT job_id, path, format, rows, bytes, sha256, manifest FROM exports WHERE deleted_at IS NULL")
    known = set()
    for job, path, kind, rows, size, digest, manifest in cursor.fetchall():
        file = storage / path
        beside = file.with_name(file.name.rpartition(".")[0] + ".manifest.json")
        known |= {file, beside}
        if not file.is_file() or not beside.is_file():
            yield f"every export has its file: job {job}, {path} or its manifest is not there"
            continue
        content = file.read_bytes()
        if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
            yield f"a file has its stated bytes and hash: job {job}, {path} has {len(content)} bytes and not {size}"
        if kind == "jsonl" and content.count(b"\n") != rows:
            yield f"a file has its stated rows: job {job}, {path} has {content.count(chr(10).encode())} and not {rows}"
        if json.loads(beside.read_bytes()) != manifest:
            yield f"a manifest is as its row says: job {job}, {beside}"
    # A job that ended without a file may have had a worker that died over it: the hourly tidying takes what it left.
    cursor.execute("SELECT id::text FROM jobs WHERE kind = 'export_leads' AND status IN ('failed', 'cancelled')")
    stopped = {job for (job,) in cursor.fetchall()}
    folder = storage / "exports"
    for file in sorted(folder.rglob("*")) if folder.exists() else ():
        if file.is_file() and file not in known and file.parent.name not in stopped:
            yield f"no file without a row: {file}"
