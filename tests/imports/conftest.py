"""A storage of each test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reachly.settings import settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The storage, a folder of this test's own."""
    monkeypatch.setenv("STORAGE_URL", (tmp_path / "storage").as_uri())
    settings.cache_clear()
    yield tmp_path / "storage"
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def files(folder: Path) -> Callable[[], list[str]]:
    """The names of all files in the storage."""
    return lambda: sorted(path.name for path in folder.rglob("*") if path.is_file())
