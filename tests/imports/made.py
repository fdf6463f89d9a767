"""Imports made for tests: a file taken in, read and worked on as a worker would."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

import pytest

from reachly import imports
from reachly.database import rows, scope
from reachly.engine.claim import take
from reachly.engine.request import Requested
from reachly.engine.run import run
from reachly.engine.stop import cancel
from reachly.imports import Change, Import
from reachly.imports.step import step
from reachly.settings import settings

KINDS = {"import_leads": step}
HEADER = "First name,Last name,E-mail,Company,Website,Phone"


def csv_of(*lines: str, header: str = HEADER) -> bytes:
    """A plain file of these lines."""
    return ("\n".join([header, *lines]) + "\n").encode()


def people(number: int, start: int = 0) -> list[str]:
    """Lines of so many people."""
    return [
        f"First{n},Last{n},p{n}@firm{n // 10}.example,Firm {n // 10},firm{n // 10}.example,"
        for n in range(start, start + number)
    ]


def upload(team: Any, data: bytes, name: str = "people.csv", use: str = "own", **changes: Any) -> Import:
    """The import of an uploaded file."""
    stream = io.BytesIO(data)
    import_id = imports.keep(team.workspace_id, team.user_id, name, imports.store(team.workspace_id, stream), use)
    if changes:
        return imports.change(team.workspace_id, team.user_id, import_id, Change(**changes))
    return imports.get(team.workspace_id, team.user_id, import_id)


def work(job_id: UUID) -> str:
    """Let a worker do the job."""
    return run(job_id, KINDS, "test")


def checked(team: Any, told: Import) -> Import:
    """The import after it was tried."""
    assert work(imports.check(team.workspace_id, team.user_id, told.id).job_id) == "succeeded"
    return imports.get(team.workspace_id, team.user_id, told.id)


def imported(team: Any, data: bytes | Import, **more: Any) -> Import:
    """The import after it was done."""
    told = data if isinstance(data, Import) else upload(team, data, **more)
    assert work(imports.start(team.workspace_id, team.user_id, told.id).job_id) == "succeeded"
    return imports.get(team.workspace_id, team.user_id, told.id)


def cancelled_midway(team: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Import, Requested]:
    """An import of 25 people and its job, which was stopped after the first ten."""
    monkeypatch.setattr(settings(), "import_page_rows", 10)
    monkeypatch.setattr("reachly.imports.step._LOOKS_UP", -1)
    told = upload(team, csv_of(*people(25)))
    asked = imports.start(team.workspace_id, team.user_id, told.id)
    claim = take(asked.job_id, "test")
    assert claim is not None
    step(claim)
    cancel(team.workspace_id, team.user_id, asked.job_id)
    claim.end("cancelled")
    return told, asked


def counts(told: Import, dry: bool = False) -> tuple[int, int, int, int]:
    """New, updated, same, refused."""
    run_ = told.checked if dry else told.run
    assert run_ is not None
    assert run_.read == run_.new + run_.updated + run_.same + run_.refused == told.rows
    return run_.new, run_.updated, run_.same, run_.refused


def refused(team: Any, told: Import) -> str:
    """The file of refused rows."""
    return b"".join(imports.refused(team.workspace_id, team.user_id, told.id)[1]).decode("utf-8-sig")


def leads(team: Any, columns: str = "first_name, last_name, email") -> list[dict[str, Any]]:
    """The team's living leads, in the order of their names."""
    with scope(team.workspace_id, team.user_id):
        return rows(f"SELECT {columns} FROM leads WHERE deleted_at IS NULL ORDER BY first_name, last_name, email")
