"""The addresses of the pages of leads."""

from __future__ import annotations

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from reachly.leads import BadCursor, NoSuchLead, get, neighbours
from reachly.web.asked import chosen as read
from reachly.web.asked import fragment, identifier, members_only
from reachly.web.leads import bulk, deletion, merging, tags, views, written
from reachly.web.leads.address import ADDED, Asked, of_page, of_request
from reachly.web.leads.columns import choose, shown_columns
from reachly.web.leads.desk import desk, forget
from reachly.web.leads.frame import beside_columns, beside_table, table_of_page, whole
from reachly.web.leads.panel import panel
from reachly.web.leads.table import as_shown, number, table
from reachly.web.leads.table import row as shown_row
from reachly.web.leads.views import opened
from reachly.web.session import me, safe_next

bp = members_only(Blueprint("leads", __name__))


@bp.get("/leads")
def leads() -> ResponseReturnValue:
    """The table; with htmx the table alone, and the address that leads to it again."""
    asked = of_request()
    if not fragment() and any(name.endswith(ADDED) for name in request.args):
        return redirect(asked.url(), 302)
    if not fragment() and (kept := _opening(asked)):
        return redirect(kept, 302)
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
    who = me()
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
        detail = get(*me(), identifier(lead_id))
    except NoSuchLead:
        abort(404)
    names = {"columns": shown_columns(asked), "query_string": asked.query_string, "lead": None}
    return render_template("leads/_row.html", row=shown_row(detail.lead), **names)


@bp.post("/leads/columns")
def columns() -> ResponseReturnValue:
    """Remember which columns this person wants to see."""
    asked = of_page()
    choose(asked, _in_order(request.form.getlist("columns")), request.form.get("density", ""))
    forget()
    if not fragment():
        return redirect(safe_next(request.form.get("next"), "/leads"), 303)
    return render_template("leads/_table.html", **table_of_page(), lead=None) + beside_columns(asked)


def _in_order(names: list[str]) -> list[str]:
    """The columns by the places that a form without a script has numbers for, else as they were sent."""
    places = {name: read(request.form.get(f"place_{name}"), int) for name in names}
    return sorted(names, key=lambda name: places[name] or 0)


def _opening(asked: Asked) -> str | None:
    """The whole address of a view that was asked for by its id alone, or that this person's page opens with."""
    mine = desk(asked)
    wanted = asked.view_id if set(request.args) == {"view"} else mine.opens_with if not request.args else None
    view = next((one for one in mine.views if one.id == wanted), None)
    url = opened(view).url() if view else None
    return url if url != request.full_path.rstrip("?") else None


def _beside(asked: Asked, lead_id: object | None) -> str | None:
    return asked.page_url(f"/leads/{lead_id}") if lead_id else None


bp.add_url_rule("/leads/delete", view_func=deletion.delete_leads, methods=["POST"])
bp.add_url_rule("/leads/tag", view_func=bulk.tag_leads, methods=["POST"])
bp.add_url_rule("/leads/tags", "tags_shown", tags.shown)
bp.add_url_rule("/leads/tags/<tag_id>", "tags_change", tags.change, methods=["POST"])
bp.add_url_rule("/leads/tags/<tag_id>/delete", "tags_delete", tags.delete, methods=["POST"])
bp.add_url_rule("/leads/<lead_id>/tags", view_func=written.change_tags, methods=["POST"])
bp.add_url_rule("/leads/<lead_id>/notes", "write_note", written.write, methods=["POST"])
bp.add_url_rule("/leads/<lead_id>/notes/<note_id>", "rewrite_note", written.rewrite, methods=["POST"])
bp.add_url_rule("/leads/<lead_id>/notes/<note_id>/delete", "delete_note", written.unwrite, methods=["POST"])
bp.add_url_rule("/leads/views/new", "view_new", views.new)
bp.add_url_rule("/leads/views", "view_save", views.save, methods=["POST"])
for rule, view, method in (
    ("/leads/views/<view_id>/edit", views.edit, "GET"),
    ("/leads/views/<view_id>", views.change, "POST"),
    ("/leads/views/<view_id>/update", views.update, "POST"),
    ("/leads/views/<view_id>/reset", views.reset, "POST"),
    ("/leads/views/<view_id>/delete", views.delete, "POST"),
    ("/leads/views/<view_id>/open", views.open_with, "POST"),
):
    bp.add_url_rule(rule, f"view_{view.__name__}", view, methods=[method])
