"""The addresses of the pages of leads."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reachly.leads import BadCursor, NoSuchLead, get, neighbours
from reachly.web.asked import fragment, identifier, members_only
from reachly.web.leads import deletion, merging
from reachly.web.leads.address import ADDED, Asked, of_request
from reachly.web.leads.frame import beside_table, table_of_page, whole
from reachly.web.leads.panel import panel
from reachly.web.leads.table import as_shown, choose_columns, number, shown_columns, table
from reachly.web.leads.table import row as shown_row
from reachly.web.session import safe_next

bp = members_only(Blueprint("leads", __name__))


@bp.get("/leads")
def leads() -> ResponseReturnValue:
    """The table; with htmx the table alone, and the address that leads to it again."""
    asked = of_request()
    if not fragment() and any(name.endswith(ADDED) for name in request.args):
        return redirect(asked.url(), 302)
    try:
        shown = table(asked)
    except BadCursor:
        return redirect(asked.url(), 302)
    if not fragment():
        return whole(asked, shown, None)
    response = make_response(render_template("leads/_table.html", **shown, lead=None) + beside_table(asked))
    response.headers["HX-Push-Url"] = asked.page_url()
    return response


bp.add_url_rule("/leads/duplicates", view_func=merging.show, endpoint="duplicates")
bp.add_url_rule("/leads/duplicates", view_func=merging.make_one, endpoint="merge", methods=["POST"])


@bp.get("/leads/<lead_id>")
def lead(lead_id: str) -> ResponseReturnValue:
    """One lead: the panel alone with htmx, else the page with its panel open."""
    asked = of_request()
    who = current_user.workspace_id, current_user.user_id
    try:
        detail = get(*who, identifier(lead_id))
    except NoSuchLead:
        abort(404)
    beside = neighbours(*who, asked.query, detail.lead.id)
    told = panel(detail) | {
        "place": str(beside.place) if beside.place else None,
        "previous_url": _beside(asked, beside.previous),
        "next_url": _beside(asked, beside.next),
    }
    if fragment():
        names = {"count": as_shown(number(asked)), "close_url": asked.page_url()}
        return render_template("leads/_panel.html", lead=told, **names)
    try:
        return whole(asked, table(asked), told)
    except BadCursor:
        return redirect(asked.url(f"/leads/{lead_id}"), 302)


@bp.get("/leads/<lead_id>/row")
def row(lead_id: str) -> ResponseReturnValue:
    """One lead's row alone."""
    asked = of_request()
    try:
        detail = get(current_user.workspace_id, current_user.user_id, identifier(lead_id))
    except NoSuchLead:
        abort(404)
    names = {"columns": shown_columns(asked), "query_string": asked.query_string, "lead": None}
    return render_template("leads/_row.html", row=shown_row(detail.lead), **names)


@bp.post("/leads/columns")
def columns() -> ResponseReturnValue:
    """Remember which columns this person wants to see."""
    choose_columns(request.form.getlist("columns"))
    if not fragment():
        return redirect(safe_next(request.form.get("next"), "/leads"), 303)
    return render_template("leads/_table.html", **table_of_page(), lead=None)


def _beside(asked: Asked, lead_id: object | None) -> str | None:
    return asked.page_url(f"/leads/{lead_id}") if lead_id else None


bp.add_url_rule("/leads/delete", view_func=deletion.delete_leads, methods=["POST"])
