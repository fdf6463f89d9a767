"""Imports as people and programs see them: a list, one of them, what its readings came to, the rows not taken."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from reachly.database import one, rows, scope
from reachly.export.copying import harmless
from reachly.imports.mapping import Fields
from reachly.imports.shape import Shape
from reachly.leads.cursor import Key, Order, pack, unpack

_NEWEST = Order((Key("i.created_at", "timestamptz"), Key("i.id", "uuid")), descending=True)
_SELECT = (
    "SELECT i.*, (SELECT u.name FROM users u WHERE u.id = i.user_id) AS person,"
    " (SELECT l.name FROM lists l WHERE l.workspace_id = i.workspace_id AND l.id = i.list_id) AS list_name"
    " FROM imports i"
)
_RUNS = (
    "SELECT r.*, j.status, j.number, j.progress_done, j.progress_total, j.error_message,"
    " j.finished_at IS NOT NULL AS finished FROM unnest(%s::uuid[]) i(id), (VALUES (false), (true)) k(dry),"
    " LATERAL (SELECT * FROM import_runs r WHERE r.workspace_id = scope_workspace() AND r.import_id = i.id"
    " AND r.dry = k.dry ORDER BY r.created_at DESC LIMIT 1) r"
    " JOIN jobs j ON j.workspace_id = r.workspace_id AND j.id = r.job_id"
)
_AT_A_TIME = 200


class NoSuchImport(Exception):
    """There is no such import in this workspace."""


@dataclass(frozen=True, slots=True)
class Run:
    """One reading of a file and what its rows came to; ``read`` is always the sum of the others."""

    id: UUID
    job_id: UUID
    dry: bool
    asked: dict[str, Any]
    status: str
    finished: bool
    number: int
    done: int
    total: int
    error: str | None
    read: int
    new: int
    updated: int
    same: int
    refused: int


@dataclass(frozen=True, slots=True)
class Import:
    """One uploaded file: how it is to be read, what for, and its readings (``checked``: the last dry one)."""

    id: UUID
    filename: str
    path: str
    bytes: int
    sha256: str
    use: str
    shape: Shape
    mapping: Fields
    overwrite: bool
    list_id: UUID | None
    list_name: str | None
    rows: int
    person: str | None
    created_at: datetime
    expires_at: datetime
    deleted_at: datetime | None
    undone_at: datetime | None
    undone: dict[str, Any] | None
    checked: Run | None = None
    run: Run | None = None
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def expired(self) -> bool:
        """Whether the file is deleted, or about to be."""
        return self.deleted_at is not None or self.expires_at <= datetime.now(UTC)

    @property
    def touched(self) -> int:
        """How many leads (or hidden people and companies) the import wrote."""
        return self.run.new + self.run.updated if self.run else 0

    @property
    def undoable(self) -> bool:
        """Whether it wrote something that can be taken back now."""
        return self.run is not None and self.run.finished and self.touched > 0 and self.undone_at is None

    @property
    def state(self) -> str:
        """Where it stands: new, checking, checked, importing, stopped, done or undone."""
        if self.undone_at is not None:
            return "undone"
        if self.run is not None:
            return "importing" if not self.run.finished else "done" if self.run.status == "succeeded" else "stopped"
        if self.checked is None or self.checked.asked != self.as_asked():
            return "new"
        return "checking" if not self.checked.finished else "checked" if self.checked.status == "succeeded" else "new"

    def as_asked(self) -> dict[str, Any]:
        """All that decides what its rows come to."""
        return {
            "use": self.use,
            "mapping": self.mapping,
            "overwrite": self.overwrite,
            "list": str(self.list_id) if self.list_id else None,
            "shape": self.shape.as_params(),
        }


def get(workspace_id: UUID | str, user_id: UUID | str, import_id: UUID | str) -> Import:
    """One import; raises :class:`NoSuchImport`."""
    with scope(workspace_id, user_id):
        return found(import_id)


def taken_back(import_id: UUID | str) -> bool:
    """Whether the import was taken back, inside a scope."""
    return one("SELECT id FROM imports WHERE id = %s AND undone_at IS NOT NULL", (str(import_id),)) is not None


def found(import_id: UUID | str) -> Import:
    """The same inside a scope."""
    row = one(f"{_SELECT} WHERE i.id = %s", (str(import_id),))
    if row is None:
        raise NoSuchImport(str(import_id))
    return _imports([row])[0]


@dataclass(frozen=True, slots=True)
class Page:
    """Imports, the newest first, and where to go on from."""

    imports: list[Import]
    next_cursor: str | None


def listing(workspace_id: UUID | str, user_id: UUID | str, cursor: str | None = None, limit: int = 50) -> Page:
    """The workspace's imports; raises ``BadCursor``."""
    beyond = f" WHERE {_NEWEST.beyond()}" if cursor else ""
    params: list[Any] = [*unpack(cursor, "newest", _NEWEST)] if cursor else []
    with scope(workspace_id, user_id):
        told = rows(
            f"{_SELECT.replace(' FROM imports i', f', {_NEWEST.columns()} FROM imports i')}{beyond}"
            f" ORDER BY {_NEWEST.by()} LIMIT %s",
            [*params, limit + 1],
        )
        more = len(told) > limit
        return Page(_imports(told[:limit]), pack("newest", told[limit - 1], _NEWEST) if more else None)


