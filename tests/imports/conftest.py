"""A storage of each test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storing import store_in


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The storage, a folder of this test's own."""
    return store_in(tmp_path / "storage", monkeypatch)


@pytest.fixture
def files(folder: Path) -> Callable[[], list[str]]:
    """The names of all files in the storage."""
    return lambda: sorted(path.name for path in folder.rglob("*") if path.is_file())
