"""Random lives of exports: a row and its whole file, or neither, whatever dies or fails in whatever order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from reachly.database import scope
from reachly.engine.claim import Claim
from reachly.export import expire
from tests.property.books import Books
from tests.property.broken import must_fail
from tests.property.exports_machine import Exports
from tests.storing import store_in


@pytest.fixture
def machine(books: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[Exports]:
    """The machine on the books' database and a folder of its own."""
    monkeypatch.setattr(Exports, "books", books, raising=False)
    monkeypatch.setattr(Exports, "folder", store_in(tmp_path / "storage", monkeypatch), raising=False)
    return Exports


def test_every_finished_export_has_its_whole_file_and_no_file_is_left_over(
    machine: type[Exports], looking: settings
) -> None:
    run_state_machine_as_test(machine, settings=looking)


def test_the_machine_finds_exports_without_a_fence(
    machine: type[Exports], looking: settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def no_fence(self: Claim) -> Iterator[None]:
        with scope(self.workspace_id, self.user_id):
            yield

    monkeypatch.setattr(Claim, "transaction", no_fence)
    must_fail(machine, looking)


def test_the_machine_finds_tidying_that_takes_what_rows_name(machine: type[Exports], looking: settings) -> None:
    with patch.object(expire, "manifest_of", lambda path: path):
        must_fail(machine, looking)
