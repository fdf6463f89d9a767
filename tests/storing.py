"""Another storage during one test."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr


def store_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this process, and those a test starts, keep their files in ``folder`` until the test has ended; return it."""
    from reachly.settings import settings

    # The settings that are kept are changed in place: were they read anew, a thread that outlived its test could read
    # them in between, and they would stay.
    monkeypatch.setenv("STORAGE_URL", folder.as_uri())
    monkeypatch.setattr(settings(), "storage_url", SecretStr(folder.as_uri()))
    return folder
