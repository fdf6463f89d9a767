"""Jobs that kill whoever works on them, among others that do not.

`python3 -m reachly bench poison --minutes 4`. Two workers of eight threads; some jobs kill their process with SIGKILL
whenever a step of theirs has bought something. Each must be failed and settled after five crashes; the other jobs must
succeed, 95 in 100 of them within 30 seconds; a kill may cost each job under way one page bought again at most, none of
which anybody is charged for.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from uuid import UUID

from _deadly import MARK
from _host import Host, verdict
from _people import owner_rows, person

from jobs.broker import send
from reachly.audit import running as audit
from reachly.filters import Filters
from reachly.generate.asking import Search, ask

EVERYONE = {"seniorities": ["c_level", "vp", "director", "manager", "senior"]}
BOUND = 30.0
_JOBS = """
SELECT j.id, j.params #> '{filters,keywords}' ? %s AS deadly, j.status, j.error_code, j.crashes, j.attempt,
       extract(epoch FROM j.finished_at - j.created_at)::float8 AS took, j.credits_spent, j.credits_released,
       j.credits_held, j.progress_done,
       (SELECT count(*) FROM leads l WHERE l.workspace_id = j.workspace_id AND l.job_id = j.id) AS leads
  FROM jobs j ORDER BY j.created_at
"""
_AGAIN = """
SELECT job_id, count(*) FROM (
    SELECT job_id, step, count(*) - 1 AS again FROM provider_calls WHERE status IN ('answered', 'unknown', 'intent')
     GROUP BY 1, 2 HAVING count(*) > 1) bought GROUP BY 1
"""


class Ordinary(threading.Thread):
    """People who ask for a few leads each, so many times a second.

    After eight searches each, others follow: somebody who has the first pages already makes a job leaf through ever
    more of them, until the source's limit of calls per minute is what is measured.
    """

    def __init__(self, rate: float, ends: float) -> None:
        super().__init__()
        self._rate, self._ends = rate, ends

    def run(self) -> None:
        """Ask until the end."""
        number = 0
        while time.monotonic() < self._ends:
            if number % 64 == 0:
                people = [person()[0] for _ in range(8)]
            made = people[number % 8]
            search = Search(Filters.of(EVERYONE), 10, ("lusha",), ("email",))
            asked = ask(made.workspace_id, made.user_id, search, f"ordinary {number}")
            send(asked.queue, asked.job_id)
            number += 1
            time.sleep(1 / self._rate)


def marked(count: int) -> list[UUID]:
    """So many deadly jobs, each of somebody else."""
    jobs = []
    for _ in range(count):
        made, _ = person()
        search = Search(Filters.of(EVERYONE | {"keywords": [MARK]}), 60, ("lusha",), ("email",))
        asked = ask(made.workspace_id, made.user_id, search)
        send(asked.queue, asked.job_id)
        jobs.append(asked.job_id)
    return jobs


def main() -> int:
    """Poison, wait for quiet, print; 1 where a bound was missed."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--minutes", type=float, default=4)
    asked.add_argument("--deadly", type=int, default=2)
    asked.add_argument("--rate", type=float, default=2, help="ordinary jobs a second")
    asked.add_argument("--lease", type=float, default=30)
    chosen = asked.parse_args()
    with Host(webs=0, workers=2, actors="bench._deadly", latency=100, JOB_LEASE=f"{chosen.lease:g}") as host:
        ordinary = Ordinary(chosen.rate, time.monotonic() + chosen.minutes * 60)
        ordinary.start()
        marked(chosen.deadly)
        ordinary.join()
        ends = time.monotonic() + 12 * chosen.lease + 60
        while owner_rows("SELECT 1 FROM jobs WHERE finished_at IS NULL LIMIT 1") and time.monotonic() < ends:
            time.sleep(0.5)
        starts = sum(member.starts for member in host.members.values())
    return judge(starts - 2)


def judge(kills: int) -> int:
    """Say what came of it."""
    jobs = owner_rows(_JOBS, MARK)
    wrong: list[str] = []
    for job_id, deadly, status, code, crashes, attempt, _, spent, released, held, _, leads in jobs:
        settled = spent + released == held and spent == leads
        wanted = ("failed", "crashed_repeatedly") if deadly else ("succeeded", None)
        if (status, code) != wanted or not settled:
            wrong.append(
                f"{'deadly' if deadly else 'ordinary'} {job_id}: {status} {code}, {crashes} crashes,"
                f" {attempt} attempts, {leads} leads, {spent} spent, {released} of {held} released"
            )
    wrong += [str(breach) for breach in audit.look().breaches]
    again = dict(owner_rows(_AGAIN))
    for job_id, _, _, _, _, attempt, *_ in jobs:
        if again.get(job_id, 0) > attempt - 1:
            wrong.append(f"{job_id}: {again[job_id]} calls sent again in {attempt} attempts")
    took = sorted(job[6] for job in jobs if not job[1] and job[6] is not None)
    p50, p95 = took[len(took) // 2], took[len(took) * 95 // 100]
    if p95 >= BOUND:
        wrong.append(f"p95 is {p95:.1f} s")
    deadly = [job for job in jobs if job[1]]
    hit = sum(1 for job in jobs if not job[1] and job[4])
    crashes, ended = (", ".join(f"{job[at]:.0f}" for job in deadly) for at in (4, 6))
    print(f"deadly       {len(deadly)}: failed after {crashes} crashes, {ended} s after they were asked for")
    print(f"kills        {kills} of a worker process; {hit} ordinary jobs were in the same process at least once")
    print(f"ordinary     {len(took):,}: asked to ended p50 {p50:.1f} s, p95 {p95:.1f} s, longest {took[-1]:.1f} s")
    print(f"waste        {sum(again.values())} calls sent again in {kills} kills, none charged")
    return verdict(wrong)


if __name__ == "__main__":
    sys.exit(main())
