"""For pytest: the fault is in its process and its database before the first test."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session", autouse=True)
def planted(_database: None) -> None:
    """Plant the fault; nothing of the product may be imported before the tests have pointed it at their database."""
    from bench.planted import planting

    planting.into_database()
    planting.into_process()
