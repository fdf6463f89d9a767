"""What people wrote on a lead: its tags and notes in the panel, each changed where it stands."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly import notes, tags
from reachly.accounts import Invalid
from reachly.leads import NoSuchLead, get
from reachly.models import Lead
from reachly.web import undo
from reachly.web.asked import chosen, fragment, identifier, toast
from reachly.web.leads.address import of_page
from reachly.web.leads.columns import shown_columns
from reachly.web.leads.desk import forget, workspace_tags
from reachly.web.leads.table import row
from reachly.web.session import me


def about(contact_id: UUID) -> dict[str, Any]:
    """Notes about a lead, and the tags that one can put on it."""
    return {"notes": notes.of(*me(), contact_id), "known_tags": [tag.name for tag in workspace_tags()]}


def change_tags(lead_id: str) -> ResponseReturnValue:
    """Put tags on one lead, or take one off."""
    lead = _lead(lead_id)
    try:
        done = tags.tag(*me(), [lead.id], request.form.get("add", ""), request.form.getlist("drop"))
    except Invalid as wrong:
        return _refused(lead, wrong)
    forget()
    told = ""
    if done.action and request.form.getlist("drop"):
        told = undo.beside(done.action, f"“{request.form['drop'][:40]}” taken off {lead.name}")
    if not fragment():
        return redirect(f"/leads/{lead.id}", 303)
    return Response(_tags(lead) + _row(lead) + told)


def write(lead_id: str) -> ResponseReturnValue:
    """Write a note."""
    lead = _lead(lead_id)
    try:
        notes.write(*me(), lead.id, request.form.get("text", ""))
    except Invalid as wrong:
        return _refused(lead, wrong)
    return _noted(lead)


def rewrite(lead_id: str, note_id: str) -> ResponseReturnValue:
    """Say something else in a note of one's own."""
    lead = _lead(lead_id)
    try:
        notes.change(*me(), identifier(note_id), request.form.get("text", ""))
    except Invalid as wrong:
        return _refused(lead, wrong)
    except notes.NoSuchNote:
        abort(404)
    return _noted(lead)


def unwrite(lead_id: str, note_id: str) -> ResponseReturnValue:
    """Delete a note."""
    lead = _lead(lead_id)
    try:
        act = notes.delete(*me(), identifier(note_id))
    except notes.NoSuchNote:
        abort(404)
    if not fragment():
        undo.offer(act, "Note deleted")
        return redirect(f"/leads/{lead.id}", 303)
    return Response(_notes(lead) + undo.beside(act, "Note deleted"))


def beside_panel() -> str:
    """Tags and notes of the lead whose panel is open on the page that asks, as they are now."""
    path = urlsplit(request.headers.get("HX-Current-URL", "")).path
    lead_id = chosen(path.removeprefix("/leads/"), UUID)
    try:
        lead = get(*me(), lead_id).lead if lead_id else None
    except NoSuchLead:
        return ""
    return _tags(lead, oob=True) + _notes(lead, oob=True) if lead else ""


def _tags(lead: Lead, oob: bool = False) -> str:
    return render_template("leads/_tags.html", lead=row(lead) | about(lead.contact_id), oob=oob)


def _notes(lead: Lead, oob: bool = False) -> str:
    told = {"id": lead.id, "name": lead.name} | about(lead.contact_id)
    return render_template("leads/_notes.html", lead=told, oob=oob)


def _row(lead: Lead) -> str:
    asked = of_page()
    names = {"columns": shown_columns(asked), "query_string": asked.query_string}
    shown = row(lead)
    return render_template("leads/_row.html", row=shown, lead=shown, oob=True, **names)


def _noted(lead: Lead) -> ResponseReturnValue:
    return Response(_notes(lead)) if fragment() else redirect(f"/leads/{lead.id}", 303)


def _refused(lead: Lead, wrong: Invalid) -> ResponseReturnValue:
    """Why not; what was typed is still in its field."""
    words = next(iter(wrong.errors.values()))
    if fragment():
        return toast(words, "warn")
    flash(words, "warn")
    return redirect(f"/leads/{lead.id}", 303)


def _lead(lead_id: str) -> Lead:
    try:
        return get(*me(), identifier(lead_id)).lead
    except NoSuchLead:
        abort(404)
