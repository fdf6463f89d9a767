"""The addresses of imports."""

from __future__ import annotations

from urllib.parse import quote, urlencode
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from jobs.broker import wake
from reachly import imports
from reachly.engine.request import Requested, TooManyOpen
from reachly.imports import BadMapping, FileRefused, FileTooLarge, NoSuchImport, NothingToUndo, Settled
from reachly.leads import BadCursor
from reachly.settings import settings
from reachly.storage import StorageAway
from reachly.web.asked import fragment, members_only, turning
from reachly.web.imports import form, shown
from reachly.web.session import me

bp = members_only(Blueprint("imports", __name__))

AWAY = "The storage for files does not answer. Nothing was kept; try again in a moment."
NO_FILE = "Choose the file first."


@bp.get("/imports")
def listing() -> ResponseReturnValue:
    """Every import, the newest first."""
    cursor = request.args.get("after")
    try:
        found = imports.listing(*me(), cursor)
    except BadCursor:
        found = imports.listing(*me())
    return render_template(
        "imports.html",
        imports=[shown.brief(each) for each in found.imports],
        page=turning(_url, found.next_cursor),
        said=f"{len(found.imports):,} shown",
    )


def _url(**more: object) -> str:
    words = urlencode([(name, value) for name, value in more.items() if value], doseq=True)
    return f"/imports?{words}" if words else "/imports"


@bp.get("/imports/new")
def new() -> ResponseReturnValue:
    """Where a file is chosen."""
    return _choose()


@bp.post("/imports")
def upload() -> ResponseReturnValue:
    """Take a file in; what is wrong with it stands beside it."""
    file = request.files.get("file")
    use = request.form.get("use", "own")
    if use not in imports.USES:
        use = "own"
    if file is None or not file.filename:
        return _choose(NO_FILE, use, 422)
    try:
        stored = imports.store(current_user.workspace_id, file.stream)
    except FileTooLarge as refused:
        return _choose(refused.words, use, 413)
    except FileRefused as refused:
        return _choose(f"“{file.filename[:100]}” was not taken. {refused.words}", use, 422)
    except StorageAway:
        return _choose(AWAY, use, 503)
    made = imports.keep(*me(), file.filename, stored, use)
    return redirect(f"/imports/{made}", 303)


@bp.errorhandler(413)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """The same where the body is refused before it is read."""
    return _choose(FileTooLarge(settings().import_bytes).words, "own", 413)


def _choose(error: str = "", use: str = "own", status: int = 200) -> ResponseReturnValue:
    uses = [{"value": value, "label": label, "note": form.USE_NOTES[value]} for value, label in imports.USES.items()]
    errors = {"file": error} if error else {}
    return render_template(
        "imports/new.html", uses=uses, use=use, errors=errors, most=settings().import_bytes, days=settings().import_days
    ), status


@bp.get("/imports/<uuid:import_id>")
def one(import_id: UUID) -> ResponseReturnValue:
    """One import, as far as it is: its columns, what it would come to, what it came to."""
    return _page(_get(import_id))


def _get(import_id: UUID) -> imports.Import:
    try:
        return imports.get(*me(), import_id)
    except NoSuchImport:
        abort(404)


def _page(told: imports.Import, errors: dict[str, str] | None = None) -> str:
    editing = (
        told.run is None
        and not told.expired
        and (bool(errors) or told.state == "new" or (told.state == "checked" and "columns" in request.args))
    )
    return render_template(
        "imports/one.html",
        **{"import": shown.full(told)},
        editing=editing,
        working=shown.job(told),
        **(form.names(told, errors) if editing else {"errors": errors or {}}),
    )


@bp.post("/imports/<uuid:import_id>/mapping")
def mapping(import_id: UUID) -> ResponseReturnValue:
    """Take the form's corrections over and show the first rows anew."""
    errors = _changed(import_id)
    if fragment():
        told = _get(import_id)
        names = form.names(told, errors)
        return render_template("imports/_columns.html", **{"import": shown.full(told)}, **names), 422 if errors else 200
    if errors:
        return _page(_get(import_id), errors), 422
    return redirect(f"/imports/{import_id}?columns=1", 303)


def _changed(import_id: UUID) -> dict[str, str]:
    """Messages for what could not be taken over."""
    told = _get(import_id)
    if told.run is not None or (told.state == "checking" and "form" not in request.form):
        return {}
    try:
        imports.change(*me(), import_id, form.wanted(told))
    except NoSuchImport:
        abort(404)
    except Settled:
        return {}
    except BadMapping as wrong:
        return wrong.errors
    except FileRefused as refused:
        return {"shape": refused.words}
    except StorageAway:
        return {"": AWAY}
    return {}


@bp.post("/imports/<uuid:import_id>/check")
def check(import_id: UUID) -> ResponseReturnValue:
    """Read all rows to see what they would come to."""
    if errors := _changed(import_id):
        return _page(_get(import_id), errors), 422
    try:
        return _asked(import_id, imports.check(*me(), import_id))
    except (NoSuchImport, Settled):
        return redirect(f"/imports/{import_id}", 303)
    except BadMapping as wrong:
        return _page(_get(import_id), wrong.errors), 422
    except TooManyOpen as full:
        return _page(_get(import_id), {"": full.words}), 422


@bp.post("/imports/<uuid:import_id>/start")
def start(import_id: UUID) -> ResponseReturnValue:
    """Import the file, or go on where it stopped."""
    try:
        return _asked(import_id, imports.start(*me(), import_id))
    except NoSuchImport:
        abort(404)
    except BadMapping as wrong:
        return _page(_get(import_id), wrong.errors), 422
    except TooManyOpen as full:
        flash(full.words, "warn")
        return redirect(f"/imports/{import_id}", 303)


@bp.post("/imports/<uuid:import_id>/undo")
def undo(import_id: UUID) -> ResponseReturnValue:
    """Take the whole import back."""
    try:
        asked = imports.undo(*me(), import_id)
    except NoSuchImport:
        abort(404)
    except NothingToUndo:
        flash("There is nothing to take back any more.", "info")
        return redirect(f"/imports/{import_id}", 303)
    except TooManyOpen as full:
        flash(full.words, "warn")
        return redirect(f"/imports/{import_id}", 303)
    if asked is not None:
        wake(asked)
        return redirect(f"/jobs/{asked.job_id}", 303)
    flash("The import was taken back.", "ok")
    return redirect(f"/imports/{import_id}", 303)


def _asked(import_id: UUID, asked: Requested) -> ResponseReturnValue:
    wake(asked)
    return redirect(f"/imports/{import_id}", 303)


@bp.get("/imports/<uuid:import_id>/refused")
def refused(import_id: UUID) -> ResponseReturnValue:
    """The rows that were not taken, each with its line and why."""
    try:
        name, lines = imports.refused(*me(), import_id)
    except NoSuchImport:
        abort(404)
    response = Response(lines, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=\"refused.csv\"; filename*=UTF-8''{quote(name)}"
    return response
