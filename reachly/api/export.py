"""The calls that ask for a file, and those of presets."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint

from jobs.broker import wake
from reachly import export, lists
from reachly.accounts import Person
from reachly.api import replay
from reachly.api.call import call
from reachly.api.jobs import answer
from reachly.api.problem import Problem
from reachly.api.schemas.exports import Export, ExportColumn, Preset, Presets, PresetWanted
from reachly.api.schemas.jobs import JobAnswer

bp = Blueprint("api_export", __name__)


@call(
    bp,
    "POST",
    "/api/leads/export",
    scope="write",
    asks=Export,
    answers={202: JobAnswer},
    headers=("Location",),
    idempotent=True,
)
def export_leads(person: Person, body: Export) -> tuple[JobAnswer, int, dict[str, str]]:
    """Make a file of leads: those named, those that match filters, or all.

    The job's `result` names the export. Costs nothing. The same `Idempotency-Key` with the same body is the same job.
    """
    try:
        preset = export.preset(person.workspace_id, person.user_id, body.preset) if body.preset else None
    except export.NoSuchPreset:
        raise refused({"preset": "There is no such preset."}) from None
    wish, errors = export.ExportWish.from_args(body.as_args(), preset)
    if wish.list_order and wish.query.list_id is None:
        errors["list_order"] = "Only the leads of a list have an order there: give `list_id`."
    if errors:
        raise refused(errors)
    if wish.query.list_id is not None:
        try:
            lists.get(person.workspace_id, person.user_id, wish.query.list_id)
        except lists.NoSuchList:
            raise refused({"list_id": "There is no such list."}) from None
    asked = export.ask(person.workspace_id, person.user_id, wish, replay.key())
    wake(asked)
    return answer(person, asked.job_id, replayed=asked.replayed)


@call(
    bp,
    "POST",
    "/api/exports/<uuid:export_id>/repeat",
    scope="write",
    answers={202: JobAnswer},
    problems=(404, 409, 422),
    headers=("Location",),
    idempotent=True,
)
def repeat_export(person: Person, export_id: UUID) -> tuple[JobAnswer, int, dict[str, str]]:
    """Make the same file again, of the leads as they are now; also of one that has expired.

    Where the list that it was of is gone, there is no file to make: 409.
    """
    try:
        asked = export.repeat(person.workspace_id, person.user_id, export_id, replay.key())
    except export.NoSuchExport:
        raise Problem(404) from None
    except export.ListGone as gone:
        raise Problem(409, gone.words) from None
    except ValueError:
        raise Problem(422, "This export was asked for by another version of Reachly. Ask for it again.") from None
    wake(asked)
    return answer(person, asked.job_id, replayed=asked.replayed)


@call(bp, "GET", "/api/exports/presets", scope="read", answers={200: Presets})
def list_presets(person: Person) -> Presets:
    """Presets: the workspace's own, and those for other programs' imports."""
    found = export.presets(person.workspace_id, person.user_id)
    return Presets(data=[told(each) for each in found], next_cursor=None)


@call(bp, "POST", "/api/exports/presets", scope="write", asks=PresetWanted, answers={200: Preset})
def save_preset(person: Person, body: PresetWanted) -> Preset:
    """Keep a preset; one of the same name is replaced, and its id stays."""
    wish, errors = export.ExportWish.from_args(body.model_dump(mode="json"))
    if errors:
        raise refused(errors)
    try:
        return told(export.save(person.workspace_id, person.user_id, body.name, wish))
    except export.NotSaved as error:
        raise refused({error.field: error.words}) from None


@call(bp, "DELETE", "/api/exports/presets/<uuid:preset_id>", scope="write", answers={204: None}, problems=(404,))
def delete_preset(person: Person, preset_id: UUID) -> tuple[None, int]:
    """Delete a preset of the workspace's own."""
    try:
        export.forget(person.workspace_id, person.user_id, preset_id)
    except export.NoSuchPreset:
        raise Problem(404) from None
    return None, 204


def told(preset: export.Preset) -> Preset:
    """A preset as a program sees it."""
    kept = {name: getattr(preset, name) for name in ("key", "name", "note", "own", "format", "mode", "provenance")}
    columns = [ExportColumn(key=key, header=header) for key, header in preset.columns]
    return Preset.model_validate(kept | {"columns": columns})


def refused(errors: dict[str, str]) -> Problem:
    """What is wrong, field by field."""
    return Problem(422, "Some fields cannot be taken as they are.", errors=tuple(errors.items()))
