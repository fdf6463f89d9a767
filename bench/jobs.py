"""Whole jobs of 25 leads, from the request to the last event, through real workers and a sandbox without latency.

Overhead: jobs per second against pgbench sending the very statements of such a job, in the same transactions, with
as many clients as the worker has threads. The statements are written down while one job runs; see ``_traced``.
Memory: what a worker's process has after a tenth of the jobs and after all of them.
Flat: what the steps of a job and the pages about jobs cost with a thousand jobs in the table and with a million.
"""

from __future__ import annotations

import argparse
import os
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from _flat import flat
from _outside import pointed_at, rss, sandbox, worker
from _people import CREDITS, Team, new_team, owner_rows
from _traced import pgbench, script, traced

from reachly import database, logs
from reachly.engine.run import run
from reachly.filters import Filters
from reachly.generate.asking import Search, ask
from reachly.generate.step import step
from reachly.settings import settings

LEADS = 25
FIRMS = 8
TEAMS = 200
WANTED = 0.5


def teams() -> list[Team]:
    """Workspaces with credits enough for all that follows."""
    with database.connected():
        return [new_team(200 * CREDITS) for _ in range(TEAMS)]


class Asking:
    """Requests for jobs, each of people that its workspace does not have."""

    def __init__(self, teams: list[Team]) -> None:
        from reachly.sandbox.world import PEOPLE, world

        domains = sorted(firm.domain for firm in world(PEOPLE).organizations)
        self.slices = [tuple(domains[at : at + FIRMS]) for at in range(0, len(domains) - FIRMS, FIRMS)]
        self.teams = teams
        self.asked = 0
        self._lock = threading.Lock()

    def search(self) -> tuple[Team, Search]:
        """The next team's next search."""
        with self._lock:
            number, self.asked = self.asked, self.asked + 1
        firms = self.slices[number % len(self.slices)]
        team = self.teams[(number + number // len(self.slices)) % len(self.teams)]
        return team, Search(Filters.of({"company_domains": list(firms)}), LEADS, ("lusha",))

    def send(self, _: object = None) -> UUID:
        """Ask for one job as a door would: the verb, then the message."""
        from jobs.broker import send

        team, search = self.search()
        wanted = ask(*team, search)
        send(wanted.queue, wanted.job_id)
        return wanted.job_id


def finished() -> int:
    """How many jobs have ended well."""
    return int(owner_rows("SELECT count(*) FROM jobs WHERE status = 'succeeded'")[0][0])


def through(asking: Asking, jobs: int) -> float:
    """Jobs per second from the first request to the last end."""
    before = finished()
    began = time.monotonic()
    with ThreadPoolExecutor(2) as askers:
        list(askers.map(asking.send, range(jobs)))
    while finished() < before + jobs:
        if time.monotonic() > began + 900:
            raise TimeoutError(f"only {finished() - before} of {jobs} jobs ended")
        time.sleep(0.05)
    return jobs / (time.monotonic() - began)


def tidy() -> None:
    """The statistics that autovacuum takes a while to gather."""
    owner_rows("ANALYZE")


def overhead(asking: Asking, chosen: argparse.Namespace) -> None:
    """Print jobs per second of both sides and the ratio."""

    def whole() -> tuple[Team, UUID]:
        team, search = asking.search()
        job = ask(*team, search)
        assert run(job.job_id, {"generate_leads": step}, "bench:1") == "succeeded"
        return team, job.job_id

    whole()
    sent, ((workspace_id, user_id), job_id) = traced(whole)
    text = script(sent, workspace_id, user_id, job_id, TEAMS)
    commits = sum(statement == "COMMIT" for statement in sent)
    print(f"a job of {LEADS} leads is {len(sent)} messages in {commits + 1} transactions, {len(text) // 1024} kB")
    if chosen.script:
        with open(chosen.script, "w") as file:
            file.write(text)
    through(asking, chosen.jobs // 4)
    pgbench(text, asking.teams, chosen.threads, chosen.jobs // 4)
    tidy()
    ours, theirs = [], []
    for _ in range(chosen.rounds):
        ours.append(through(asking, chosen.jobs))
        theirs.append(pgbench(text, asking.teams, chosen.threads, chosen.jobs))
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    mine, plain = statistics.median(ours), statistics.median(theirs)
    print(
        f"jobs      ours {mine:6.1f}/s   pgbench {plain:6.1f}/s   ratio {ratio:5.2f}   (at least {WANTED})", flush=True
    )


def memory(asking: Asking, parent: int, jobs: int) -> None:
    """Print the memory of the largest worker process after a tenth and after all."""
    through(asking, jobs // 10)
    early = max(rss(parent).values())
    rate = through(asking, jobs - jobs // 10)
    late = max(rss(parent).values())
    told = f"{early / 1024:.1f} MB after {jobs // 10} jobs, {late / 1024:.1f} MB after {jobs}"
    print(f"memory    {told}   ratio {late / early:5.2f}   ({rate:.1f} jobs/s)")


def main() -> None:
    """Print overhead, memory and what a full table costs, each unless it is asked for with 0."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--jobs", type=int, default=400, help="in each round")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--processes", type=int, default=1)
    arguments.add_argument("--threads", type=int, default=8)
    arguments.add_argument("--memory", type=int, default=10_000, help="jobs for the look at memory, 0: none")
    arguments.add_argument("--table", type=int, default=1_000_000, help="jobs in the full table, 0: no look at it")
    arguments.add_argument("--script", help="where to leave pgbench's script")
    chosen = arguments.parse_args()
    with sandbox() as url:
        os.environ |= pointed_at(url)
        settings.cache_clear()
        logs.start()
        asking = Asking(teams())
        with worker(chosen.processes, chosen.threads) as (parent,):
            if chosen.rounds:
                overhead(asking, chosen)
            if chosen.memory:
                memory(asking, parent, chosen.memory)
    if chosen.table:
        flat(chosen.table)


if __name__ == "__main__":
    main()
