"""Walks for faults that lie in the database alone: one ground and one sandbox for all, a copy of the database each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.crashpoints.arena import PATIENCE, arena, ground
from bench.crashpoints.scenarios import SCENARIOS
from bench.crashpoints.walking import walk
from bench.planted.catalogue import CRASH, Planted
from bench.planted.planting import into_database
from reachly.providers.clay import routines


def can(fault: Planted) -> bool:
    """Whether the first who is to find it is a walk, and no process must be broken for it."""
    return fault.finders[0].startswith(CRASH) and not fault.python


def walked(faults: Sequence[Planted]) -> Iterator[tuple[Planted, str]]:
    """Each with the first breach of its first walk; empty where there was none."""
    known = {scenario.name: scenario for scenario in SCENARIOS}
    routines.WAITS = PATIENCE  # type: ignore[assignment]
    with ground() as (template, sandbox):
        for fault in faults:
            with arena(template, sandbox, lambda fault=fault: into_database(fault)) as place:  # type: ignore[misc]
                seen = walk(place, known[fault.finders[0].removeprefix(CRASH)], most=1, warm=True)
            yield fault, seen.breaches[0] if seen.breaches else ""
