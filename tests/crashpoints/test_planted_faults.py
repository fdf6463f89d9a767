"""The harness proves itself: what is broken on purpose is found.

The short form of `python3 -m reachly bench planted`: one fault in each of three of the ledger's movements.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FEW = ("nothing is released", "spent is not counted", "a failed job releases nothing")


@pytest.mark.slow
def test_faults_planted_in_the_product_are_found() -> None:
    looked = subprocess.run(
        [sys.executable, "-m", "bench.planted", *FEW],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert looked.returncode == 0, looked.stdout + looked.stderr[-4000:]
    assert looked.stdout.count("found by crash ") == len(FEW), looked.stdout


def test_there_are_enough_faults_and_each_says_who_finds_it_or_why_nobody_can() -> None:
    from bench.planted.catalogue import FAULTS
    from bench.planted.replacements import REPLACEMENTS

    changing = [fault for fault in FAULTS if not fault.equivalent]
    assert len(changing) >= 25
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert all(fault.finders for fault in changing)
    assert {fault.python for fault in FAULTS if fault.python} == set(REPLACEMENTS)
