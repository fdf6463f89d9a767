"""The short form of `python3 -m reachly bench clicks`: real requests that race at the product's own server."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BURSTS = 6
BENCH = Path(__file__).parent.parent.parent / "bench"


def test_ten_presses_at_once_are_one_job_and_never_more_than_there_is_credit_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, str(BENCH)])  # last, so that no bench hides a package by its name
    import clicks

    clicks.main(BURSTS)
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [(line[0], int(line[line.index("jobs") - 1])) for line in told] == [
        ("API", BURSTS),
        ("API", 3 * BURSTS),
        ("form", BURSTS),
        ("form", 3 * BURSTS),
    ]
