"""Taking an act back from any page: the page shows at once how things are now."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly import actions
from reachly.web import undo as offered
from reachly.web.activity.shown import Asked, NoSuchLead, page
from reachly.web.activity.words import taken_back
from reachly.web.asked import fragment, identifier, toast
from reachly.web.session import me, safe_next

OVER = "That was taken back before, or is too long ago."


def undo(action_id: str) -> ResponseReturnValue:
    """Take one act back."""
    return _undo(identifier(action_id))


def undo_last() -> ResponseReturnValue:
    """Take the last act of this person back that still can be."""
    last = actions.standing(*me())
    return _undo(last.id) if last else _said("There is nothing of yours to take back.", "info")


def _undo(action_id: UUID) -> ResponseReturnValue:
    try:
        undone = actions.undo(*me(), action_id)
    except actions.NoSuchAction:
        abort(404)
    except actions.UndoOver as over:
        if not over.words:
            offered.forget(action_id)
        return _said(over.words or OVER, "warn")
    offered.forget(action_id)
    return _said(taken_back(undone), "warn" if undone.stayed else "ok")


def _said(words: str, kind: str) -> ResponseReturnValue:
    """The words, and the page from which they were asked for as it is now."""
    if not fragment():
        flash(words, kind)
        return redirect(safe_next(request.form.get("next"), "/activity"), 303)
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    fresh = offered.fresh(shown.path)
    if fresh is None:
        flash(words, kind)
        return Response(status=204, headers={"HX-Refresh": "true"})
    target, render = fresh
    response = toast(words, kind, Response(render()))
    response.headers["HX-Retarget"] = target
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _feed() -> str:
    """The feed as the page shows it from which a fragment asks."""
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    args: dict[str, str] = dict(parse_qsl(shown.query))
    try:
        return render_template("activity/_feed.html", **page(Asked.of(args)))
    except NoSuchLead:
        return render_template("activity/_feed.html", **page(Asked()))


offered.freshens("/activity", "#activity", _feed)
