"""What is tried: each act, the state before it, and what must come of it however it was cut short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.crashpoints import afterwards, stages
from bench.crashpoints.arena import Arena
from bench.crashpoints.stages import Stage, wanted

EVERYTHING = ("postgres", "news", "queue", "storage")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing a process does. ``afterwards`` is the rest of the story and tells what is wrong with it, ``ends`` is
    what the last job comes to where nobody dies.
    """

    name: str
    act: str
    prepare: Callable[[str], Stage]
    afterwards: Callable[[Stage, Arena], list[str]]
    channels: tuple[str, ...] = EVERYTHING
    ends: str = "succeeded"


_ONCE_BUSY = [{"kind": "5xx", "operation": "lusha.enrich", "after": 1}]
SCENARIOS = (
    Scenario("request", "post", stages.to_request(wanted()), afterwards.same_again),
    Scenario("replay", "post", stages.to_request(wanted(5, "lusha"), first=True), afterwards.same_again),
    Scenario(
        "request an export", "post", stages.to_request({"format": "csv"}, "/api/leads/export"), afterwards.same_again
    ),
    Scenario("cancel queued", "post", stages.to_cancel(lambda *_: None), afterwards.cancelled_again, ends="cancelled"),
    Scenario("cancel waiting", "post", stages.to_cancel(stages.waiting), afterwards.cancelled_again, ends="cancelled"),
    Scenario("cancel running", "post", stages.to_cancel(stages.running), afterwards.cancelled_again, ends="cancelled"),
    Scenario("retry", "post", stages.stopped, afterwards.retried_again),
    Scenario("work", "work", stages.to_work(wanted(), faults=_ONCE_BUSY), afterwards.quiet),
    Scenario("work, collect", "work", stages.to_work(wanted(25, "clay"), stages.pending), afterwards.quiet),
    Scenario("settle", "work", stages.to_work(wanted(25, "lusha"), stages.found_all), afterwards.quiet),
    Scenario(
        "fail",
        "work",
        stages.to_work(wanted(5, "lusha"), faults=[{"kind": "key_refused", "times": None}]),
        afterwards.quiet,
        ends="failed",
    ),
    Scenario(
        "fail by crashes", "work", stages.to_work(wanted(25, "lusha"), stages.poison), afterwards.quiet, ends="failed"
    ),
    Scenario("stumble", "stumble", stages.to_work(wanted(5, "lusha")), afterwards.quiet),
    Scenario("renew", "renew", stages.to_work(wanted(5, "lusha")), afterwards.quiet),
    Scenario("hand back", "hand_back", stages.to_work(wanted(25, "lusha")), afterwards.quiet),
    Scenario("export", "work", stages.exporting, afterwards.quiet),
    Scenario("request to unlock", "post", stages.to_unlock, afterwards.same_again),
    Scenario("unlock", "work", stages.unlocking, afterwards.quiet),
    Scenario("merge", "merge", stages.alike, afterwards.merged_again, ("postgres",)),
    Scenario("split", "split", stages.merged, afterwards.split_again, ("postgres",)),
    Scenario("sweep", "sweep", stages.to_send, afterwards.quiet),
    Scenario("expire", "expire", stages.expired, afterwards.expired_again),
    Scenario("forget", "forget", stages.old, afterwards.forgotten),
    Scenario("queue", "consume", stages.queued, afterwards.consumed, ("queue",)),
)
