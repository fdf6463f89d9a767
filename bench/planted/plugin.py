"""For pytest: the fault is in its process and its database before the first test."""

from __future__ import annotations

import pytest

from bench.planted import planting


@pytest.fixture(scope="session", autouse=True)
def planted(_database: None) -> None:
    """Plant the fault."""
    planting.into_database()
    planting.into_process()
