"""The workspace's tags: renamed, coloured, deleted with an undo."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly import tags
from reachly.accounts import Invalid
from reachly.tags import COLOURS, NoSuchTag
from reachly.web import undo
from reachly.web.asked import identifier
from reachly.web.session import me


def shown() -> ResponseReturnValue:
    """All tags."""
    return _page({}, None)


def change(tag_id: str) -> ResponseReturnValue:
    """Another name or colour."""
    which, form = identifier(tag_id), {name: request.form.get(name, "") for name in ("name", "colour")}
    try:
        changed = tags.change(*me(), which, **form)
    except NoSuchTag:
        abort(404)
    except Invalid as wrong:
        return _page(wrong.errors, tag_id)
    flash(f"Tag “{changed.name}” saved", "ok")
    return redirect("/leads/tags", 303)


def delete(tag_id: str) -> ResponseReturnValue:
    """Away with it, from all leads."""
    try:
        gone, had, act = tags.delete(*me(), identifier(tag_id))
    except NoSuchTag:
        abort(404)
    undo.offer(act, f"Tag “{gone.name}” deleted from {had:,} lead{'' if had == 1 else 's'}")
    return redirect("/leads/tags", 303)


def _page(errors: dict[str, str], wrong: str | None) -> ResponseReturnValue:
    names = {
        "tags": [{"id": str(tag.id), "name": tag.name, "colour": tag.colour} for tag in tags.all_tags(*me())],
        "colours": COLOURS,
        "errors": errors,
        "wrong": wrong,
    }
    return render_template("leads/tags.html", **names), 422 if errors else 200
