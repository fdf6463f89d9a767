"""Deletes uploaded files whose time has come, with the words of the rows that were not taken."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from reachly import storage
from reachly.database import execute, rows, scope, transaction

_MOST = 200
_STRAY_AFTER = timedelta(days=1)
_LOOK_FOR_STRAYS_EVERY = 3600.0
_looking = threading.Lock()
_look_at = 0.0


def expire() -> int:
    """Delete what is due and return how many files that were; the file goes first, and the row says so after.

    What an upload that was cut off left lying goes too. Raises ``StorageAway``.
    """
    gone = 0
    while due := _due():
        for each in due:
            storage.delete(each["path"])
            with scope(each["workspace_id"]):
                execute("SELECT import_forget(%s)", (str(each["id"]),))
        gone += len(due)
        if len(due) < _MOST:
            break
    if _looks_now():
        gone += remove_strays()
    return gone


def _looks_now() -> bool:
    """Whether it is time to look for strays again: that lists the storage."""
    global _look_at
    with _looking:
        now = time.monotonic() >= _look_at
        if now:
            _look_at = time.monotonic() + _LOOK_FOR_STRAYS_EVERY
    return now


def _due() -> list[dict[str, Any]]:
    with transaction():
        return rows("SELECT * FROM imports_expired(%s)", (_MOST,))


def remove_strays(older_than: timedelta = _STRAY_AFTER) -> int:
    """Delete files that no import names; returns how many."""
    before = datetime.now(UTC) - older_than
    gone = storage.clear_cut_off("imports", older_than)
    by_workspace: dict[str, list[str]] = defaultdict(list)
    for stored in storage.listed("imports"):
        parts = stored.path.split("/")
        if stored.modified_at < before and len(parts) == 3:
            by_workspace[parts[1]].append(stored.path)
    for workspace_id, paths in by_workspace.items():
        with scope(workspace_id):
            named = {row["path"] for row in rows("SELECT path FROM imports WHERE path = ANY (%s)", (paths,))}
        strays = [path for path in paths if path not in named]
        storage.delete(*strays)
        gone += len(strays)
    return gone
