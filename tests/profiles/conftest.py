"""The schedule looks across workspaces: each test begins with nothing due."""

from __future__ import annotations

import pytest

from tests.profiles.kept import forget_all


@pytest.fixture(autouse=True)
def _nothing_due() -> None:
    forget_all()
