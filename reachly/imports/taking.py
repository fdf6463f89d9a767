"""Taking an upload in: streamed to the storage, looked through once from end to end, and written down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from uuid import UUID, uuid4

from reachly import storage
from reachly.database import as_json, execute, scope
from reachly.imports.encoding import HEAD, LABELS, Watch, as_utf8
from reachly.imports.mapping import guessed
from reachly.imports.refused import FileRefused, FileTooLarge, known_as
from reachly.imports.shape import survey
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
    """A file as it lies in the storage, in UTF-8."""

    id: UUID
    path: str
    bytes: int
    sha256: str
    encoding: str


def store(workspace_id: UUID | str, read: Callable[[int], bytes]) -> Stored:
    """Carry a file to the storage, a piece at a time; ``read`` gives at most so many bytes, none at the end.

    Raises :class:`FileRefused`, :class:`FileTooLarge` and ``StorageAway``; then nothing is kept.
    """
    head = _filled(read)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise EMPTY
    if refused := known_as(head):
        raise refused
    import_id = uuid4()
    path = f"imports/{workspace_id}/{import_id}.csv"
    carried = _Carried(head, read)
    storage.put(path, carried)
    encoding = carried.watch.encoding()
    if encoding != "utf-8" or head.startswith(b"\xef\xbb\xbf"):
        raw, path = path, f"imports/{workspace_id}/{import_id}.utf8.csv"
        try:
            storage.put(path, as_utf8(storage.read(raw), encoding))
        finally:
            with suppress(StorageAway):
                storage.delete(raw)
    return Stored(import_id, path, carried.bytes, carried.sha256, encoding)


def keep(workspace_id: UUID | str, user_id: UUID | str, filename: str, file: Stored, use: str = "own") -> UUID:
    """Look a stored file through and write it down as an import; its id. Raises :class:`FileRefused`, and then the file
    is deleted.
    """
    try:
        shape = survey(file.path, file.encoding)
        mapping = guessed(shape.headers, shape.examples(file.path), shape.width)
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
                    as_json(shape.as_params()),
                    as_json(mapping),
                    shape.rows,
                    timedelta(days=settings().import_days),
                ),
            )
    except BaseException:
        drop(file)
        raise
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

    def bytes_again() -> Iterator[bytes]:
        whole = b""
        for chunk in storage.read(path):
            text = (whole + chunk).decode("utf-8", "ignore")
            whole = (whole + chunk)[len(text.encode()) :]
            yield text.encode(before, "replace")

    storage.put(anew, as_utf8(bytes_again(), encoding))
    return anew


def called(filename: str) -> str:
    """A name to show, from what a browser or a program called the file."""
    name = PurePath(filename.replace("\\", "/")).name
    plain = "".join(sign if sign.isprintable() else " " for sign in name).strip()
    return plain[:200] or "upload.csv"


def _filled(read: Callable[[int], bytes]) -> bytes:
    head = b""
    while len(head) < HEAD and (more := read(HEAD - len(head))):
        head += more
    return head


class _Carried:
    """What goes by on its way to the storage: counted, hashed, looked at."""

    def __init__(self, head: bytes, read: Callable[[int], bytes]) -> None:
        self.bytes = 0
        self.watch = Watch(head)
        self._head = head
        self._read = read
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The hash of what went by, in hexadecimal."""
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        chunk = self._head
        while chunk:
            self.bytes += len(chunk)
            if self.bytes > settings().import_bytes:
                raise FileTooLarge(settings().import_bytes)
            self._hash.update(chunk)
            self.watch.see(chunk)
            yield chunk
            chunk = self._read(_CHUNK)
