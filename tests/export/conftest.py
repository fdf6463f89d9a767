"""Exports run for real: a job in the database, a step, a file in a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from reachly.engine.claim import Claim, take
from reachly.engine.run import run
from reachly.export import ExportWish, ask
from reachly.export.step import step
from reachly.settings import settings
from tests.storing import store_in


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The storage, a folder of this test's own."""
    monkeypatch.setenv("EXPORT_CHUNK_BYTES", "2000")
    monkeypatch.setattr(settings(), "export_chunk_bytes", 2000)
    return store_in(tmp_path / "storage", monkeypatch)


@pytest.fixture
def files(folder: Path) -> Callable[[], list[str]]:
    """The names of all files in the storage, also of hidden ones."""
    return lambda: sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def claimed(team) -> Callable[[ExportWish], Claim]:
    """A requested export in the hands of a worker."""

    def claim(wish: ExportWish) -> Claim:
        taken = take(ask(team.workspace_id, team.user_id, wish).job_id, "test")
        assert taken is not None
        return taken

    return claim


def finish(job_id: UUID) -> str:
    """Let a worker do the job."""
    return run(job_id, {"export_leads": step}, "test")
