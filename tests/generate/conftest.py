"""Clay is asked again sooner than its adapter does, where nothing is learned from waiting."""

from __future__ import annotations

import pytest

from reachly.providers.clay import routines


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routines, "WAITS", (0.3,))
