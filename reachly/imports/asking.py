"""Asking for an import's jobs: to see what it would come to, to do it, to take it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from reachly import actions
from reachly.database import as_json, execute, one, scope
from reachly.engine.request import Requested, Wish, request
from reachly.imports.looking import Import, NoSuchImport, found
from reachly.imports.mapping import BadMapping, lacking

KIND = "import_leads"
INTERACTIVE_ROWS = 5_000
"""Up to this many rows a file is read in the interactive queue, above it in the bulk one."""
_LAST = """
WITH RECURSIVE chain AS (
    SELECT j.id, 0 AS place FROM jobs j WHERE j.id = %s
    UNION ALL
    SELECT j.id, c.place + 1 FROM chain c JOIN jobs j ON j.idempotency_key = 'retry:' || c.id)
SELECT j.* FROM chain c JOIN jobs j ON j.id = c.id ORDER BY c.place DESC LIMIT 1
"""
AT_ONCE = 5_000
"""Up to this many leads an import is taken back while somebody waits, above it by a job."""


class Settled(Exception):
    """The import has been started, so that what it is asked for can no longer be changed."""


class NothingToUndo(Exception):
    """The import has brought nothing, is still at work, or was taken back."""


def check(workspace_id: UUID | str, user_id: UUID | str, import_id: UUID | str) -> Requested:
    """Read the whole file without writing anything; the same mapping is read once.

    Raises ``NoSuchImport``, ``BadMapping``, :class:`Settled` and ``TooManyOpen``.
    """
    return _ask(workspace_id, user_id, import_id, dry=True)


def start(workspace_id: UUID | str, user_id: UUID | str, import_id: UUID | str) -> Requested:
    """Import the file; asked any number of times, it is imported once. One that stopped goes on from where it got to.

    Raises ``NoSuchImport``, ``BadMapping`` and ``TooManyOpen``.
    """
    return _ask(workspace_id, user_id, import_id, dry=False)


def _ask(workspace_id: UUID | str, user_id: UUID | str, import_id: UUID | str, dry: bool) -> Requested:
    with scope(workspace_id, user_id):
        # The import's row is the gate: who asks at the same instant waits here and finds the first one's job.
        row = one("SELECT id FROM imports WHERE id = %s FOR UPDATE", (str(import_id),))
        if row is None:
            raise NoSuchImport(str(import_id))
        told = found(import_id)
        if told.run is not None:
            if dry:
                raise Settled(str(import_id))
            return _again(workspace_id, user_id, told.run.job_id, told.undone_at is None)
        if told.expired:
            raise NoSuchImport(str(import_id))
        if wrong := lacking(told.mapping, told.use):
            raise BadMapping({"mapping": wrong})
        run_id = uuid5(told.id, as_json(["dry" if dry else "real", told.as_asked()]) if dry else "real")
        if dry and (before := one("SELECT job_id FROM import_runs WHERE id = %s", (str(run_id),))):
            return _again(workspace_id, user_id, before["job_id"])
        asked = request(workspace_id, user_id, _wish(told, run_id, dry), f"import:{run_id}")
        execute(
            "INSERT INTO import_runs (workspace_id, id, import_id, dry, job_id, mapping)"
            " VALUES (%s, %s, %s, %s, %s, %s::jsonb)",
            (str(workspace_id), str(run_id), str(told.id), dry, str(asked.job_id), as_json(told.as_asked())),
        )
        if not dry:
            action = actions.note(
                "leads.exclude" if told.use == "exclude" else "leads.import",
                0,
                subject_id=told.id,
                data={"name": told.filename, "job_id": str(asked.job_id)},
            )
            execute("UPDATE imports SET action_id = %s WHERE id = %s", (str(action), str(told.id)))
        return asked


def _wish(told: Import, run_id: UUID, dry: bool) -> Wish:
    return Wish(
        kind=KIND,
        queue="interactive" if told.rows <= INTERACTIVE_ROWS else "bulk",
        name=f"{'Check' if dry else 'Import'} of {told.filename}"[:120],
        params={"act": "check" if dry else "import", "import": str(told.id), "run": str(run_id)},
        total=told.rows,
        opening="Reading all rows without importing them" if dry else f"Importing {told.filename}",
    )


def _again(workspace_id: UUID | str, user_id: UUID | str, job_id: UUID, wanted: bool = True) -> Requested:
    """The job as it is, or where it stopped short and is still ``wanted`` the one that goes on with it.

    Of jobs that went on with one another the last counts: one that was cancelled before it began stands in no run.
    """
    job = one(_LAST, (str(job_id),))
    assert job is not None
    if wanted and job["status"] in ("failed", "cancelled"):
        return request(workspace_id, user_id, again(job), f"retry:{job['id']}")
    return Requested(job["id"], job["queue"], True)


def again(job: Mapping[str, Any]) -> Wish:
    """The wish that goes on with a stopped job, from where it got to."""
    return Wish(
        kind=KIND,
        queue=job["queue"],
        name=job["name"],
        params=job["params"],
        total=job["progress_total"],
        checkpoint=job["checkpoint"],
        retry_of=job["id"],
        opening=f"Going on with job {job['number']}",
    )


def undo(workspace_id: UUID | str, user_id: UUID | str, import_id: UUID | str) -> Requested | None:
    """Take the whole import back: at once where it is small (``None``), else by a job.

    Raises ``NoSuchImport`` and :class:`NothingToUndo`.
    """
    with scope(workspace_id, user_id):
        if one("SELECT id FROM imports WHERE id = %s FOR UPDATE", (str(import_id),)) is None:
            raise NoSuchImport(str(import_id))
        told = found(import_id)
        if not told.undoable or under_way(import_id, "import"):
            raise NothingToUndo(str(import_id))
        return _undo(told)


def _undo(told: Import) -> Requested | None:
    """Inside a scope."""
    touched = told.touched
    if touched <= AT_ONCE:
        after: UUID | None = None
        while (part := undo_part(told.id, after, AT_ONCE))["last"] is not None:
            after = part["last"]
        return None
    scoped = one("SELECT scope_workspace() AS workspace, scope_user() AS person")
    assert scoped is not None
    wish = Wish(
        kind=KIND,
        queue="bulk",
        name=f"Undo of {told.filename}"[:120],
        params={"act": "undo", "import": str(told.id)},
        total=touched,
        opening=f"Taking the import of {told.filename} back",
    )
    key = f"import-undo:{told.id}"
    if before := one("SELECT id FROM jobs WHERE idempotency_key = %s", (key,)):
        return _again(scoped["workspace"], scoped["person"], before["id"])
    return request(scoped["workspace"], scoped["person"], wish, key)


def under_way(import_id: UUID | str, act: str) -> bool:
    """Whether a job is open that does this with the import, be it one that goes on with another and has not begun."""
    return (
        one(
            "SELECT id FROM jobs WHERE workspace_id = scope_workspace() AND kind = %s AND finished_at IS NULL"
            " AND params ->> 'import' = %s AND params ->> 'act' = %s LIMIT 1",
            (KIND, str(import_id), act),
        )
        is not None
    )


def undo_part(import_id: UUID | str, after: UUID | None, most: int) -> dict[str, Any]:
    """Take a part back: ``last`` it got to (``None`` at the end), ``gone``, ``restored``, ``shown``, ``kept``."""
    part = one("SELECT * FROM import_undo(%s, %s, %s)", (str(import_id), after and str(after), most))
    assert part is not None
    return part


@actions.undoes("leads.import")
@actions.undoes("leads.exclude")
def _undone(action: actions.Action) -> int:
    assert action.subject_id is not None
    told = found(action.subject_id)
    if told.run is None or not told.run.finished or told.undone_at is not None or under_way(told.id, "import"):
        raise actions.UndoOver(str(action.id))
    if _undo(told) is not None:
        return told.touched
    after = found(action.subject_id).undone or {}
    return sum(int(after.get(name, 0)) for name in ("gone", "restored", "shown"))
