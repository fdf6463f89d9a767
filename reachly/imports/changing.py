"""Correcting how a file is to be read and what for, until it is imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly import storage
from reachly.database import as_json, execute, scope
from reachly.imports.asking import Settled
from reachly.imports.dialect import DELIMITERS
from reachly.imports.headers import FIELDS
from reachly.imports.looking import Import, NoSuchImport, found
from reachly.imports.mapping import BadMapping, Fields, guessed
from reachly.imports.reading import Dialect
from reachly.imports.shape import survey
from reachly.imports.taking import USES, reread
from reachly.imports.values import Taken, take
from reachly.lists import fillable
from reachly.settings import settings

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants otherwise; ``None`` leaves it as it is, ``list_id`` empty takes the list away."""

    mapping: Fields | None = None
    use: str | None = None
    overwrite: bool | None = None
    list_id: UUID | str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header: bool | None = None


def change(workspace_id: UUID | str, user_id: UUID | str, import_id: UUID | str, wanted: Change) -> Import:
    """Take the corrections over; where the columns come out otherwise they are guessed anew.

    Raises ``NoSuchImport``, ``Settled`` once the import was started, ``BadMapping`` and ``FileRefused``; then all is as
    it was.
    """
    with scope(workspace_id, user_id):
        before = found(import_id)
    if before.run is not None:
        raise Settled(str(import_id))
    if before.expired:
        raise NoSuchImport(str(import_id))
    shape, path, mapping = before.shape, before.path, before.mapping
    encoding = wanted.encoding or shape.encoding
    dialect = Dialect(wanted.delimiter or shape.dialect.delimiter, wanted.quote or shape.dialect.quote)
    if dialect.delimiter not in DELIMITERS or dialect.quote not in ('"', "'"):
        raise BadMapping({"delimiter": "Choose one of the delimiters."})
    header = shape.header if wanted.header is None else wanted.header
    if (encoding, dialect, header) != (shape.encoding, shape.dialect, shape.header):
        if encoding != shape.encoding:
            path = reread(path, shape.encoding, encoding)
        shape = survey(path, encoding, dialect, header)
        mapping = guessed(shape.headers, shape.examples(path), shape.width)
    elif wanted.mapping is not None:
        mapping = _checked(wanted.mapping, shape.width)
    list_id = (wanted.list_id or None) if wanted.list_id is not None else before.list_id
    with scope(workspace_id, user_id):
        if list_id and not fillable(list_id):
            raise BadMapping({"list_id": "There is no such list that you may change."})
        use = wanted.use if wanted.use in USES else before.use
        changed = execute(
            "UPDATE imports i SET use = %s, shape = %s::jsonb, mapping = %s::jsonb, overwrite = %s, list_id = %s,"
            " path = %s, rows = %s WHERE i.id = %s"
            " AND NOT EXISTS (SELECT FROM import_runs r WHERE r.workspace_id = i.workspace_id AND r.import_id = i.id"
            " AND NOT r.dry)",
            (
                use,
                as_json(shape.as_params()),
                as_json(mapping),
                before.overwrite if wanted.overwrite is None else wanted.overwrite,
                str(list_id) if list_id and use != "exclude" else None,
                path,
                shape.rows,
                str(import_id),
            ),
        ).rowcount
        if not changed:
            raise Settled(str(import_id))
    if path != before.path:
        storage.delete(before.path)
    with scope(workspace_id, user_id):
        return found(import_id)


def _checked(mapping: Fields, width: int) -> Fields:
    told: list[Any] = list(mapping[:width]) + [None] * (width - len(mapping))
    if wrong := [field for field in told if field and field not in FIELDS]:
        raise BadMapping({"mapping": f"There is no field “{str(wrong[0])[:40]}”."})
    return [field or None for field in told]


def preview(told: Import, number: int = SHOWN) -> list[tuple[int, list[str], Taken]]:
    """The first rows: line, cells as they are in the file, and as they would be stored. Raises ``StorageAway``."""
    return [
        (row.line, row.cells, take(row.cells, told.mapping, told.use, settings().import_cell_characters))
        for row in told.shape.first(told.path, number)
    ]
