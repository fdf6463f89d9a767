"""The audit compares the storage with the rows, both ways, while both change."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reachly import audit, storage
from reachly.audit import files
from reachly.database import execute, scope
from reachly.export import ExportWish, ask
from reachly.export.expire import remove_strays
from tests.planted import as_owner

DAY = 86_400


def told(team: Any) -> list[tuple[str, str]]:
    """Rule and words of each breach of the team's files."""
    return [(breach.rule, breach.text) for breach in audit.run() if breach.workspace_id == team.workspace_id]


def left(folder: Path, team: Any, job_id: object, age: float) -> Path:
    """A file that no row names, of that age in seconds."""
    path = folder / "exports" / str(team.workspace_id) / str(job_id) / "7.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left over")
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_a_file_that_nobody_names_is_a_breach_unless_it_is_young_or_being_written(books, folder) -> None:
    done = as_owner("SELECT id FROM jobs WHERE workspace_id = %s AND name = 'Done'", (str(books.workspace_id),))[0][0]
    path = left(folder, books, done, age=60)
    assert told(books) == []
    left(folder, books, done, age=DAY)
    assert [rule for rule, _ in told(books)] == ["no file without a row"]
    assert path.relative_to(folder).as_posix() in told(books)[0][1]
    path.unlink()
    writing = ask(books.workspace_id, books.user_id, ExportWish()).job_id
    left(folder, books, writing, age=DAY)
    assert told(books) == []


def test_what_a_job_left_behind_goes_soon_after_its_end_and_not_before(books, folder) -> None:
    done = as_owner("SELECT id FROM jobs WHERE workspace_id = %s AND name = 'Done'", (str(books.workspace_id),))[0][0]
    writing = ask(books.workspace_id, books.user_id, ExportWish()).job_id
    young = left(folder, books, done, age=60)
    kept = left(folder, books, writing, age=3600)
    assert remove_strays() == 0
    old = left(folder, books, done, age=3600)
    assert remove_strays() == 1
    assert not old.exists()
    assert kept.exists()
    assert young == old


def test_a_missing_manifest_and_changed_bytes_are_found(books) -> None:
    (path,) = [stored.path for stored in storage.listed("exports") if stored.path.endswith(".csv")]
    content = b"".join(storage.read(path))
    storage.put(path, [bytes(reversed(content))])
    assert [rule for rule, _ in told(books)] == ["every file has its stated hash"]
    storage.put(path, [content])
    assert told(books) == []
    storage.delete(files.manifest_of(path))
    assert [rule for rule, _ in told(books)] == ["every export has its file"]


def test_an_export_that_goes_while_the_audit_looks_is_no_breach(books, monkeypatch) -> None:
    def as_it_expires(prefix: str, real: Callable[..., Any] = storage.listed) -> Any:
        for stored in list(real(prefix)):
            storage.delete(stored.path)
        yield from ()
        with scope(books.workspace_id):
            execute("UPDATE exports SET deleted_at = now()")

    monkeypatch.setattr(storage, "listed", as_it_expires)
    assert told(books) == []


def test_no_more_files_are_read_than_was_said_and_the_rest_is_noted(books) -> None:
    found = audit.look(hash_bytes=1)
    assert [breach for breach in found.breaches if breach.workspace_id == books.workspace_id] == []
    (note,) = [note for note in found.notes if note.rule == "files that were not hashed"]
    assert note.text.startswith("1 of 1 files were not read")
