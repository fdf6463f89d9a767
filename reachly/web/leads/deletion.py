"""Deleting leads after a question that names their exact number, and taking it back."""

from __future__ import annotations

from flask import Response, abort, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reachly.leads import NoSuchDeletion, UndoOver, delete, restore
from reachly.web.asked import chosen, fragment, identifier, toast
from reachly.web.leads import undoing
from reachly.web.leads.address import Asked, of_page
from reachly.web.leads.frame import table_of_page
from reachly.web.leads.selection import Selection, of_form

MOST_AGREED = 2**63
"""PostgreSQL counts no further."""


def delete_leads() -> ResponseReturnValue:
    """First the question, then with ``confirmed`` the deletion of no more leads than the question named."""
    selection = of_form()
    if selection is None:
        return _nothing()
    if request.form.get("confirmed") != "yes":
        return _question(selection)
    agreed = chosen(request.form.get("count"), int)
    if agreed is not None and not 0 <= agreed < MOST_AGREED:
        return _nothing()
    gone = delete(current_user.workspace_id, current_user.user_id, selection.query, most=agreed)
    if not gone.count:
        return _nothing()
    told = undoing.note(gone)
    if not fragment():
        return redirect(_list(selection), 303)
    response = _fresh_table(
        render_template("leads/_undo.html", **told) + render_template("leads/_panel.html", oob=True)
    )
    response.headers["HX-Replace-Url"] = of_page().page_url()
    return response


def undo() -> ResponseReturnValue:
    """Bring the leads of a deletion back."""
    try:
        back = restore(current_user.workspace_id, current_user.user_id, identifier(request.form.get("token")))
    except NoSuchDeletion:
        abort(404)
    except UndoOver:
        undoing.forget()
        return _said("That deletion was undone before, or is too long ago.", "warn")
    undoing.forget()
    return _said(f"{back:,} lead{'' if back == 1 else 's'} restored", "ok")


def _question(selection: Selection) -> ResponseReturnValue:
    number = selection.number()
    if not number:
        return _nothing()
    names = {"count": number, "pairs": selection.pairs}
    if fragment():
        return render_template("leads/_delete.html", **names)
    heading = "Delete leads"
    return render_template("dialog.html", fragment="leads/_delete.html", active="leads", heading=heading, **names)


def _nothing() -> ResponseReturnValue:
    """Nobody picked anything, or what was picked is gone by now."""
    words = "None of the leads you picked is there any more. Pick some first."
    if not fragment():
        flash(words, "warn")
        return redirect("/leads", 303)
    return toast(words, "warn")


def _said(words: str, kind: str) -> ResponseReturnValue:
    if not fragment():
        flash(words, kind)
        return redirect("/leads", 303)
    return toast(words, kind, _fresh_table(""))


def _fresh_table(beside: str) -> Response:
    """The table of the page that asks, without its panel, and how many leads there are now."""
    beside += render_template("_lead_count.html", oob=True)
    return make_response(render_template("leads/_table.html", **table_of_page(), lead=None) + beside)


def _list(selection: Selection) -> str:
    return "/leads" if selection.by_hand else Asked(selection.query, {}).url()
