"""Carries a snapshot's rows to the storage, counting, hashing and telling how far it has come."""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reachly import storage
from reachly.database import as_json, one, scope
from reachly.engine.claim import Claim, LeaseLost
from reachly.export.snapshot import Snapshot
from reachly.export.wish import ExportWish
from reachly.export.workbook import Workbook

_TELL_EVERY = 0.25


class Interrupted(Exception):
    """Somebody cancelled the job, or the worker is being stopped; no file was left."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that is whole, and its manifest beside it."""

    path: str
    manifest_path: str
    filename: str
    rows: int
    bytes: int
    sha256: str
    taken_at: datetime
    manifest: dict[str, Any]


def write(claim: Claim, wish: ExportWish, stem: str) -> Written:
    """Write ``stem`` with the format's ending, and the manifest after it.

    Raises :class:`Interrupted`, ``LeaseLost`` and ``StorageAway``; then there is no file.
    """
    path, manifest_path = f"{stem}.{wish.format}", f"{stem}.manifest.json"
    carried = _Carried(claim)
    # Read as its person: a list of somebody's own is there for them alone.
    of = (claim.workspace_id, claim.user_id, wish)
    with Workbook(*of, carried.reached) if wish.format == "xlsx" else Snapshot(*of) as snapshot:
        storage.put(path, carried.through(snapshot))
        assert snapshot.taken_at is not None
        taken_at = snapshot.taken_at
    filename = _filename(claim, wish)
    manifest = {
        "version": 1,
        "file": filename,
        "format": wish.format,
        "mode": wish.mode,
        "query": wish.query.as_args(),
        "columns": [{"key": column.key, "header": column.header} for column in wish.written],
        "rows": carried.rows,
        "bytes": carried.bytes,
        "sha256": carried.sha256,
        "snapshot_at": taken_at.isoformat().replace("+00:00", "Z"),
    }
    manifest |= snapshot.told | ({"preset": wish.preset} if wish.preset else {})
    storage.put(manifest_path, [as_json(manifest).encode()])
    return Written(path, manifest_path, filename, carried.rows, carried.bytes, carried.sha256, taken_at, manifest)


class _Carried:
    """What went through so far."""

    def __init__(self, claim: Claim) -> None:
        self.rows = 0
        self.bytes = 0
        self._ahead = 0
        self._claim = claim
        self._hash = hashlib.sha256()
        self._told_at = time.monotonic()
        self._pause = _TELL_EVERY

    @property
    def sha256(self) -> str:
        """The hash of all bytes, in hexadecimal."""
        return self._hash.hexdigest()

    def reached(self, rows: int) -> None:
        """So many rows are on their way, though none has come through yet."""
        self._ahead = rows
        self._look()

    def through(self, snapshot: Snapshot | Workbook) -> Iterator[bytes]:
        """The snapshot's bytes, unchanged."""
        for chunk in snapshot:
            self._hash.update(chunk.data)
            self.bytes += len(chunk.data)
            self.rows += chunk.rows
            yield chunk.data
            self._look()

    def _look(self) -> None:
        """See now and then whether this is still ours to do; raises where it is not."""
        if self._claim.lost:
            raise LeaseLost(str(self._claim.id))
        if time.monotonic() - self._told_at >= self._pause:
            self._tell()

    def _tell(self) -> None:
        """Say how far it is, and see whether it is still wanted; more seldom the longer it takes."""
        if self._claim.stopping() or self._claim.cancel_wanted():
            raise Interrupted
        with self._claim.transaction():
            done = max(self.rows, self._ahead)
            self._claim.progress(done, max(done, self._claim.total))
        self._told_at = time.monotonic()
        self._pause *= 1.05


def _filename(claim: Claim, wish: ExportWish) -> str:
    """The job's name in letters that every file system takes, and its number."""
    with scope(claim.workspace_id):
        job = one("SELECT name, number FROM jobs WHERE id = %s", (claim.id,))
    assert job is not None
    plain = unicodedata.normalize("NFKD", job["name"]).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall("[a-z0-9]+", plain))[:60].strip("-")
    return f"{words or 'leads'}-{job['number']}.{wish.format}"
