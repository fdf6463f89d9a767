"""The addresses of exports."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from jobs.broker import wake
from reachly.database import scope
from reachly.engine import look
from reachly.engine.request import KeyReused, Requested, TooManyOpen
from reachly.export import (
    ExportExpired,
    ExportWish,
    ListGone,
    NoSuchExport,
    NoSuchPreset,
    NotSaved,
    ask,
    forget,
    manifest_bytes,
    open_download,
    repeat,
)
from reachly.web.asked import fragment, identifier, members_only, text, toast
from reachly.web.exports import dialog, listing
from reachly.web.leads.address import of_request
from reachly.web.leads.selection import of_form, of_query
from reachly.web.session import address, me

bp = members_only(Blueprint("exports", __name__))

GONE = "That file has expired and was deleted. Export again: it costs nothing."
OTHER_VERSION = "This export was asked for by another version of Reachly. Ask for it again."
NONE_PICKED = "Pick some leads first, or all that match."


@bp.get("/exports")
def exports() -> ResponseReturnValue:
    """Every file, the newest first."""
    return listing.page()


@bp.get("/exports/of/<job_id>")
def row(job_id: str) -> ResponseReturnValue:
    """One row of the list, which asks for itself while its file is being written."""
    with scope(*me()):
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
    used = dialog.preset_of_form()
    wish = dialog.wish_of_preset(selection, used) if used else dialog.usual_wish(selection)
    return dialog.shown(selection, wish, used=used)


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
    used = dialog.preset_of_form()
    try:
        if not errors:
            dialog.keep(wish)
    except NotSaved as refused:
        errors = {"preset_name": refused.words}
    if errors:
        return dialog.shown(selection, wish, errors, key, used), 422
    dialog.remember(wish)
    try:
        return _asked(wish, key)
    except KeyReused:
        said = {"": "This form was sent before with another choice. Send it again."}
        return dialog.shown(selection, wish, said, used=used), 422
    except TooManyOpen as full:
        return dialog.shown(selection, wish, {"": full.words}, key, used), 422


@bp.post("/exports/presets")
def save_preset() -> ResponseReturnValue:
    """Keep what the dialog says under a name, and show the dialog with it."""
    selection = of_form()
    if selection is None:
        return _nothing_picked()
    key = text(request.form.get("idempotency_key"), 100) or None
    wish, errors = dialog.wish_of_form(selection)
    used = dialog.preset_of_form()
    try:
        if not errors:
            used = dialog.keep(wish, needed=True)
    except NotSaved as refused:
        errors = {"preset_name": refused.words}
    if errors:
        return dialog.shown(selection, wish, errors, key, used), 422
    return toast(
        f"Preset “{used.name if used else ''}” kept.",
        "ok",
        make_response(dialog.shown(selection, wish, None, key, used)),
    )


@bp.post("/exports/presets/delete")
def delete_preset() -> ResponseReturnValue:
    """Delete the preset that the dialog was filled after, and show the dialog as it stands."""
    selection = of_form()
    if selection is None:
        return _nothing_picked()
    with suppress(NoSuchPreset):
        forget(*me(), text(request.form.get("preset"), 60))
    wish, _ = dialog.wish_of_form(selection)
    return toast("Preset deleted.", "ok", make_response(dialog.shown(selection, wish)))


@bp.post("/exports/<export_id>/again")
def again(export_id: str) -> ResponseReturnValue:
    """The same file from the leads as they are now."""
    key = text(request.form.get("idempotency_key"), 100) or None
    try:
        asked = repeat(*me(), identifier(export_id), f"export:{key}" if key else None)
    except NoSuchExport:
        abort(404)
    except ValueError:
        return _said(OTHER_VERSION)
    except KeyReused:
        return redirect("/exports", 303)
    except (ListGone, TooManyOpen) as why:
        return _said(why.words)
    return _started(asked)


@bp.get("/exports/<export_id>/download")
def download(export_id: str) -> ResponseReturnValue:
    """The file or the part of it that is asked for; who fetched it is written down."""
    try:
        given = open_download(
            *me(),
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
        told = manifest_bytes(*me(), identifier(export_id))
    except NoSuchExport:
        abort(404)
    except ExportExpired:
        return _gone()
    response = Response(told, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="manifest-{export_id}.json"'
    return response


def _asked(wish: ExportWish, key: str | None) -> ResponseReturnValue:
    """To the job that writes the file; raises ``KeyReused`` and ``TooManyOpen``."""
    return _started(ask(*me(), wish, f"export:{key}" if key else None))


def _started(asked: Requested) -> ResponseReturnValue:
    """To the job, sent on its way."""
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
