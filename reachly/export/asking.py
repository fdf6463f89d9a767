"""The request for a file, and a look at its first lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from reachly.database import one, scope
from reachly.engine.request import Requested, Wish, request
from reachly.export.download import get
from reachly.export.snapshot import Snapshot
from reachly.export.wish import ExportWish
from reachly.leads.listing import counted

INTERACTIVE_ROWS = 5_000
"""Up to this many rows a file is made in the interactive queue, above it in the bulk one."""


class ListGone(Exception):
    """The list that a file was of is not there any more, or not for this person: the file would be empty."""

    words = "The list of this export was deleted, or is not shared with you any more. Nothing was made."


def ask(workspace_id: UUID | str, user_id: UUID | str, wish: ExportWish, key: str | None = None) -> Requested:
    """Write the job, which costs nothing; the same ``key`` gives the first one again, or ``KeyReused``.

    The job's total is the number of rows at this moment; the file has the rows of the moment it is written.
    """
    with scope(workspace_id, user_id):
        rows = counted(wish.query, cap=None).number
        person = one("SELECT name FROM users WHERE id = %s", (str(user_id),))
    return request(
        workspace_id, user_id, _job(wish, rows, f"{person['name'] if person else 'Somebody'} asked for the file"), key
    )


def again(job: Mapping[str, Any]) -> Wish:
    """The wish that makes a stopped export's file after all, from the rows as they are then; inside a scope, and raises
    :class:`ListGone`.
    """
    wish = _still(ExportWish.of_params(job["params"], job["name"]))
    made = _job(wish, job["progress_total"], f"Making the file of job {job['number']} after all")
    return Wish(made.kind, made.queue, made.name, made.params, made.total, retry_of=job["id"], opening=made.opening)


def repeat(workspace_id: UUID | str, user_id: UUID | str, export_id: UUID | str, key: str | None = None) -> Requested:
    """Ask for the same file once more, of the leads as they are now.

    Raises ``NoSuchExport``, :class:`ListGone`, ``ValueError`` where another version asked for it, and what :func:`ask`
    does.
    """
    export = get(workspace_id, user_id, export_id)
    with scope(workspace_id, user_id):
        job = one("SELECT params, name FROM jobs WHERE id = %s", (export.job_id,))
        assert job is not None
        wish = _still(ExportWish.of_params(job["params"], job["name"]))
    return ask(workspace_id, user_id, wish, key)


def _still(wish: ExportWish) -> ExportWish:
    """The wish, where the list that it is of is still there for the person in scope."""
    there = "SELECT id FROM lists WHERE id = %s AND deleted_at IS NULL"
    if wish.query.list_id is not None and one(there, (str(wish.query.list_id),)) is None:
        raise ListGone(str(wish.query.list_id))
    return wish


def _job(wish: ExportWish, rows: int, opening: str) -> Wish:
    return Wish(
        kind="export_leads",
        queue="interactive" if rows <= INTERACTIVE_ROWS else "bulk",
        name=wish.name or ("Some of the leads" if wish.query.narrowed else "All leads"),
        params=wish.as_params(),
        total=rows,
        opening=opening,
    )


def preview(workspace_id: UUID | str, user_id: UUID | str, wish: ExportWish, most: int = 2) -> list[str]:
    """The file's first lines as they will be: the header, where the format has one, and at most so many rows.

    A workbook's cells are shown as the lines of a CSV file that has the same values.
    """
    if wish.format == "xlsx":
        wish = replace(wish, format="csv", mode="exact")
    with Snapshot(workspace_id, user_id, wish, most) as snapshot:
        whole = b"".join(chunk.data for chunk in snapshot)
    text = whole.decode("utf-8-sig")
    return text.split("\r\n" if wish.format == "csv" else "\n")[:-1]
