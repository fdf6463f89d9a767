"""The addresses of the catalogue."""

from __future__ import annotations

import json
from uuid import UUID

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly import catalogue, unlock
from reachly.hidden import hide_contacts
from reachly.web import undo
from reachly.web.asked import fragment, identifier, members_only
from reachly.web.catalogue.address import PATH, of_args, of_page
from reachly.web.catalogue.picked import People, picked
from reachly.web.catalogue.table import frame, row, table
from reachly.web.lists.bulk import question as add_to_list
from reachly.web.session import me
from reachly.web.unlock import bulk
from reachly.web.unlock.one import how, unlock_one

bp = members_only(Blueprint("catalogue", __name__))
NOBODY = "Pick somebody first."
SAVE = {
    "verb": "Save",
    "path": f"{PATH}/save",
    "told": "They become your leads, free of charge, with e-mail and phone locked until you unlock them.",
}
HIDE = {
    "verb": "Hide",
    "path": f"{PATH}/hide",
    "told": "Gone from leads, searches, lists and files at once, and never found, delivered or paid again.",
}


@bp.get(PATH)
def people() -> ResponseReturnValue:
    """Who matches; with htmx the table alone."""
    asked = of_args(request.args)
    if not fragment():
        if any(name.endswith("_add") for name in request.args):
            return redirect(asked.url(), 302)
        return render_template("catalogue.html", **table(asked), **frame(asked))
    beside = render_template("leads/_chips.html", **frame(asked), oob=True)
    response = make_response(render_template("catalogue/_table.html", **table(asked)) + beside)
    response.headers["HX-Push-Url"] = asked.page_url()
    return response


@bp.post(f"{PATH}/save")
def save() -> ResponseReturnValue:
    """Make the chosen people leads, free of charge; all who match are asked about first."""
    people = picked(owned=False)
    if not people.ids:
        return bulk.nothing("They are your leads already." if people.every else NOBODY, PATH)
    if people.every and request.form.get("confirmed") != "yes":
        return _question(people, SAVE)
    saved = catalogue.keep(*me(), people.ids)
    if saved.action is None:
        return bulk.nothing("They are your leads already.", of_page().page_url())
    said = "1 person saved as a lead, free" if saved.added == 1 else f"{saved.added:,} people saved as leads, free"
    if not fragment():
        undo.offer(saved.action, said)
        return redirect(of_page().page_url(), 303)
    return make_response(_fresh() + undo.beside(saved.action, said))


@bp.post(f"{PATH}/list")
def onto_list() -> ResponseReturnValue:
    """The question onto which list; who is confirmed there becomes a lead."""
    people = picked()
    return add_to_list(people.strangers(), people.note) if people.ids else bulk.nothing(NOBODY, PATH)


@bp.post(f"{PATH}/hide")
def hide() -> ResponseReturnValue:
    """Hide the chosen people everywhere; all who match are asked about first."""
    people = picked()
    if people.ids and people.every and request.form.get("confirmed") != "yes":
        return _question(people, HIDE)
    done = hide_contacts(*me(), people.ids) if people.ids else None
    if done is None or done.action_id is None:
        return bulk.nothing(NOBODY, PATH)
    said = f"{done.count:,} {'person' if done.count == 1 else 'people'} hidden"
    if not fragment():
        undo.offer(done.action_id, said)
        return redirect(of_page().page_url(), 303)
    return make_response(_fresh() + undo.beside(done.action_id, said))


@bp.post(f"{PATH}/<contact_id>/unlock/<field>")
def unlock_field(contact_id: str, field: str) -> ResponseReturnValue:
    """Unlock one field of one person, who becomes a lead by it; the row comes back with what was found."""
    if field not in unlock.FIELDS:
        abort(404)
    contact = identifier(contact_id)
    saved = catalogue.keep(*me(), [contact])
    if not saved.lead_ids:
        abort(404)
    went = unlock_one(saved.lead_ids[0], field)
    return _row(contact, field, went.words, went.kind, went.job_id)


@bp.get(f"{PATH}/<contact_id>/unlock/<field>/<job_id>")
def still(contact_id: str, field: str, job_id: str) -> ResponseReturnValue:
    """The row again while a job asks for one of its fields."""
    contact = identifier(contact_id)
    lead = catalogue.leads_of(*me(), [contact]).get(contact)
    if field not in unlock.FIELDS or lead is None:
        abort(404)
    went = how(lead, field, identifier(job_id))
    return _row(contact, field, "" if went.job_id else went.words, went.kind, went.job_id)


@bp.post(f"{PATH}/unlock")
def unlock_many() -> ResponseReturnValue:
    """First the question, then with ``confirmed`` the chosen people become leads and the job starts."""
    chosen = picked()
    contacts, pairs = chosen.ids, chosen.pairs
    if not contacts:
        return bulk.nothing(NOBODY, PATH)
    if request.form.get("confirmed") != "yes":
        return bulk.question(contacts, f"{PATH}/unlock", PATH, pairs, note=chosen.note)
    saved = catalogue.keep(*me(), contacts)

    def refused(error: str) -> ResponseReturnValue:
        """What was saved stays saved, which whoever is asked again is told."""
        people = "1 person was" if saved.added == 1 else f"{saved.added:,} people were"
        kept = f" Nothing was unlocked; {people} saved as leads, free." if saved.added else ""
        return bulk.question(contacts, f"{PATH}/unlock", PATH, pairs, error + kept)

    return bulk.start(contacts, refused)


def _row(contact: UUID, field: str, words: str, kind: str, job_id: UUID | None) -> ResponseReturnValue:
    if not fragment():
        flash(words, kind)
        return redirect(of_page().page_url(), 303)
    one = catalogue.one(*me(), contact)
    if one is None:
        abort(404)
    busy = {field: str(job_id)} if job_id else {}
    response = make_response(render_template("catalogue/_row.html", row=row(one), busy=busy))
    if words:
        response.headers["HX-Trigger"] = json.dumps({"toast": {"text": words, "kind": kind}, "balance": ""})
    return response


def _question(people: People, act: dict[str, str]) -> ResponseReturnValue:
    """How many exactly, before something is done with all who match."""
    names = {"count": len(people.ids), "pairs": people.pairs, "note": people.note, "act": act, "back": PATH}
    if not fragment():
        return render_template(
            "dialog.html", fragment="catalogue/_every.html", active="catalogue", heading=act["verb"], **names
        )
    shown = make_response(render_template("catalogue/_every.html", **names))
    shown.headers["HX-Retarget"], shown.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return shown


def _fresh() -> str:
    count = render_template("_lead_count.html", oob=True)
    return render_template("catalogue/_table.html", **table(of_page())) + count


undo.freshens(PATH, "#leads", _fresh)
