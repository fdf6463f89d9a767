"""No job and no message of other tests, so that real workers have only this test's to do."""

from __future__ import annotations

import pytest

from tests.reliability.workers import settle


@pytest.fixture(scope="module", autouse=True)
def settled() -> None:
    """Before what a module starts once for all its tests."""
    settle()


@pytest.fixture(autouse=True)
def still_settled(settled: None) -> None:
    """Before each test: the one before may have killed its worker."""
    settle()
