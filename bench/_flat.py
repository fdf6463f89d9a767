"""What the steps of a job and the pages about jobs cost in a full table, against the same in an almost empty one."""

from __future__ import annotations

import time
from collections.abc import Callable

from _filled import fill
from _people import Team, owner_rows

from reachly.database import one, scope, scoped
from reachly.engine import choice
from reachly.engine.choice import Choice
from reachly.engine.claim import Claim, take
from reachly.engine.request import Requested, Wish, request
from reachly.engine.sweep import sweep
from reachly.web.shell import _COUNTS

FEW = 1000
TEAMS = 200
TIMES = 40
WANTED = 1.5


def busiest() -> Team:
    """The workspace with the most jobs, and its person."""
    ((workspace_id, user_id),) = owner_rows(
        "SELECT id, personal_of FROM workspaces WHERE name = 'Filled' ORDER BY jobs_numbered DESC, id DESC LIMIT 1"
    )
    return workspace_id, user_id


def seen(team: Team, look_at: Callable[[], object]) -> Callable[[], object]:
    """A page's reads as the team's person."""

    def act() -> object:
        with scope(*team):
            return look_at()

    return act


def costs(team: Team) -> dict[str, float]:
    """The fewest milliseconds of each act, a job's and a page's: whatever else the machine does only adds to them."""
    wish = Wish("generate_leads", "bulk", "Flat", {}, 1, 1, {"email": 1}, sources=(("lusha", False),))
    jobs: list[Requested] = []
    claims: list[Claim] = []

    def claim() -> None:
        taken = take(jobs.pop().job_id, "bench:1")
        assert taken is not None
        claims.append(taken)

    acts: dict[str, Callable[[], object]] = {
        "request": lambda: jobs.append(request(*team, wish)),
        "claim": claim,
        "renew the lease": lambda: claims[0].renew(),
        "sweep": lambda: sweep(lambda *_: True),
        "end": lambda: claims.pop().end("succeeded"),
        "the list's first page": seen(team, lambda: choice.page(Choice(), limit=50)),
        "its next page": seen(team, lambda: choice.page(Choice(), before=(3,), limit=50)),
        "the list's counts": seen(team, lambda: choice.counts(Choice())),
        "the frame's counts": lambda: scoped(*team, _COUNTS),
        "the balance": seen(team, lambda: one("SELECT balance FROM accounts WHERE name = 'available'")),
    }
    times: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(TIMES):
        for name, act in acts.items():
            began = time.perf_counter()
            act()
            times[name].append(time.perf_counter() - began)
    return {name: min(took) * 1000 for name, took in times.items()}


def flat(jobs: int) -> None:
    """Print what each act costs with a thousand jobs in the table and with ``jobs``, and the ratio."""
    fill(teams=TEAMS, jobs=FEW, leads=0, events=3)
    few = costs(busiest())
    took = fill(teams=TEAMS, jobs=jobs - FEW, leads=0, events=3)
    many = costs(busiest())
    print(f"{jobs} jobs of {TEAMS} workspaces, filled in {took:.0f} s")
    for name, before in few.items():
        told = f"{before:7.2f} ms of {FEW}   {many[name]:7.2f} ms of {jobs}"
        print(f"{name:22} {told}   ratio {many[name] / before:5.2f}   (at most {WANTED})")
