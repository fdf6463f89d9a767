"""One step of an export: the whole file.

The file goes to a path that names the job and the attempt, then its row is written under the attempt's fence, then the
job ends. A worker that dies in between leaves a file without a row, which the next attempt removes; one that woke up
too late finds the fence closed and removes its own.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import uniform
from typing import Any

import structlog

from reachly import storage
from reachly.database import as_json, one, scope
from reachly.engine.claim import Claim
from reachly.engine.outcomes import Continue, Failed, Outcome, Succeeded, Wait
from reachly.export.wish import ExportWish
from reachly.export.writing import Interrupted, Written, write
from reachly.settings import settings
from reachly.storage import StorageAway

_WAITS = 20
_LONGEST_WAIT = 120
_log = structlog.get_logger()


def step(claim: Claim) -> Outcome:
    """Write the file and its row; a step after a finished one finds both and succeeds at once."""
    if made := _made(claim):
        return Succeeded(made)
    try:
        wish = ExportWish.of_params(claim.params)
    except (ValueError, KeyError, TypeError):
        return Failed("unknown_request", "This export was asked for by another version of Reachly. Ask for it again.")
    try:
        storage.delete(*[left.path for left in storage.listed(folder(claim))])
        storage.clear_cut_off(folder(claim), timedelta(0))
        written = write(claim, wish, f"{folder(claim)}/{claim.attempt}")
    except Interrupted:
        return Continue()
    except StorageAway as error:
        return _storage_away(claim, error)
    try:
        return Succeeded(_store_row(claim, wish, written))
    except BaseException:
        # Without its row nobody can reach the file. The row may have been written after all: then both stay.
        if not _made(claim):
            with suppress(StorageAway):
                storage.delete(written.path, written.manifest_path)
        raise


def folder(claim: Claim) -> str:
    """Where the job's files lie."""
    return f"exports/{claim.workspace_id}/{claim.id}"


def _made(claim: Claim) -> dict[str, Any] | None:
    """The job's result, where an attempt came as far as the file's row."""
    with scope(claim.workspace_id):
        row = one("SELECT id, rows, bytes FROM exports WHERE job_id = %s", (claim.id,))
    return _result(row) if row else None


def _result(row: dict[str, Any]) -> dict[str, Any]:
    return {"export_id": str(row["id"]), "rows": row["rows"], "bytes": row["bytes"]}


def _store_row(claim: Claim, wish: ExportWish, written: Written) -> dict[str, Any]:
    with claim.transaction():
        row = one(
            "INSERT INTO exports (workspace_id, job_id, user_id, format, mode, filename, path, rows, bytes, sha256,"
            " manifest, snapshot_at, expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s)"
            " RETURNING id, rows, bytes",
            (
                str(claim.workspace_id),
                claim.id,
                str(claim.user_id),
                wish.format,
                wish.mode,
                written.filename,
                written.path,
                written.rows,
                written.bytes,
                written.sha256,
                as_json(written.manifest),
                written.taken_at,
                claim.now() + timedelta(days=settings().export_days),
            ),
        )
        assert row is not None
        claim.progress(written.rows, written.rows)
        rows = "1 row" if written.rows == 1 else f"{written.rows:,} rows"
        claim.tell(f"File ready: {rows}", tone="good", detail=written.filename)
    return _result(row)


def _storage_away(claim: Claim, error: StorageAway) -> Outcome:
    _log.warning("storage_away", job=str(claim.id), told=str(error)[:200])
    if claim.waits >= _WAITS:
        return Failed("storage_away", "The storage for files does not answer. Ask for the file again later.")
    pause = min(2**claim.waits, _LONGEST_WAIT) * uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing
    return Wait(claim.now() + timedelta(seconds=pause), "waiting for the storage")
