"""The addresses of lists."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from reachly import lists
from reachly.accounts import Invalid
from reachly.engine.request import KeyReused
from reachly.leads import BadCursor
from reachly.web import errors, undo
from reachly.web.asked import fragment, go, identifier, members_only, text, toast
from reachly.web.lists import bulk, forms, giving, one
from reachly.web.lists.making import make
from reachly.web.lists.shown import card
from reachly.web.session import me, safe_next

bp = members_only(Blueprint("lists", __name__))
giving.start(bp)


@bp.errorhandler(lists.NoSuchList)
@bp.errorhandler(lists.NotOnList)
def _gone(_error: Exception) -> ResponseReturnValue:
    """As what never was."""
    return errors.page(404)


@bp.errorhandler(lists.MayNotEdit)
def _look_only(_error: Exception) -> ResponseReturnValue:
    """Said where it was asked: the page stays as it is."""
    words = "You may look at this list, not change it."
    if fragment():
        return toast(words, "warn")
    flash(words, "warn")
    return redirect(safe_next(request.form.get("next"), "/lists"), 303)


@bp.get("/lists")
def index() -> ResponseReturnValue:
    """The lists, what changed last first."""
    cursor = request.args.get("after")
    try:
        page = lists.lists(*me(), cursor)
    except BadCursor:
        return redirect("/lists", 302)
    return forms.index(page, cursor)


@bp.get("/lists/new")
def new() -> ResponseReturnValue:
    """The form of a new list."""
    return forms.edit(None)


@bp.post("/lists")
def create() -> ResponseReturnValue:
    """Make a list and show it; the same form sent twice makes one."""
    typed = forms.typed()
    key = text(request.form.get("idempotency_key"), 100)
    try:
        made = make(**typed, key=key)
    except Invalid as wrong:
        return forms.edit(None, typed, wrong.errors, key), 422
    except KeyReused:
        return forms.edit(None, typed, {"name": "This form made a list before. Send it again for another one."}), 422
    return go(f"/lists/{made}")


@bp.get("/lists/<list_id>")
def shown(list_id: str) -> ResponseReturnValue:
    """One list with its leads in order; a guest is led to what is shared with them."""
    return one.page(identifier(list_id))


@bp.get("/lists/<list_id>/edit")
def edit(list_id: str) -> ResponseReturnValue:
    """The form of a list that is there."""
    return forms.edit(lists.get(*me(), identifier(list_id)))


@bp.post("/lists/<list_id>")
def change(list_id: str) -> ResponseReturnValue:
    """Change what a list is called, what it is for, who sees and who edits it."""
    made, typed = identifier(list_id), forms.typed()
    try:
        lists.change(*me(), made, **typed)
    except Invalid as wrong:
        return forms.edit(lists.get(*me(), made), typed, wrong.errors), 422
    return go(f"/lists/{made}")


@bp.post("/lists/<list_id>/delete")
def delete(list_id: str) -> ResponseReturnValue:
    """Delete a list; the page of lists offers to take that back."""
    gone, act = lists.delete(*me(), identifier(list_id))
    undo.offer(act, f"List “{gone.name}” deleted")
    return go("/lists")


@bp.route("/lists/add", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """First the question onto which list, then the adding."""
    return bulk.add()


@bp.post("/lists/<list_id>/remove")
def remove(list_id: str) -> ResponseReturnValue:
    """First the question that names the number, then the leads go from the list."""
    return bulk.remove(identifier(list_id))


@bp.post("/lists/<list_id>/tag")
def tag(list_id: str) -> ResponseReturnValue:
    """First the question which tags, then they are put on and taken off."""
    return bulk.tag(identifier(list_id))


@bp.post("/lists/<list_id>/leads/<contact_id>")
def member(list_id: str, contact_id: str) -> ResponseReturnValue:
    """Write a note or tags beside a lead, or move it."""
    made = identifier(list_id)
    return one.change(made, identifier(contact_id), f"/lists/{made}", one.row, one.fresh)


@bp.get("/lists/combine")
def combination() -> ResponseReturnValue:
    """The form of a list out of others."""
    return forms.combination({"lists": request.args.getlist("lists")})


@bp.post("/lists/combine")
def combine() -> ResponseReturnValue:
    """Make a list out of others and show it."""
    first = request.form.get("first", "")
    others = [each for each in request.form.getlist("lists") if each != first]
    typed = forms.typed() | {"how": request.form.get("how", "union"), "first": first, "lists": others}
    try:
        of = [UUID(each) for each in (first, *others) if each]
        made, act = lists.combine(*me(), typed["how"], of, typed["name"], typed["description"], typed["visibility"])
    except Invalid as wrong:
        return forms.combination(typed, wrong.errors), 422
    except (ValueError, lists.NoSuchList):
        return forms.combination(typed, {"list_ids": "One of these lists is gone. Choose again."}), 422
    told = card(made)["count"]
    leads = f"{told['value']:,}{'' if told['exact'] else '+'} lead{'' if told['value'] == 1 else 's'}"
    undo.offer(act, f"“{made.name}” made with {leads}")
    return go(f"/lists/{made.id}")
