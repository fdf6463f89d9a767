"""Random lives of jobs: whatever happens in whatever order, the database says what a few lines of Python say."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.property.books import Books
from tests.property.jobs_machine import Jobs


def test_jobs_do_what_the_model_does_through_crashes_zombies_and_cancels(
    books: Books, looking: settings, monkeypatch
) -> None:
    monkeypatch.setattr(Jobs, "books", books, raising=False)
    run_state_machine_as_test(Jobs, settings=looking)
