"""`bench crashpoints [SCENARIO ...]`: the systematic walk through every place to die."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack

from bench.crashpoints.arena import PATIENCE, arena, ground
from bench.crashpoints.scenarios import SCENARIOS
from bench.crashpoints.walking import Walked, walk
from reachly.providers.clay import routines

SHORTEST = ("replay", "settle", "sweep")
"""Those that are walked through whole in the short form."""


LONGEST = ("work", "work, collect")
"""Of these every third of the places that the short form takes of the others."""


def main(words: list[str] | None = None) -> int:
    """Walk through the scenarios named, or all; 1 where something was wrong."""
    parser = argparse.ArgumentParser(prog="bench crashpoints", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every K-th point")
    parser.add_argument("--offset", type=int, default=0, help="begin with this one")
    parser.add_argument("--most", type=int, help="stop a scenario after so many breaches")
    parser.add_argument("--part", choices=("shortest", "others"), help="half of the short form")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO")
    chosen = parser.parse_args(words)
    known = {scenario.name: scenario for scenario in SCENARIOS}
    if wrong := set(chosen.scenarios) - set(known):
        parser.error(f"there is no {', '.join(sorted(wrong))}; there are: {', '.join(known)}")
    names = chosen.scenarios or [
        name for name in known if not chosen.part or (name in SHORTEST) == (chosen.part == "shortest")
    ]
    routines.WAITS = PATIENCE  # type: ignore[assignment]
    walks = []
    with ground() as (template, sandbox), ExitStack() as kept:
        place = kept.enter_context(arena(template, sandbox)) if chosen.part else None
        for name in names:
            if place is not None:
                every = chosen.every * (3 if name in LONGEST and chosen.every > 1 else 1)
                walked = walk(place, known[name], every, chosen.offset, chosen.most)
            else:
                with arena(template, sandbox) as own:
                    walked = walk(own, known[name], chosen.every, chosen.offset, chosen.most)
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
