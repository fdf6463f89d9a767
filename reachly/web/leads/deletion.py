"""Deleting leads after a question that names their exact number."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly.leads import delete
from reachly.web import undo
from reachly.web.asked import chosen, fragment, toast
from reachly.web.leads.address import Asked, of_page
from reachly.web.leads.frame import table_of_page
from reachly.web.leads.selection import Selection, of_form
from reachly.web.leads.written import beside_panel
from reachly.web.session import me

MOST_AGREED = 2**63
"""PostgreSQL counts no further."""


def delete_leads() -> ResponseReturnValue:
    """First the question, then with ``confirmed`` the deletion of no more leads than the question named."""
    selection = of_form()
    if selection is None:
        return nothing()
    if request.form.get("confirmed") != "yes":
        return _question(selection)
    agreed = chosen(request.form.get("count"), int)
    if agreed is not None and not 0 <= agreed < MOST_AGREED:
        return nothing()
    gone = delete(*me(), selection.query, most=agreed)
    if gone.action is None:
        return nothing()
    said = f"{gone.count:,} lead{'' if gone.count == 1 else 's'} deleted"
    if not fragment():
        undo.offer(gone.action, said)
        return redirect(_list(selection), 303)
    response = fresh_table(undo.beside(gone.action, said) + render_template("leads/_panel.html", oob=True))
    response.headers["HX-Replace-Url"] = of_page().page_url()
    return response


def _question(selection: Selection) -> ResponseReturnValue:
    number = selection.number()
    if not number:
        return nothing()
    names = {"count": number, "pairs": selection.pairs}
    if fragment():
        return render_template("leads/_delete.html", **names)
    heading = "Delete leads"
    return render_template("dialog.html", fragment="leads/_delete.html", active="leads", heading=heading, **names)


def nothing() -> ResponseReturnValue:
    """Nobody picked anything, or what was picked is gone by now."""
    words = "None of the leads you picked is there any more. Pick some first."
    if not fragment():
        flash(words, "warn")
        return redirect("/leads", 303)
    return toast(words, "warn")


def fresh_table(beside: str = "") -> Response:
    """The table of the page that asks, without its panel, and how many leads there are now."""
    return make_response(_fresh() + beside)


def _fresh_page() -> str:
    """After something was taken back: the table, and what stands in the panel."""
    return _fresh() + beside_panel()


def _fresh() -> str:
    count = render_template("_lead_count.html", oob=True)
    return render_template("leads/_table.html", **table_of_page(), lead=None) + count


def _list(selection: Selection) -> str:
    return "/leads" if selection.by_hand else Asked(selection.query, {}).url()


undo.freshens("/leads", "#leads", _fresh_page)