def _imports(told: list[dict[str, Any]]) -> list[Import]:
    ids = [str(row["id"]) for row in told]
    runs: dict[tuple[UUID, bool], dict[str, Any]] = {(run["import_id"], run["dry"]): run for run in rows(_RUNS, (ids,))}
    shown = [(runs.get((row["id"], False)) or runs.get((row["id"], True)) or {}).get("id") for row in told]
    refused: dict[str, int] = {}
    if len(told) == 1 and shown[0] is not None:  # of one import its reasons are told too, of a list they are not
        counted = rows(
            "SELECT reason, count(*) AS rows FROM import_refusals WHERE workspace_id = scope_workspace()"
            " AND run_id = %s GROUP BY reason ORDER BY count(*) DESC, reason",
            (str(shown[0]),),
        )
        refused = {row["reason"]: row["rows"] for row in counted}
    made = []
    for row in told:
        plain = {name: row[name] for name in Import.__dataclass_fields__ if name in row}
        plain |= {"shape": Shape.of_params(row["shape"]), "reasons": refused}
        made.append(Import(**plain, checked=_run(runs.get((row["id"], True))), run=_run(runs.get((row["id"], False)))))
    return made


def _run(row: dict[str, Any] | None) -> Run | None:
    if row is None:
        return None
    own = {name: row[name] for name in ("id", "job_id", "dry", "status", "finished", "number")}
    counts = {name: row[name] for name in ("read", "new", "updated", "same", "refused")}
    told = {"asked": row["mapping"], "done": row["progress_done"], "total": row["progress_total"]}
    return Run(**own, **counts, **told, error=row["error_message"])


def refused(workspace_id: UUID | str, user_id: UUID | str, import_id: UUID | str) -> tuple[str, Iterator[bytes]]:
    """A name, and the rows that were not taken as CSV for a spreadsheet: line, reason, then the row in its own words.

    They are those of the import itself, or where it has not begun of the last look at what it would come to. The rows
    come a few at a time. Raises :class:`NoSuchImport`.
    """
    told = get(workspace_id, user_id, import_id)
    run = told.run or told.checked
    name = f"refused-{told.filename.rsplit('.', 1)[0]}.csv"
    return name, _refused(workspace_id, user_id, told.shape, run.id if run else None)


def _refused(workspace_id: UUID | str, user_id: UUID | str, shape: Shape, run_id: UUID | None) -> Iterator[bytes]:
    names = shape.headers or tuple(f"Column {at + 1}" for at in range(shape.width))
    yield b"\xef\xbb\xbf" + _written([["Line", "Reason", *names]])
    last = 0
    while run_id is not None:
        with scope(workspace_id, user_id):
            part = rows(
                "SELECT line, words, cells FROM import_refusals WHERE run_id = %s AND line > %s ORDER BY line LIMIT %s",
                (str(run_id), last, _AT_A_TIME),
            )
        if not part:
            return
        last = part[-1]["line"]
        yield _written([[str(row["line"]), row["words"], *row["cells"]] for row in part])


def _written(lines: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([harmless(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8", "replace")
