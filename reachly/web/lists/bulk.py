"""What is done with many leads at once: onto a list, off it, tagged. Each asks first and names the exact number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue

from reachly import lists
from reachly.accounts import Invalid
from reachly.engine.request import KeyReused
from reachly.leads import count
from reachly.web import undo
from reachly.web.asked import chosen, fragment, go, text, toast
from reachly.web.catalogue.picked import of_contacts
from reachly.web.leads.selection import Selection, of_form
from reachly.web.lists.forms import shown
from reachly.web.lists.making import made_for, make
from reachly.web.lists.shown import choices, options
from reachly.web.session import me

NEW = "new"
GONE = "None of the leads you picked is there any more. Pick some first."


def add() -> ResponseReturnValue:
    """Onto a list that is there, or onto one that the same dialog makes."""
    selection = of_form() or of_contacts()
    number = selection.number() if selection else 0
    if selection is None or not number:
        return _nothing("/leads")
    if request.method == "GET" or request.form.get("confirmed") != "yes":
        return question(selection)
    form = _form()
    try:
        list_id = _target(form)
        done = lists.add(*me(), list_id, selection.query, _agreed())
    except Invalid as wrong:
        return _refused(selection, number, form, wrong.errors)
    except KeyReused:
        said = {"name": "This form made a list before. Send it again for another one."}
        return _refused(selection, number, form | {"idempotency_key": ""}, said)
    except lists.NoSuchList:
        return _refused(selection, number, form, {"list": "That list is gone. Choose another one."})
    there = f", {done.already:,} on it already" if done.already else ""
    words = f"{_leads(done.count)} added to “{done.list.name}”{there}"
    if fragment():
        if done.action:
            return undo.beside(done.action, words)
        return toast(words, "info", Response())
    if done.action:
        undo.offer(done.action, words)
    else:
        flash(words, "info")
    return redirect(f"/lists/{list_id}", 303)


def remove(list_id: UUID) -> ResponseReturnValue:
    """Off the list; they stay leads."""
    of, selection = lists.get(*me(), list_id), of_form()
    number = _on_it(selection, list_id)
    if selection is None or not number:
        return _nothing(f"/lists/{list_id}")
    if request.form.get("confirmed") != "yes":
        names = {"list": {"id": str(of.id), "name": of.name}, "count": number, "pairs": selection.pairs}
        return shown("lists/_remove.html", f"Remove from “{of.name}”", names)
    done = lists.remove(*me(), list_id, selection.query, _agreed())
    if done.action:
        undo.offer(done.action, f"{_leads(done.count)} removed from “{of.name}”")
    return go(f"/lists/{list_id}")


def tag(list_id: UUID) -> ResponseReturnValue:
    """Tags on and off."""
    of, selection = lists.get(*me(), list_id), of_form()
    number = _on_it(selection, list_id)
    if selection is None or not number:
        return _nothing(f"/lists/{list_id}")
    form = {name: request.form.get(name, "").replace("\0", "") for name in ("add", "drop")}
    errors: dict[str, str] = {}
    if request.form.get("confirmed") == "yes":
        try:
            on, off = (lists.tags_of(form[name]) for name in ("add", "drop"))
            if on or off:
                done = lists.tag(*me(), list_id, selection.query, on, off)
                if done.action:
                    undo.offer(done.action, f"Tags of {_leads(done.count)} changed")
                return go(f"/lists/{list_id}")
            errors = {"tags": "Give a tag to put on, or one to take off."}
        except Invalid as wrong:
            errors = wrong.errors
    names: dict[str, Any] = {"list": {"id": str(of.id), "name": of.name}, "count": number, "pairs": selection.pairs}
    names |= {"form": form, "errors": errors, "known": lists.known_tags(*me(), list_id)}
    return shown("lists/_tag.html", f"Tag leads on “{of.name}”", names), 422 if errors else 200


def question(selection: Selection, note: str = "") -> str:
    """Onto which list these go; ``note`` is what else is to be known of them."""
    return _question(selection, selection.number(), note=note)


def _question(
    selection: Selection,
    number: int,
    form: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    note: str = "",
) -> str:
    offered = choices()
    usual = {"list": offered[0]["id"] if offered else NEW, "name": "", "visibility": "team", "idempotency_key": ""}
    names = {
        "count": number,
        "pairs": selection.pairs,
        "choices": offered,
        "form": usual | (form or {}),
        "errors": errors or {},
        "back": "/leads",
        "note": note,
        **options(),
    }
    return shown("lists/_add.html", "Add to a list", names | made_for(form))


def _refused(selection: Selection, number: int, form: dict[str, Any], errors: dict[str, str]) -> ResponseReturnValue:
    """The question again, in its own place, with what was typed."""
    headers = {"HX-Retarget": "#add-to-list", "HX-Reswap": "outerHTML"}
    return _question(selection, number, form, errors), 422, headers


def _form() -> dict[str, Any]:
    form = {name: text(request.form.get(name)) for name in ("list", "name", "visibility", "idempotency_key")}
    return form | {"visibility": form["visibility"] or "team"}


def _target(form: dict[str, Any]) -> UUID:
    """The list that was chosen, made where it is a new one; raises ``Invalid`` and ``NoSuchList``."""
    if form["list"] == NEW or (form["name"] and not form["list"]):
        return make(form["name"], "", form["visibility"], "team", form["idempotency_key"])
    list_id = chosen(form["list"], UUID)
    if list_id is None:
        raise Invalid({"list": "Choose a list, or make a new one."})
    return list_id


def _agreed() -> int | None:
    agreed = chosen(request.form.get("count"), int)
    return agreed if agreed is not None and 0 <= agreed < 2**62 else None


def _on_it(selection: Selection | None, list_id: UUID) -> int:
    if selection is None:
        return 0
    return count(*me(), replace(selection.query, list_id=list_id), cap=None).number


def _nothing(back: str) -> ResponseReturnValue:
    if fragment():
        return toast(GONE, "warn")
    flash(GONE, "warn")
    return redirect(back, 303)


def _leads(number: int) -> str:
    return f"{number:,} lead{'' if number == 1 else 's'}"
