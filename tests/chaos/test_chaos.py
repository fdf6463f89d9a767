"""A minute of chaos with a seed of its own: people, faults, and then no invariant broken.

How fast it recovers is measured by `python3 -m reachly chaos` on a quiet machine; here it has minutes for that, because
other tests run beside it, and nothing is let pass that is lost or doubled.
"""

from __future__ import annotations

import pytest

from bench.chaos.run import Run


@pytest.mark.slow
def test_a_minute_of_chaos_loses_and_doubles_nothing() -> None:
    report = Run(seed=20, minutes=1, people=6, longest=240).go()
    assert report.breaches == [], report.as_text()
    assert report.totals["process and line faults"] >= 5
    assert report.totals["provider faults"] >= 10
    assert report.totals["jobs"] >= 30
    assert report.totals["accepted"] >= 30
