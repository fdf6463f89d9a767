"""Deletes uploaded files whose time has come, with the words of the rows that were not taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from reachly import storage
from reachly.database import execute, one, rows, scope, transaction

_MOST = 200
_STRAY_AFTER = timedelta(days=1)


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
    return gone + remove_strays()


def _due() -> list[dict[str, Any]]:
    with transaction():
        return rows("SELECT * FROM imports_expired(%s)", (_MOST,))


def remove_strays(older_than: timedelta = _STRAY_AFTER) -> int:
    """Delete files that no import names; returns how many."""
    before = datetime.now(UTC) - older_than
    gone = storage.clear_cut_off("imports", older_than)
    for found in list(storage.listed("imports")):
        parts = found.path.split("/")
        if found.modified_at >= before or len(parts) != 3:
            continue
        with scope(parts[1]):
            named = one("SELECT id FROM imports WHERE path = %s AND deleted_at IS NULL", (found.path,))
        if named is None:
            storage.delete(found.path)
            gone += 1
    return gone
