"""Tagging many leads at once: it asks first and names the exact number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly import tags
from reachly.accounts import Invalid
from reachly.tags import COLOURS
from reachly.web import undo
from reachly.web.asked import chosen, fragment, toast
from reachly.web.leads.address import Asked
from reachly.web.leads.deletion import fresh_table, nothing
from reachly.web.leads.desk import forget, workspace_tags
from reachly.web.leads.selection import Selection, of_form
from reachly.web.leads.written import beside_panel
from reachly.web.session import me


def tag_leads() -> ResponseReturnValue:
    """Which tags they have, to be changed; with ``confirmed`` the change."""
    selection = of_form()
    number = selection.number() if selection else 0
    if selection is None or not number:
        return nothing()
    form, errors = {"new": request.form.get("new", ""), "colour": request.form.get("colour", "neutral")}, {}
    if request.form.get("confirmed") == "yes":
        on, were = request.form.getlist("tags"), request.form.getlist("was")
        put = [name for name in on if name not in were]
        off = [name for name in were if name not in on] + request.form.getlist("drop")
        try:
            put += tags.names_of(form["new"])
            done = tags.tag(*me(), selection.query, put, off, colour=form["colour"], most=_agreed())
        except Invalid as wrong:
            errors = wrong.errors
        else:
            return _changed(selection, done.action, f"Tags of {_leads(done.count)} changed")
    have = tags.of_leads(*me(), selection.query)
    known = [
        {"name": one.name, "colour": one.colour, "count": have.get(one.id, 0), "all": have.get(one.id, 0) >= number}
        for one in workspace_tags()
    ]
    names = {"count": number, "pairs": selection.pairs, "tags": known, "colours": COLOURS, "form": form}
    shown = _asked("leads/_tag.html", "Tag leads", names | {"errors": errors})
    return (shown, 422, {"HX-Retarget": "#tag-leads", "HX-Reswap": "outerHTML"}) if errors else shown


def _changed(selection: Selection, act: UUID | None, words: str) -> ResponseReturnValue:
    """The page as it is now, with what was done."""
    forget()
    back = "/leads" if selection.by_hand else Asked(selection.query, {}).url()
    if act is None:
        if fragment():
            return toast("Nothing changed", "info", fresh_table())
        flash("Nothing changed", "info")
        return redirect(back, 303)
    if not fragment():
        undo.offer(act, words)
        return redirect(back, 303)
    return fresh_table(undo.beside(act, words) + beside_panel())


def _asked(template: str, heading: str, names: dict[str, Any]) -> str:
    if fragment():
        return render_template(template, **names)
    return render_template("dialog.html", fragment=template, active="leads", heading=heading, **names)


def _agreed() -> int | None:
    agreed = chosen(request.form.get("count"), int)
    return agreed if agreed is not None and 0 <= agreed < 2**62 else None


def _leads(number: int) -> str:
    return f"{number:,} lead{'' if number == 1 else 's'}"
