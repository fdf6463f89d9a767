"""The addresses that unlock fields of leads, and take reports of bounces."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.local import LocalProxy

from reachly import leads, unlock
from reachly.database import scope
from reachly.leads import LeadDetail, NoSuchLead
from reachly.web.asked import fragment, identifier, members_only
from reachly.web.leads.address import of_page
from reachly.web.leads.panel import panel
from reachly.web.leads.selection import of_form
from reachly.web.leads.table import row as shown_row
from reachly.web.leads.table import shown_columns
from reachly.web.session import me, safe_next
from reachly.web.unlock import bulk
from reachly.web.unlock.one import Went, busy, how, prices, unlock_one

bp = members_only(Blueprint("unlock", __name__))


@bp.app_context_processor
def names() -> dict[str, Any]:
    """The prices that stand on the buttons."""
    return {"unlock_prices": LocalProxy(prices), "busy": {}}


@bp.post("/leads/<lead_id>/unlock/<field>")
def one(lead_id: str, field: str) -> ResponseReturnValue:
    """Unlock one field; the row or the panel comes back with what was found."""
    if field not in unlock.FIELDS:
        abort(404)
    return _went(identifier(lead_id), field, lambda lead: unlock_one(lead, field))


@bp.get("/leads/<lead_id>/unlock/<field>/<job_id>")
def still(lead_id: str, field: str, job_id: str) -> ResponseReturnValue:
    """The row again while a job asks for one of its fields, and at the end with what came of it."""
    if field not in unlock.FIELDS:
        abort(404)
    job = identifier(job_id)
    return _went(identifier(lead_id), field, lambda lead: how(lead, field, job), quiet=True)


@bp.post("/leads/<lead_id>/bounced")
def bounced(lead_id: str) -> ResponseReturnValue:
    """Take the report that the e-mail bounced; the panel comes back."""

    def report(lead: UUID) -> Went:
        told = unlock.bounced(*me(), lead)
        return Went(told.words, "ok" if told.taken else "warn", lead_id=told.lead_id)

    return _went(identifier(lead_id), "email", report)


def _went(lead_id: UUID, field: str, act: Callable[[UUID], Went], quiet: bool = False) -> ResponseReturnValue:
    try:
        went = act(lead_id)
        detail = leads.get(*me(), went.lead_id or lead_id)
    except NoSuchLead:
        abort(404)
    if not fragment():
        flash(went.words, went.kind)
        return redirect(safe_next(request.form.get("next"), f"/leads/{detail.lead.id}"), 303)
    names = {"busy": busy(field, went), "columns": shown_columns(of_page()), "query_string": of_page().query_string}
    response = make_response(_shown(detail, names))
    if not (quiet and went.job_id):
        response.headers["HX-Trigger"] = json.dumps({"toast": {"text": went.words, "kind": went.kind}, "balance": ""})
    return response


def _shown(detail: LeadDetail, names: dict[str, Any]) -> str:
    """The row, and the panel where it is open: the one that was asked from first, the other to be put beside it."""
    row, here = shown_row(detail.lead), request.headers.get("HX-Target") == "panel"
    opened = here or request.headers.get("HX-Current-URL", "").split("?")[0].endswith(f"/{detail.lead.id}")
    told = {"lead": panel(detail) | beside(detail), "close_url": of_page().page_url(), "count": None} if opened else {}
    parts = [render_template("leads/_row.html", row=row, lead=row if opened else None, oob=here, **names)]
    if opened:
        parts.insert(0 if here else 1, render_template("leads/_panel.html", oob=not here, **names, **told))
    return parts[0] + "".join(f"<template>{part}</template>" for part in parts[1:])


def beside(_detail: LeadDetail) -> dict[str, Any]:
    """A panel that was changed in place keeps no place in the list."""
    return {"place": None, "previous_url": None, "next_url": None}


@bp.post("/leads/unlock")
def many() -> ResponseReturnValue:
    """First the question, then with ``confirmed`` the job for no more leads than the question named."""
    selection = of_form()
    if selection is None:
        return bulk.nothing("None of the leads you picked is there any more. Pick some first.", "/leads")
    with scope(*me()):
        contacts = unlock.locked(selection.query, unlock.FIELDS)
    again = lambda error: bulk.question(contacts, "/leads/unlock", "/leads", selection.pairs, error)  # noqa: E731
    if len(contacts) > unlock.MOST:
        words = f"At most {unlock.MOST:,} leads can be unlocked at once: narrow them down."
        return bulk.nothing(words, "/leads")
    if request.form.get("confirmed") == "yes":
        return bulk.start(contacts, again)
    if not contacts:
        return bulk.nothing("Every e-mail and phone of these leads is unlocked already.", "/leads")
    return again("")
