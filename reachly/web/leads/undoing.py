"""The last deletion of this browser, offered to be taken back on the page of leads for as long as that is possible."""

from __future__ import annotations

import time
from typing import Any

from flask import session

from reachly.leads import UNDO, Deleted

KEY = "undo"


def note(gone: Deleted) -> dict[str, Any]:
    """Remember the deletion; returns what the toast says of it."""
    session[KEY] = [str(gone.batch), gone.count, int(time.time())]
    return {"token": str(gone.batch), "count": gone.count}


def standing() -> dict[str, Any] | None:
    """The deletion that can still be taken back, if there is one."""
    kept = session.get(KEY)
    if not kept or time.time() - kept[2] > UNDO.total_seconds():
        session.pop(KEY, None)
        return None
    return {"token": kept[0], "count": kept[1]}


def forget() -> None:
    """Offer nothing any more."""
    session.pop(KEY, None)
