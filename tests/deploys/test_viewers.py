"""The short form of the bench of viewers: cut off at random, webs stopped in turn, nothing missed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parent.parent.parent / "bench"


@pytest.mark.slow
def test_twenty_viewers_who_are_cut_off_miss_nothing(monkeypatch: pytest.MonkeyPatch, capfd) -> None:
    # Last, so that no bench hides a library by its name.
    monkeypatch.setattr(sys, "path", [*sys.path, str(BENCH)])
    monkeypatch.setattr(sys, "argv", ["viewers", "--viewers", "20", "--minutes", "0.15", "--every", "3"])
    from viewers import main

    code = main()
    assert code == 0, capfd.readouterr().out
