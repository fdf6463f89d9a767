"""What a workspace that asks for too much costs the others: ten small searches, alone and beside a whale.

Each of ten workspaces asks for ten leads; once on a quiet system, once while another workspace has two jobs of 10,000
leads and two hundred of 100 open, and once more with the limits of a workspace taken away. One worker with the usual
eight threads, a provider that takes 50 ms. What counts is the ratio within the run.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID, uuid4

import httpx
from _people import CREDITS, Team, new_team, owner_rows
from pydantic import SecretStr

from reachly.database import one, rows, scope
from reachly.filters import Filters
from reachly.generate.asking import Search, ask
from reachly.sandbox.server import serve
from reachly.settings import settings

SMALL, LEADS = 10, 10
BIG_JOBS, BIG_LEADS = 2, 10_000
MANY_JOBS, MANY_LEADS = 200, 100
UNLIMITED = {f"WORKSPACE_RUNNING{name}": "100000" for name in ("", "_INTERACTIVE", "_BULK")}
WHOM = Filters.of({"industries": ["Software"]})


def want(who: Team, leads: int) -> UUID:
    """Ask for leads, and send the job as the product does."""
    from jobs.broker import send

    asked = ask(*who, Search(WHOM, leads, ("lusha",)))
    send(asked.queue, asked.job_id)
    return asked.job_id


@contextmanager
def workers(**more: str) -> Iterator[None]:
    """One worker and its schedule, as the Procfile starts them, until the block ends."""
    command = [sys.executable, "-m", "dramatiq", "jobs.actors", "--fork-function", "jobs.schedule:run"]
    command += ["--processes", "1", "--threads", str(settings().worker_threads)]
    process = subprocess.Popen(
        command,
        env=os.environ | more,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ended([(first := new_team(1000), want(first, 1))], 60)  # until it works, and has asked for its word lists
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def whale() -> Team:
    """The workspace that asks for everything."""
    who = new_team(CREDITS)
    for leads in [BIG_LEADS] * BIG_JOBS + [MANY_LEADS] * MANY_JOBS:
        want(who, leads)
    return who


def ended(asked: Sequence[tuple[Team, UUID]], seconds: float) -> list[tuple[float, float]]:
    """Seconds until each started and until it ended; what did not end in time counts with the time it had."""
    until = time.monotonic() + seconds
    told: list[tuple[float, float]] = []
    while True:
        told = []
        still = 0
        for who, job_id in asked:
            with scope(*who):
                row = one(
                    "SELECT extract(epoch FROM coalesce(started_at, clock_timestamp()) - created_at)::float8 AS began,"
                    " extract(epoch FROM coalesce(finished_at, clock_timestamp()) - created_at)::float8 AS took,"
                    " finished_at IS NULL AS open FROM jobs WHERE id = %s",
                    (job_id,),
                )
            assert row is not None
            told.append((row["began"], row["took"]))
            still += row["open"]
        if not still or time.monotonic() > until:
            return told
        time.sleep(0.1)


def cleared(who: Team) -> int:
    """End what the whale left open; how many jobs that were."""
    with scope(*who):
        found = rows("SELECT count(*) AS many FROM jobs WHERE finished_at IS NULL")
    owner_rows(
        "UPDATE jobs SET status = 'queued', lease_until = NULL WHERE status = 'running' AND workspace_id = %s", who[0]
    )
    with scope(*who):
        rows("SELECT job_end(id, NULL, 'cancelled', NULL, NULL, NULL) FROM jobs WHERE finished_at IS NULL")
    return int(found[0]["many"])


def run(name: str, beside_whale: bool, seconds: float, **more: str) -> list[tuple[float, float]]:
    """The ten small ones, with or without the whale, and a line about them."""
    httpx.put(f"{settings().lusha_base_url}/_control/{KEY}", json={"latency_ms": 50}).raise_for_status()
    with workers(**more):
        big = whale() if beside_whale else None
        time.sleep(3 if big else 0)
        people = [new_team(1000) for _ in range(SMALL)]
        told = ended([(who, want(who, LEADS)) for who in people], seconds)
    left = f", {cleared(big)} of the whale's jobs still open" if big else ""
    began, took = ([each[at] for each in told] for at in (0, 1))
    print(
        f"{name:26} starts after p50 {quantile(began, 50):6.2f} s  p95 {quantile(began, 95):6.2f} s"
        f"   done after p50 {quantile(took, 50):6.2f} s  p95 {quantile(took, 95):6.2f} s{left}",
        flush=True,
    )
    return told


def quantile(values: Sequence[float], percent: int) -> float:
    """The value below which so many percent are."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


KEY = f"sandbox-{uuid4().hex}"


def main() -> None:
    """Print the three runs and how much longer the small ones took beside the whale."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60, help="the longest that a run waits for the small ones")
    seconds = parser.parse_args().seconds
    server = serve("127.0.0.1", 0)
    config = settings()
    config.lusha_base_url, config.lusha_api_key = server.url, SecretStr(KEY)
    os.environ |= {"LUSHA_BASE_URL": server.url, "LUSHA_API_KEY": KEY, "LUSHA_PER_SECOND": "1000"}
    try:
        alone = run("alone", False, seconds)
        beside = run("beside the whale", True, seconds)
        without = run("the same, without limits", True, seconds, **UNLIMITED)
    finally:
        server.stop()
    for name, told in (("beside the whale", beside), ("without limits", without)):
        ratios = [quantile([e[at] for e in told], 95) / quantile([e[at] for e in alone], 95) for at in (0, 1)]
        print(f"{name}: p95 of the start {ratios[0]:.1f} times, of the end {ratios[1]:.1f} times that of alone")


if __name__ == "__main__":
    main()
