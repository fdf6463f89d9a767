"""The addresses of exports."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from jobs.broker import wake
from reachly.database import scope
from reachly.engine import look
from reachly.engine.request import KeyReused, TooManyOpen
from reachly.export import ExportExpired, ExportWish, NoSuchExport, ask, get, manifest_bytes, open_download
from reachly.web.asked import fragment, identifier, members_only, text, toast
from reachly.web.exports import dialog, listing
from reachly.web.leads.address import of_request
from reachly.web.leads.selection import of_form, of_query
from reachly.web.session import address

bp = members_only(Blueprint("exports", __name__))

GONE = "That file has expired and was deleted. Export again: it costs nothing."
NONE_PICKED = "Pick some leads first, or all that match."


@bp.get("/exports")
def exports() -> ResponseReturnValue:
    """Every file, the newest first."""
    return listing.page()


@bp.get("/exports/of/<job_id>")
def row(job_id: str) -> ResponseReturnValue:
    """One row of the list, which asks for itself while its file is being written."""
    with scope(current_user.workspace_id, current_user.user_id):
        job = look.job(identifier(job_id))
    if job is None or job.kind != "export_leads":
        abort(404)
    return render_template("exports/_row.html", export=listing.of_its_job(job))


@bp.route("/exports/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """The dialog: of the query in the address, or of the leads that a form picked."""
    selection = of_query(of_request()) if request.method == "GET" else of_form()
    if selection is None:
        return _nothing_picked()
    return dialog.shown(selection, dialog.usual_wish(selection))


@bp.post("/exports/preview")
def preview() -> ResponseReturnValue:
    """The first rows of the file as it is described by now."""
    selection = of_form()
    if selection is None:
        return _nothing_picked()
    wish, errors = dialog.wish_of_form(selection)
    told = {"rows": selection.number(), "preview": [], "bytes": 0} if errors else dialog.look(selection, wish)
    return render_template("exports/_preview.html", **told)


@bp.post("/exports")
def create() -> ResponseReturnValue:
    """Ask for the file; what is wrong stands beside its field, and a second click finds the first one's job."""
    selection = of_form()
    if selection is None:
        return _nothing_picked()
    key = text(request.form.get("idempotency_key"), 100) or None
    wish, errors = dialog.wish_of_form(selection)
    if errors:
        return dialog.shown(selection, wish, errors, key), 422
    dialog.remember(wish)
    try:
        return _asked(wish, key)
    except KeyReused:
        said = {"": "This form was sent before with another choice. Send it again."}
        return dialog.shown(selection, wish, said), 422
    except TooManyOpen as full:
        return dialog.shown(selection, wish, {"": full.words}, key), 422


@bp.post("/exports/<export_id>/again")
def again(export_id: str) -> ResponseReturnValue:
    """The same file from the leads as they are now."""
    try:
        export = get(current_user.workspace_id, current_user.user_id, identifier(export_id))
    except NoSuchExport:
        abort(404)
    with scope(current_user.workspace_id, current_user.user_id):
        job = look.job(export.job_id)
    assert job is not None
    key = text(request.form.get("idempotency_key"), 100) or None
    try:
        return _asked(ExportWish.of_params(job.params, job.name), key)
    except KeyReused:
        return redirect("/exports", 303)
    except TooManyOpen as full:
        return _said(full.words)


@bp.get("/exports/<export_id>/download")
def download(export_id: str) -> ResponseReturnValue:
    """The file or the part of it that is asked for; who fetched it is written down."""
    try:
        given = open_download(
            current_user.workspace_id,
            current_user.user_id,
            identifier(export_id),
            range_=request.headers.get("Range"),
            if_range=request.headers.get("If-Range"),
            if_none_match=request.headers.get("If-None-Match"),
            address=address(),
            body=request.method == "GET",
        )
    except NoSuchExport:
        abort(404)
    except ExportExpired:
        return _gone()
    response = Response(given.body, given.status, direct_passthrough=True)
    response.headers.update(given.headers)
    return response


@bp.get("/exports/<export_id>/manifest")
def manifest(export_id: str) -> ResponseReturnValue:
    """How the file came about, as it lies beside it."""
    try:
        told = manifest_bytes(current_user.workspace_id, current_user.user_id, identifier(export_id))
    except NoSuchExport:
        abort(404)
    except ExportExpired:
        return _gone()
    response = Response(told, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="manifest-{export_id}.json"'
    return response


def _asked(wish: ExportWish, key: str | None) -> ResponseReturnValue:
    """To the job that writes the file; raises ``KeyReused`` and ``TooManyOpen``."""
    asked = ask(current_user.workspace_id, current_user.user_id, wish, f"export:{key}" if key else None)
    wake(asked)
    target = f"/jobs/{asked.job_id}"
    return Response(status=204, headers={"HX-Redirect": target}) if fragment() else redirect(target, 303)


def _gone() -> ResponseReturnValue:
    flash(GONE, "warn")
    return listing.page(), 410


def _nothing_picked() -> ResponseReturnValue:
    return _said(NONE_PICKED, "/leads")


def _said(words: str, back_to: str = "/exports") -> ResponseReturnValue:
    """Say why nothing was asked for, beside the page or on the one before."""
    if fragment():
        return toast(words, "warn")
    flash(words, "warn")
    return redirect(back_to, 303)
