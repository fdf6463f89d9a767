"""Deletes export files whose time has come, and files that belong to no export."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import structlog

from reachly import storage
from reachly.database import execute, rows, scope, transaction
from reachly.export.workbook import remove_left_over

_MOST = 200
_STRAY_AFTER = timedelta(days=1)
_STRAY_OF_ENDED_AFTER = timedelta(minutes=30)
"""A job that has ended gets no row any more: what lies there was left by a worker that died or came too late."""
_LOOK_FOR_STRAYS_EVERY = 3600.0
_log = structlog.get_logger()
_looking = threading.Lock()
_look_at = 0.0


def expire() -> int:
    """Delete expired files and return how many those were; once an hour look for stray files too.

    The file goes first and the row says so after: a sweep that dies in between is repeated by the next. Raises
    ``StorageAway``.
    """
    global _look_at
    gone = 0
    # Until none is left: a fixed number per round would leave ever more behind where more are made.
    while due := _delete_due():
        gone += due
        if due < _MOST:
            break
    with _looking:
        look = time.monotonic() >= _look_at
        if look:
            _look_at = time.monotonic() + _LOOK_FOR_STRAYS_EVERY
    if look:
        remove_strays()
        remove_left_over()
    return gone


def _delete_due() -> int:
    with transaction():
        due = rows("SELECT * FROM exports_expired(%s)", (_MOST,))
    for export in due:
        storage.delete(export["path"], manifest_of(export["path"]))
        with scope(export["workspace_id"]):
            execute("UPDATE exports SET deleted_at = now() WHERE id = %s AND deleted_at IS NULL", (export["id"],))
    return len(due)


def manifest_of(path: str) -> str:
    """The path of a file's manifest."""
    return f"{path.rpartition('.')[0]}.manifest.json"


def remove_strays(older_than: timedelta = _STRAY_AFTER) -> int:
    """Delete files that no export's row names, left by workers that died between file and row; returns how many.

    Young ones of jobs that are still at work are let be: their row may be about to come.
    """
    now = datetime.now(UTC)
    by_workspace: dict[str, list[storage.Stored]] = defaultdict(list)
    for found in storage.listed("exports"):
        if len(found.path.split("/")) == 4 and found.modified_at < now - min(older_than, _STRAY_OF_ENDED_AFTER):
            by_workspace[found.path.split("/")[1]].append(found)
    gone = storage.clear_cut_off("exports", older_than)
    for workspace_id, files in by_workspace.items():
        strays = _strays(workspace_id, files, now - older_than)
        storage.delete(*strays)
        gone += len(strays)
    if gone:
        _log.info("stray_files_removed", files=gone)
    return gone


def _strays(workspace_id: str, files: list[storage.Stored], before: datetime) -> list[str]:
    """Those of one workspace's files that no row names, nor ever will."""
    paths = [found.path for found in files]
    with scope(workspace_id):
        at_work = {
            str(row["id"]) for row in rows("SELECT id FROM jobs WHERE kind = 'export_leads' AND finished_at IS NULL")
        }
        named = {
            row["path"]
            for row in rows("SELECT path FROM exports WHERE deleted_at IS NULL AND path = ANY (%s)", (paths,))
        }
    kept = named | {manifest_of(path) for path in named}
    return [
        found.path
        for found in files
        if found.path not in kept and (found.modified_at < before or found.path.split("/")[2] not in at_work)
    ]
