"""Walks through every point of a scenario and compares each end with the undisturbed one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bench.crashpoints.arena import Arena
from bench.crashpoints.people import file_breaches, outcome
from bench.crashpoints.scenarios import Scenario
from bench.crashpoints.trigger import Point, places
from reachly import audit

JOURNALLED = {
    "lusha.search": ("lusha", "search"),
    "lusha.enrich": ("lusha", "enrich"),
    "clay.run_search": ("clay", "search"),
    "clay.run_routine": ("clay", "enrich"),
}
"""The costly calls as the sandbox names them, and as the journal does."""


@dataclass(slots=True)
class Walked:
    """What a walk through one scenario came to."""

    scenario: str
    points: int = 0
    missed: int = 0
    seconds: float = 0
    waste: dict[str, int] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)


Choose = Callable[[list[Point]], list[Point]]


def everywhere(points: list[Point]) -> list[Point]:
    """All of them."""
    return points


def each(every: int, offset: int, most: int | None = None) -> Choose:
    """Every so-manieth from ``offset`` on."""
    return lambda points: points[offset % every :: every][:most]


def spread(number: int, offset: int) -> Choose:
    """So many, as far apart as can be; ``offset`` moves them on."""
    return lambda points: each(max(1, len(points) // number), offset, number)(points)


def walk(
    arena: Arena, scenario: Scenario, choose: Choose = everywhere, most: int | None = None, warm: bool = False
) -> Walked:
    """Die at the points chosen; with ``most`` only until so many breaches. ``warm`` says that others were played here
    before.
    """
    started = time.monotonic()
    walked = Walked(scenario.name)
    if not warm:
        _play(arena, scenario, None)  # makes what is made once: prepared plans, caches, first rows
    clean, wrong = _play(arena, scenario, None)
    walked.breaches += [f"{scenario.name}, undisturbed: {words}" for words in wrong]
    if not clean:
        walked.seconds = time.monotonic() - started
        return walked
    if (came_to := clean["jobs"][-1][1]) != scenario.ends:
        walked.breaches.append(
            f"{scenario.name}, undisturbed: the job {came_to}, and the story is one that {scenario.ends}"
        )
    told = {channel: words for channel, words in clean["messages"].items() if channel in scenario.channels}
    for point in choose(places(told)):
        if most is not None and len(walked.breaches) >= most:
            break
        found, wrong = _play(arena, scenario, point)
        walked.points += found.get("killed", True)
        walked.missed += not found.get("killed", True)
        wrong += list(_differences(clean, found)) if found else []
        for operation, calls in found.get("calls", {}).items():
            more = calls - clean["calls"].get(operation, 0)
            walked.waste[operation] = max(walked.waste.get(operation, 0), more)
        at = f"{scenario.name}, {point} ({told[point.channel][point.number - 1][:80]!r})"
        walked.breaches += [f"{at}: {words}" for words in wrong]
    walked.seconds = time.monotonic() - started
    return walked


def _play(arena: Arena, scenario: Scenario, point: Point | None) -> tuple[dict[str, Any], list[str]]:
    """Prepare, act and die, recover; what it came to, and what is wrong with it.

    What makes the product raise where it should not is wrong too, and nothing else is known then.
    """
    try:
        return _played(arena, scenario, point)
    except Exception as error:
        return {}, [f"{type(error).__name__}: {error}"]


def _played(arena: Arena, scenario: Scenario, point: Point | None) -> tuple[dict[str, Any], list[str]]:
    stage = scenario.prepare(arena.sandbox)
    acted = arena.act(scenario.act, stage.arguments, point)
    killed, messages = arena.between.trigger.killed, arena.between.trigger.told
    wrong = [] if killed or not acted.status else [f"the acting process ended by itself with {acted.status}"]
    wrong += scenario.afterwards(stage, arena)
    wrong += [str(breach) for breach in audit.run()]
    wrong += file_breaches(stage.team)
    found = outcome(stage.team) | {"killed": killed, "messages": messages}
    told = stage.team.outside()["operations"]
    found["calls"] = {name: told[name]["calls"] for name in JOURNALLED if name in told}
    for name, calls in found["calls"].items():
        provider, operation = JOURNALLED[name]
        noted = stage.team.rows(
            "SELECT id FROM provider_calls WHERE provider = %s AND operation = %s", provider, operation
        )
        if calls > len(noted):
            wrong.append(f"{name} was asked {calls} times and {len(noted)} are written down")
    found["lost"] = stage.team.rows("SELECT id FROM provider_calls WHERE status = 'unknown' AND repeat = 'never'")
    return found, wrong


def _differences(clean: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    """What is not as in the undisturbed run.

    An answer that was lost and must not be asked for again makes its people misses: then there may be fewer leads, each
    of them paid, and none that the undisturbed run has not.
    """
    lost = bool(found["lost"])
    for what in ("balances", "jobs", "leads", "files"):
        if clean[what] != found[what] and not (lost and what in ("balances", "jobs", "leads")):
            yield f"{what} are {found[what]} and not {clean[what]}"
    if lost and not set(found["leads"]) <= set(clean["leads"]):
        yield "there are leads that the undisturbed run has not"
    if lost:  # a search that only goes forward begins again, and whoever it had is skipped
        return
    again = {name: calls - clean["calls"].get(name, 0) for name, calls in found["calls"].items()}
    if sum(more for more in again.values() if more > 0) > 1:
        yield f"the providers were asked again: {again}"
