"""Hiding leads, or the companies they work for, after a question that names their exact number."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly.hidden import of_leads
from reachly.web import undo
from reachly.web.asked import chosen, fragment, text, toast
from reachly.web.leads.address import Asked, of_page
from reachly.web.leads.deletion import MOST_AGREED, fresh_table
from reachly.web.leads.selection import Selection, of_form
from reachly.web.session import me

__all__ = ["UUID", "hide_leads"]


def hide_leads() -> ResponseReturnValue:
    """First the question, whether people or companies; then with ``confirmed`` no more than it named are hidden."""
    selection = of_form()
    if selection is None:
        return _nothing()
    if request.form.get("confirmed") != "yes":
        return _question(selection)
    agreed = chosen(request.form.get("count"), int)
    if agreed is not None and not 0 <= agreed < MOST_AGREED:
        return _nothing()
    who = me()
    companies = request.form.get("whom") == "companies"
    hide = of_leads.hide_their_companies if companies else of_leads.hide_leads
    done = hide(*who, selection.query, agreed, text(request.form.get("reason"), 500))
    if done.action_id is None:
        return _nothing()
    one, many = ("company", "companies") if companies else ("person", "people")
    said = f"{done.count:,} {one if done.count == 1 else many} hidden"
    if not fragment():
        undo.offer(done.action_id, said)
        return redirect("/leads" if selection.by_hand else Asked(selection.query, {}).url(), 303)
    response = fresh_table(undo.beside(done.action_id, said) + render_template("leads/_panel.html", oob=True))
    response.headers["HX-Replace-Url"] = of_page().page_url()
    return response


def _question(selection: Selection) -> ResponseReturnValue:
    number = selection.number()
    if not number:
        return _nothing()
    companies = of_leads.companies_of(*me(), selection.query)
    names = {"count": number, "companies": companies, "pairs": selection.pairs}
    if fragment():
        return render_template("hidden/_hide.html", **names)
    return render_template("dialog.html", fragment="hidden/_hide.html", active="leads", heading="Hide leads", **names)


def _nothing() -> ResponseReturnValue:
    """Nobody picked anything, or what was picked is gone by now."""
    words = "There is nobody to hide: none of those picked is there any more, or they have no company."
    if not fragment():
        flash(words, "warn")
        return redirect("/leads", 303)
    return toast(words, "warn")
