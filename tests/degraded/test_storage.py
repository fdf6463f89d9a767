"""A storage that is full, or away, while a file is written: the job waits, says so, and no part of a file stays."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from reachly import database
from reachly.engine.run import run
from reachly.export import ExportWish, ask
from reachly.export.step import step
from reachly.leads import LeadQuery
from reachly.settings import settings
from tests.engine.work import balances, job
from tests.planted import people, plant

ALL = ExportWish(LeadQuery(), name="Everyone")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The storage, a folder of this test's own."""
    monkeypatch.setattr(settings(), "storage_url", SecretStr((tmp_path / "storage").as_uri()))
    return tmp_path / "storage"


@contextmanager
def _room_for(many_bytes: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes: what a full disk does to whoever writes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (many_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def _once(job_id: UUID) -> str:
    return run(job_id, {"export_leads": step}, "w")


def _again(team: Any, job_id: UUID, waits: int | None = None) -> None:
    with database.scope(team.workspace_id, team.user_id):
        database.execute(
            "UPDATE jobs SET wake_at = clock_timestamp(), waits = coalesce(%s, waits) WHERE id = %s", (waits, job_id)
        )


def test_a_disk_that_fills_up_is_waited_for_and_leaves_no_part_of_a_file(team: Any, folder: Path) -> None:
    plant(team, *people(400))
    job_id = ask(team.workspace_id, team.user_id, ALL).job_id
    with _room_for(20_000):
        assert _once(job_id) == "waiting"
    row = job(team, job_id)
    assert (row["status"], row["wait_reason"], row["crashes"]) == ("waiting", "waiting for the storage", 0)
    assert _files(folder) == []
    _again(team, job_id)
    assert _once(job_id) == "succeeded"
    assert len(_files(folder)) == 2


def test_a_storage_that_stays_away_ends_the_job_in_words_and_costs_nothing(team: Any, folder: Path) -> None:
    plant(team, *people(3))
    job_id = ask(team.workspace_id, team.user_id, ALL).job_id
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("a file where a folder should be")
    assert _once(job_id) == "waiting"
    _again(team, job_id, waits=20)
    assert _once(job_id) == "failed"
    row = job(team, job_id)
    assert row["error_code"] == "storage_away"
    assert "Ask for the file again later" in row["error_message"]
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}
    with database.scope(team.workspace_id, team.user_id):
        assert database.rows("SELECT id FROM exports") == []
