"""Saved views above the table: shown as tabs, kept, changed, deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import parse_qs

from flask import abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from reachly import views
from reachly.accounts import Invalid
from reachly.leads import LeadQuery
from reachly.views import MayNotChange, NoSuchView, View
from reachly.web import undo
from reachly.web.asked import fragment, go, identifier, toast
from reachly.web.leads.address import ALL, Asked, of_args, of_page
from reachly.web.leads.columns import chosen_columns, density, usual
from reachly.web.leads.desk import PAGE, desk, shown_view
from reachly.web.leads.menu import few_seconds_old
from reachly.web.leads.table import as_shown
from reachly.web.session import me

COUNTED = 10
"""So many tabs say how many leads they show, and the one that is shown: each number is a search of its own."""

Door = Callable[..., ResponseReturnValue]


def tabs(asked: Asked) -> dict[str, Any]:
    """What `leads/_views.html` needs."""
    mine, now = desk(asked), shown_view(asked)
    return {
        "views": [_tab(view, now, place < COUNTED) for place, view in enumerate(mine.views)],
        "all_url": f"/leads?view={ALL}" if mine.opens_with else "/leads",
        "view": _told(now, asked) if now else None,
        "here": asked.url(),
    }


def opened(view: View) -> Asked:
    """What a view asks for."""
    asked = of_args(MultiDict(parse_qs(view.query)))
    return Asked(asked.query, {}, view=str(view.id))


def _tab(view: View, now: View | None, counted: bool) -> dict[str, Any]:
    asks, here = opened(view), now is not None and view.id == now.id
    return {
        "name": view.name,
        "url": asks.url(),
        "here": here,
        "personal": not view.shared,
        "count": _number(asks.query) if counted or here else None,
    }


def _number(query: LeadQuery) -> dict[str, Any] | None:
    """How many leads a view shows, as far as it is worth counting for a tab; none where all would have to be read."""
    return None if query.q else as_shown(few_seconds_old(replace(query, sort="newest")))


def _told(view: View, asked: Asked) -> dict[str, Any]:
    kept = tuple(view.columns) if view.columns is not None else usual()
    same = opened(view).pairs == asked.pairs and chosen_columns(asked) == kept and density(asked) == view.density
    return {
        "id": str(view.id),
        "name": view.name,
        "owner": "you" if view.mine else view.owner,
        "shared": view.shared,
        "mine": view.mine,
        "editable": view.editable,
        "changed": not same,
        "opens": desk(asked).opens_with == view.id,
        "url": opened(view).url(),
    }


def _answered(door: Door) -> Door:
    """A door that says in words what views cannot do."""

    @wraps(door)
    def answered(*args: Any, **values: Any) -> ResponseReturnValue:
        try:
            return door(*args, **values)
        except NoSuchView:
            abort(404)
        except MayNotChange:
            return _said("This view is somebody else's. Save it under a name of your own.", "warn")

    return answered


def new() -> ResponseReturnValue:
    """The question for a name."""
    return _form(None, of_page(), {"name": "", "shared": False}, {})


@_answered
def edit(view_id: str) -> ResponseReturnValue:
    """A view's name, and who sees it."""
    view = views.get(*me(), identifier(view_id))
    return _form(view, of_page(), {"name": view.name, "shared": view.shared}, {})


def save() -> ResponseReturnValue:
    """Keep what the page shows under a name."""
    asked, form = _here(), _typed()
    try:
        view = views.save(*me(), form["name"], _query(asked), *_look(asked), shared=form["shared"])
    except Invalid as wrong:
        return _form(None, asked, form, wrong.errors)
    flash(f"View “{view.name}” saved", "ok")
    return go(opened(view).url())


@_answered
def change(view_id: str) -> ResponseReturnValue:
    """Another name, or for others."""
    view, form = views.get(*me(), identifier(view_id)), _typed()
    try:
        shared = form["shared"] if view.mine and form["shared"] != view.shared else None
        views.change(*me(), view.id, name=form["name"], shared=shared)
    except Invalid as wrong:
        return _form(view, _here(), form, wrong.errors)
    return go(_here().url())


@_answered
def update(view_id: str) -> ResponseReturnValue:
    """Keep what the page shows now in the view, for everybody who sees it."""
    asked, view = _here(), identifier(view_id)
    try:
        columns, dense = _look(asked)
        changed = views.change(*me(), view, look=(_query(asked), columns, dense))
    except Invalid as wrong:
        return _said(next(iter(wrong.errors.values())), "warn")
    views.forget_look(*me(), PAGE, view)
    flash(f"View “{changed.name}” saved", "ok")
    return go(opened(changed).url())


@_answered
def reset(view_id: str) -> ResponseReturnValue:
    """The view again as it was saved."""
    view = views.get(*me(), identifier(view_id))
    views.forget_look(*me(), PAGE, view.id)
    return go(opened(view).url())


@_answered
def delete(view_id: str) -> ResponseReturnValue:
    """Away with it; what it shows stays shown."""
    gone, act = views.delete(*me(), identifier(view_id))
    undo.offer(act, f"View “{gone.name}” deleted")
    return go(f"/leads?view={ALL}")


@_answered
def open_with(view_id: str) -> ResponseReturnValue:
    """Let the page open with this view from now on, or with none where it did."""
    view = identifier(view_id)
    on = request.form.get("open") == "yes"
    views.open_with(*me(), PAGE, view if on else None)
    flash("Leads open with this view from now on" if on else "Leads open with all of them again", "ok")
    return go(_here().url())


def _form(view: View | None, asked: Asked, form: dict[str, Any], errors: dict[str, str]) -> ResponseReturnValue:
    names = {
        "view": {"id": str(view.id), "mine": view.mine} if view else None,
        "pairs": asked.told,
        "back": asked.url(),
        "form": form,
        "errors": errors,
    }
    status = 422 if errors else 200
    if fragment():
        return render_template("leads/_view_form.html", **names), status
    heading = "Change a view" if view else "Save a view"
    page = render_template("dialog.html", fragment="leads/_view_form.html", active="leads", heading=heading, **names)
    return page, status


def _typed() -> dict[str, Any]:
    return {
        "name": request.form.get("name", ""),
        "shared": request.form.get("shared") == "yes" and current_user.may_write,
    }


def _here() -> Asked:
    """The page that a form is about: it tells so itself."""
    asked = of_args(request.form)
    return asked if asked.told else of_page()


def _query(asked: Asked) -> str:
    return Asked(asked.query, {}).query_string


def _look(asked: Asked) -> tuple[tuple[str, ...] | None, str]:
    mine = chosen_columns(asked)
    return (None if mine == usual() else mine), density(asked)


def _said(words: str, kind: str) -> ResponseReturnValue:
    if fragment():
        return toast(words, kind)
    flash(words, kind)
    return go(_here().url())
