"""A process dies at any of its messages to the stores, and nothing is lost, doubled or paid twice.

The short form of `python3 -m reachly bench crashpoints`: one scenario whole, of each other one two places that move on
from day to day.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.slow
def test_a_process_may_die_at_any_message(record_property) -> None:
    offset = int(time.time() // 86400)
    record_property("offset", offset)
    command = [sys.executable, "-m", "bench.crashpoints", "--short", "--offset", str(offset)]
    walked = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=500
    )
    assert walked.returncode == 0, f"offset {offset}\n{walked.stdout}\n{walked.stderr[-4000:]}"
    assert int(walked.stdout.splitlines()[-1].split()[0]) > 40
