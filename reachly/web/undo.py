"""What can be taken back, offered in a toast: at once, and quietly on the pages after, for as long as that is possible.

After a bulk act call :func:`offer`; a fragment's answer carries :func:`beside` along, a page has the toast by itself.
Whoever puts the toast away is not shown it again: the browser says so in a cookie.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import g, render_template, request, session

from reachly.actions import UNDO

KEY, NEW = "undo", "undo_new"
DISMISSED = "dismissed"
Render = Callable[[], str]
_FRESH: dict[str, tuple[str, Render]] = {}


def offer(action_id: UUID, words: str) -> dict[str, Any]:
    """Remember what was done, as ``3 leads deleted``; returns what the toast needs."""
    session[KEY] = [str(action_id), words, int(time.time()), _room()]
    session[NEW] = True
    return {"id": str(action_id), "words": words, "quiet": False}


def beside(action_id: UUID, words: str) -> str:
    """The toast, to be sent beside a fragment."""
    told = offer(action_id, words)
    session.pop(NEW, None)
    return render_template("_undo.html", undo=told)


def standing() -> dict[str, Any] | None:
    """What this browser did last, where it can still be taken back.

    ``quiet`` where a page has shown it before: then only those pages do where it was done.

    Asked for many times by one page, which shows it once.
    """
    if "undo_standing" not in g:
        g.undo_standing = _standing()
    told: dict[str, Any] | None = g.undo_standing
    return told


def _standing() -> dict[str, Any] | None:
    seen = not session.pop(NEW, False)
    kept = session.get(KEY)
    if not kept or len(kept) != 4 or not isinstance(kept[1], str) or time.time() - kept[2] > UNDO.total_seconds():
        session.pop(KEY, None)
        return None
    if seen and (request.cookies.get(DISMISSED) == kept[0] or kept[3] != _room()):
        return None
    return {"id": kept[0], "words": kept[1], "quiet": seen}


def _room() -> str:
    """Which pages are shown: those of leads, of lists, of the catalogue …"""
    shown = urlsplit(request.headers.get("HX-Current-URL", "")).path or request.path
    return shown.strip("/").partition("/")[0]


def forget(action_id: UUID) -> None:
    """Offer it no more."""
    if session.get(KEY, [None])[0] == str(action_id):
        session.pop(KEY, None)
        session.pop(NEW, None)


def freshens(path: str, target: str, render: Render) -> None:
    """Say how a page shows itself again after something was taken back: the pages at ``path`` and below it have an
    element ``target``, which ``render`` makes anew. Pages that say nothing are loaded again.
    """
    _FRESH[path] = (target, render)


def fresh(path: str) -> tuple[str, Render] | None:
    """How the page at ``path`` shows itself again."""
    for known, how in _FRESH.items():
        if path == known or path.startswith(known + "/"):
            return how
    return None
