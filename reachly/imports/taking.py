"""Taking an upload in: streamed to the storage, looked through once from end to end, and written down."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID, uuid4

from reachly import storage
from reachly.database import as_json, execute, scope
from reachly.imports.encoding import HEAD, LABELS, Watch, as_utf8
from reachly.imports.mapping import Fields, guessed
from reachly.imports.refused import FileRefused, FileTooLarge, known_as
from reachly.imports.shape import Shape, survey
from reachly.settings import settings
from reachly.storage import StorageAway

USES = {
    "own": "Leads of our own",
    "enrich": "Leads to be enriched",
    "exclude": "An exclusion list",
}
_CHUNK = 256 * 1024
EMPTY = FileRefused("empty", "This file is empty. Choose the file with your rows.")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it lies in the storage, in UTF-8, looked through from end to end."""

    id: UUID
    path: str
    bytes: int
    sha256: str
    shape: Shape
    mapping: Fields
    """What its columns are guessed to be."""


def store(workspace_id: UUID | str, file: IO[bytes], header: bool | None = None) -> Stored:
    """Carry a file that can be read twice to the storage, a piece at a time, as UTF-8, and look it through.

    Raises :class:`FileRefused`, :class:`FileTooLarge` and ``StorageAway``; then nothing is kept.
    """
    head = file.read(HEAD)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise EMPTY
    if refused := known_as(head):
        raise refused
    watch, hashed, size = Watch(head), hashlib.sha256(), 0
    file.seek(0)
    for chunk in _pieces(file):
        size += len(chunk)
        if size > settings().import_bytes:
            raise FileTooLarge(settings().import_bytes)
        hashed.update(chunk)
        watch.see(chunk)
    import_id = uuid4()
    path = f"imports/{workspace_id}/{import_id}.csv"
    file.seek(0)
    storage.put(path, as_utf8(_pieces(file), watch.encoding()))
    try:
        shape = survey(path, watch.encoding(), header=header)
        mapping = guessed(shape.headers, shape.examples(path), shape.width)
    except BaseException:
        with suppress(StorageAway):
            storage.delete(path)
        raise
    return Stored(import_id, path, size, hashed.hexdigest(), shape, mapping)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def keep(workspace_id: UUID | str, user_id: UUID | str, filename: str, file: Stored, use: str = "own") -> UUID:
    """Write a stored file down as an import; its id."""
    with scope(workspace_id, user_id):
        execute(
            "INSERT INTO imports (workspace_id, id, user_id, filename, path, bytes, sha256, use, shape, mapping,"
            " rows, expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb, %s,"
            " clock_timestamp() + %s)",
            (
                str(workspace_id),
                str(file.id),
                str(user_id),
                called(filename),
                file.path,
                file.bytes,
                file.sha256,
                use,
                as_json(file.shape.as_params()),
                as_json(file.mapping),
                file.shape.rows,
                timedelta(days=settings().import_days),
            ),
        )
    return file.id


def drop(file: Stored) -> None:
    """Delete a file that no import came of."""
    with suppress(StorageAway):
        storage.delete(file.path)


def reread(path: str, before: str, encoding: str) -> str:
    """Read a stored file anew as written in another encoding; its new path. Raises :class:`FileRefused`."""
    if encoding not in LABELS:
        raise FileRefused("encoding", "Choose one of the encodings.")
    anew = f"{path.split('.', 1)[0]}.{encoding}.csv"

    # Not from one file of the storage straight into another: it cannot be read while it is written to.
    with TemporaryFile() as spool:
        begun = b""
        for chunk in storage.read(path):
            text = (begun + chunk).decode("utf-8", "ignore")
            begun = (begun + chunk)[len(text.encode()) :]
            spool.write(text.encode(before, "replace"))
        spool.seek(0)
        storage.put(anew, as_utf8(_pieces(spool), encoding))
    return anew


def called(filename: str) -> str:
    """A name to show, from what a browser or a program called the file."""
    name = PurePath(filename.replace("\\", "/")).name
    plain = "".join(sign if sign.isprintable() else " " for sign in name).strip()
    return plain[:200] or "upload.csv"
