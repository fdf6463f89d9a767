"""`bench crashpoints [SCENARIO ...]`: the systematic walk through every place to die."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import ExitStack

from bench.crashpoints.arena import PATIENCE, arena, ground
from bench.crashpoints.scenarios import SCENARIOS
from bench.crashpoints.walking import Walked, each, everywhere, spread, walk
from reachly.providers.clay import routines

WHOLE = ("replay",)
"""What the short form walks through whole."""
FEW = 2
"""Places that it takes of each of the others."""


def main(words: list[str] | None = None) -> int:
    """Walk through the scenarios named, or all; 1 where something was wrong."""
    parser = argparse.ArgumentParser(prog="bench crashpoints", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every K-th point")
    parser.add_argument("--offset", type=int, default=0, help="begin with this one")
    parser.add_argument("--most", type=int, help="stop a scenario after so many breaches")
    parser.add_argument("--short", action="store_true", help="one scenario whole, few places of each other")
    parser.add_argument("--from", dest="first", metavar="SCENARIO", help="leave out those before it")
    parser.add_argument("--at-most", type=float, metavar="SECONDS", help="begin no scenario after that")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    chosen = parser.parse_args(words)
    known = {scenario.name: scenario for scenario in SCENARIOS}
    if wrong := {*chosen.scenarios, chosen.first or "work"} - set(known):
        parser.error(f"there is no {', '.join(sorted(wrong))}; there are: {', '.join(known)}")
    names = chosen.scenarios or list(known)
    names = names[names.index(chosen.first) if chosen.first else 0 :]
    routines.WAITS = PATIENCE  # type: ignore[assignment]
    ends = time.monotonic() + (chosen.at_most or float("inf"))
    walks: list[Walked] = []
    with ground() as (template, sandbox), ExitStack() as kept:
        place = kept.enter_context(arena(template, sandbox)) if chosen.short else None
        for name in names:
            if time.monotonic() > ends:
                print(f"Time is up; go on with: --from {name!r}")
                break
            if place is not None:
                choose = everywhere if name in WHOLE else spread(FEW, chosen.offset)
                walked = walk(place, known[name], choose, chosen.most, warm=bool(walks))
            else:
                with arena(template, sandbox) as own:
                    walked = walk(own, known[name], each(chosen.every, chosen.offset), chosen.most)
            walks.append(walked)
            tell(walked)
    breaches = sum(len(walked.breaches) for walked in walks)
    print(f"{sum(walked.points for walked in walks)} points, {breaches} breaches")
    return int(bool(breaches))


def tell(walked: Walked) -> None:
    """A line for a scenario, and one for each of the first breaches."""
    again = ", ".join(f"{operation} +{more}" for operation, more in sorted(walked.waste.items()) if more > 0)
    print(
        f"{walked.scenario:20} {walked.points:5} points, {len(walked.breaches)} breaches, {walked.missed} not reached,"
        f" {walked.seconds:6.1f} s{f'; asked again at most: {again}' if again else ''}",
        flush=True,
    )
    for breach in walked.breaches[:20]:
        print(f"    {breach}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
