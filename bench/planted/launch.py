"""Starts one of the bench's programs with the fault in it: `python -m bench.planted.launch MODULE ...`."""

from __future__ import annotations

import runpy
import sys

from bench.crashpoints import arena
from bench.planted import planting


def main() -> None:
    """Plant, then be the program."""
    planting.into_process()
    arena.ACTOR = ("bench.planted.launch", "bench.crashpoints.actor")
    arena.furnished.append(planting.into_database)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
