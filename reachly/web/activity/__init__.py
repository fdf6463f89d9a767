"""`/activity`: what was done in the workspace, and taking it back."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from reachly.web.activity import undoing
from reachly.web.activity.shown import Asked, NoSuchLead, page
from reachly.web.asked import fragment, members_only

bp = members_only(Blueprint("activity", __name__))


@bp.get("/activity")
def activity() -> ResponseReturnValue:
    """The feed, the newest first; with htmx the feed alone."""
    try:
        names = page(Asked.of(request.args))
    except NoSuchLead:
        abort(404)
    return render_template("activity/_feed.html" if fragment() else "activity.html", **names)


bp.add_url_rule("/actions/<action_id>/undo", view_func=undoing.undo, methods=["POST"])
bp.add_url_rule("/actions/last/undo", view_func=undoing.undo_last, methods=["POST"])
