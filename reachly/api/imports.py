"""Calls that bring people's own files in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from jobs.broker import wake
from reachly import imports
from reachly.accounts import Person
from reachly.api.call import call
from reachly.api.jobs import answer
from reachly.api.problem import Problem
from reachly.api.schemas.imports import Import, ImportColumn, ImportFile, ImportForm
from reachly.api.schemas.jobs import JobAnswer
from reachly.database import scope
from reachly.engine.request import Requested
from reachly.storage import StorageAway
from reachly.web.asked import chosen, text

bp = Blueprint("api_imports", __name__)
_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": None}


@contextmanager
def sent(person: Person) -> Iterator[ImportFile]:
    """The upload and its fields, the file carried to the storage; raises :class:`Problem` 400, 413, 415, 422 or 503.

    A file that no import came of is deleted at the end: the request was refused, or was one from before.
    """
    body = _read(person)
    try:
        yield body
    finally:
        if not body.kept:
            imports.drop(body.stored)


def _read(person: Person) -> ImportFile:
    """The multipart body as one."""
    if request.mimetype != "multipart/form-data":
        raise Problem(415, "Send the CSV as multipart/form-data, in a part that is named `file`.")
    try:
        file, form = request.files.get("file"), request.form
    except BadRequest:
        raise Problem(400, "The body is not multipart/form-data.") from None
    errors: list[tuple[str, str]] = []
    if file is None or not file.filename:
        errors.append(("file", "Send the CSV in a part with this name, and give it a file name."))
    mapping: Any = None
    if given := form.get("mapping"):
        try:
            mapping = json.loads(given)
        except (ValueError, RecursionError):
            mapping = given
        if not isinstance(mapping, dict):
            errors.append(("mapping", 'Give a JSON object of column to field, such as {"Work e-mail": "email"}.'))
    flags = {name: _WORDS.get(form.get(name, "").lower(), "wrong") for name in ("overwrite", "dry_run", "header")}
    errors += [(name, "This is true or false.") for name, flag in flags.items() if flag == "wrong"]
    use = form.get("use", "own")
    if use not in imports.USES:
        errors.append(("use", f"Choose one of: {', '.join(imports.USES)}."))
    if form.get("list_id") and chosen(form["list_id"], UUID) is None:
        errors.append(("list_id", "There is no such list."))
    known = set(ImportForm.model_fields)
    errors += [(text(name, 80), "There is no such field.") for name in form if name not in known]
    if errors:
        raise Problem(422, "Some fields cannot be taken as they are.", errors=errors[:50])
    assert file is not None
    try:
        stored = imports.store(person.workspace_id, file.stream, flags["header"])  # type: ignore[arg-type]  # looked at above
    except imports.FileTooLarge as refused:
        raise Problem(413, refused.words) from None
    except imports.FileRefused as refused:
        raise Problem(422, refused.words, errors=[("file", refused.words)], code=refused.code) from None
    except StorageAway:
        raise Problem(503, headers={"Retry-After": "5"}) from None
    return ImportFile(
        name=file.filename or "",
        sha256=stored.sha256,
        stored=stored,
        use=use,  # type: ignore[arg-type]  # looked at above
        mapping=mapping,
        overwrite=bool(flags["overwrite"]),
        dry=bool(flags["dry_run"]),
        header=flags["header"],  # type: ignore[arg-type]  # looked at above
        list_id=form.get("list_id") or None,  # type: ignore[arg-type]  # becomes one
    )


@call(
    bp,
    "POST",
    "/api/leads/import",
    scope="write",
    sends=ImportForm,
    takes=sent,
    answers={202: JobAnswer},
    problems=(503,),
    headers=("Location",),
    idempotent=True,
)
def import_leads(person: Person, body: ImportFile) -> tuple[JobAnswer, int, dict[str, str]]:
    """Import a CSV file: `multipart/form-data` with the file in `file`.

    `mapping` is a JSON object of column (its header, or its number from 1) to field; columns it does not name are
    guessed from their names and values, and `null` leaves one out. `use` is `own`, `enrich` or `exclude` (an exclusion
    list hides whom it names), `list_id` puts all on a list, `overwrite` replaces what leads have but never what was
    paid for, and `dry_run` writes nothing and tells what would come of each row. The job's `result` has the counts,
    which always add up to the rows read, and names the import; its refused rows are a file. Costs nothing.
    """
    try:
        with scope(person.workspace_id, person.user_id):
            asked = _asked(person, body)
    except imports.BadMapping as wrong:
        raise Problem(422, "Some fields cannot be taken as they are.", errors=tuple(wrong.errors.items())) from None
    body.kept = True
    wake(asked)
    return answer(person, asked.job_id, replayed=asked.replayed)


def _asked(person: Person, body: ImportFile) -> Requested:
    """In one transaction: an import of which a field is wrong never was."""
    whose = (person.workspace_id, person.user_id)
    stored = body.stored
    fields = (
        stored.mapping if body.mapping is None else imports.told(body.mapping, stored.shape.headers, stored.mapping)
    )
    import_id = imports.keep(*whose, body.name, stored, body.use)
    imports.change(*whose, import_id, imports.Change(mapping=fields, overwrite=body.overwrite, list_id=body.list_id))
    return imports.check(*whose, import_id) if body.dry else imports.start(*whose, import_id)


@call(bp, "GET", "/api/imports/<uuid:import_id>", scope="read", answers={200: Import}, problems=(404,))
def get_import(person: Person, import_id: UUID) -> Import:
    """An uploaded file, how it was read, and what came of its rows."""
    try:
        told = imports.get(person.workspace_id, person.user_id, import_id)
    except imports.NoSuchImport:
        raise Problem(404) from None
    run = told.run or told.checked
    counts = {name: getattr(run, name) for name in ("read", "new", "updated", "same", "refused")} if run else None
    return Import(
        id=told.id,
        filename=told.filename,
        bytes=told.bytes,
        sha256=told.sha256,
        use=told.use,  # type: ignore[arg-type]  # the database has no other
        rows=told.rows,
        encoding=told.shape.encoding,
        delimiter=told.shape.dialect.delimiter,
        columns=[
            ImportColumn(column=name, field=field)
            for name, field in zip(
                told.shape.headers or [str(at + 1) for at in range(told.shape.width)], told.mapping, strict=False
            )
        ],
        overwrite=told.overwrite,
        list_id=told.list_id,
        state=told.state,  # type: ignore[arg-type]  # has no other
        dry_run=bool(run and run.dry),
        job_id=run.job_id if run else None,
        counts=counts,  # type: ignore[arg-type]  # becomes the model
        refused_by_reason=told.reasons,
        refused_url=f"/api/imports/{told.id}/refused" if run and run.refused and not told.expired else None,
        created_at=told.created_at,
        expires_at=told.expires_at,
    )


@call(bp, "GET", "/api/imports/<uuid:import_id>/refused", scope="read", answers={200: "text/csv"}, problems=(404,))
def refused_rows(person: Person, import_id: UUID) -> Response:
    """The rows that were not taken as CSV: line, reason, and the row in its own words, formulas made harmless."""
    try:
        _name, lines = imports.refused(person.workspace_id, person.user_id, import_id)
    except imports.NoSuchImport:
        raise Problem(404) from None
    response = Response(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="refused.csv"'
    return response
