"""Web and workers told to stop in turn, every five seconds, while people work: nothing lost, nothing from the start.

`python3 -m reachly bench rolling --minutes 10`. Two webs behind a balancer and two workers get SIGTERM in turn; a web
is told only when the other one serves. Every user asks for leads, follows the job, reads pages and exports. At the end
every job that was accepted must have succeeded with all its leads and no crash, no page may have been asked for twice,
the audit must be clean, and at most one answer in a thousand may be a 5xx or cut off.
"""

from __future__ import annotations

import argparse
import collections
import random
import signal
import sys
import threading
import time
from typing import Any
from uuid import UUID, uuid4

import httpx
from _host import Host, beside, verdict
from _people import owner_rows, person

from reachly.audit import running as audit

FILTERS = {"seniorities": ["c_level", "vp", "director", "manager", "senior"]}
EVERY = 5.0
SHARE = 0.001


class Crowd:
    """What all users saw."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.answers: collections.Counter[str] = collections.Counter()
        self.jobs: dict[UUID, int] = {}
        self.slowest = 0.0
        self.over = threading.Event()

    def count(self, told: str, seconds: float = 0) -> None:
        """One more of these."""
        with self.lock:
            self.answers[told] += 1
            self.slowest = max(self.slowest, seconds)


class User:
    """Somebody who asks for leads again and again."""

    def __init__(self, url: str, crowd: Crowd, seed: int) -> None:
        _, token = person()
        self._crowd = crowd
        self._dice = random.Random(seed)
        self.done = False
        self._line = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)

    def work(self) -> None:
        """Until it is over; a job that was asked for is followed to its end."""
        self._work()
        self.done = True

    def _work(self) -> None:
        while not self._crowd.over.is_set():
            limit = self._dice.choice((5, 25, 60, 150))
            body = {"filters": FILTERS, "limit": limit, "reveal": ["email"], "sources": ["lusha"]}
            self._start("/api/leads/generate", body, limit)
            self._ask("GET", "/api/leads?limit=25")
            if self._dice.random() < 0.3:
                self._start("/api/leads/export", {"format": "csv"}, None)

    def _start(self, path: str, body: dict, wanted: int | None) -> None:
        key = uuid4().hex
        while True:
            answer = self._ask("POST", path, body, {"Idempotency-Key": key})
            if answer is not None and answer.status_code == 202:
                break
            if answer is not None and answer.status_code < 500:
                raise AssertionError(answer.text)
            time.sleep(0.5)
        job_id = UUID(answer.headers["Location"].rsplit("/", 1)[1])
        with self._crowd.lock:
            self._crowd.jobs[job_id] = wanted or -1
        ends = time.monotonic() + 120
        while time.monotonic() < ends:
            told = self._ask("GET", f"/api/jobs/{job_id}")
            if told is not None and told.is_success and told.json()["finished_at"]:
                return
            time.sleep(0.25)

    def _ask(self, method: str, path: str, body: Any = None, headers: Any = None) -> httpx.Response | None:
        began = time.monotonic()
        try:
            answer = self._line.request(method, path, json=body, headers=headers)
        except httpx.TransportError as error:
            self._crowd.count(f"cut off ({type(error).__name__})")
            return None
        self._crowd.count(f"{answer.status_code}", time.monotonic() - began)
        return answer


def roll(host: Host, minutes: float) -> int:
    """Tell them to stop in turn; returns how many were told."""
    told = 0
    ends = time.monotonic() + minutes * 60
    due = time.monotonic()
    turn = ["web-1", "worker-1", "web-2", "worker-2"]
    while time.monotonic() < ends:
        name = turn[told % 4]
        other = name[:-1] + ("2" if name.endswith("1") else "1")
        due = max(due + EVERY, time.monotonic())
        time.sleep(max(0.0, due - time.monotonic()))
        while not (host.ready(name) and host.ready(other)):
            time.sleep(0.1)
        host.members[name].tell(signal.SIGTERM)
        told += 1
    return told


def outcome(crowd: Crowd) -> tuple[list[str], str]:
    """What is wrong with the jobs, and what they went through."""
    wrong: list[str] = []
    rows = owner_rows(
        "SELECT id, kind, status, crashes, attempt, progress_done, progress_total, error_message FROM jobs"
    )
    twice = owner_rows(
        "SELECT job_id, step FROM provider_calls WHERE operation = 'search' AND status = 'answered'"
        " GROUP BY 1, 2 HAVING count(*) > 1"
    )
    ((calls, unanswered),) = owner_rows(
        "SELECT count(*), count(*) FILTER (WHERE status = 'unknown') FROM provider_calls"
    )
    there = {row[0]: row for row in rows}
    for job_id in crowd.jobs.keys() - there.keys():
        wrong.append(f"job {job_id} was accepted and is not there")
    for job_id, kind, status, crashes, _, done, total, message in rows:
        if status != "succeeded" or (kind == "generate_leads" and done != total):
            wrong.append(f"{kind} {job_id}: {status}, {done} of {total}, {message}")
        if crashes:
            wrong.append(f"{kind} {job_id}: {crashes} crashes counted")
    wrong += [f"job {job_id}: {step} was bought twice" for job_id, step in twice]
    wrong += [str(breach) for breach in audit.look().breaches]
    attempts = sum(row[4] for row in rows)
    leads = sum(row[5] for row in rows if row[1] == "generate_leads")
    told = f"{len(rows):,} jobs in {attempts:,} attempts, {leads:,} leads"
    return wrong, f"{told}, {calls:,} calls, {unanswered} of them without an answer"


def main() -> int:
    """Roll, wait for quiet, print; 1 where anything is wrong."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--minutes", type=float, default=10)
    asked.add_argument("--users", type=int, default=6)
    asked.add_argument("--latency", type=int, default=40, help="milliseconds a provider takes")
    chosen = asked.parse_args()
    crowd = Crowd()
    with Host(webs=2, workers=2, latency=chosen.latency) as host:
        users = [User(host.url, crowd, number) for number in range(chosen.users)]
        with beside(*(user.work for user in users), patience=150):
            stops = roll(host, chosen.minutes)
            crowd.over.set()
        died = sum(1 for user in users if not user.done)
        wrong, told = outcome(crowd)
        refused = host.balancer.refused
    answers = sum(crowd.answers.values())
    bad = sum(number for name, number in crowd.answers.items() if name.startswith(("5", "cut")))
    if died:
        wrong.append(f"{died} users were given an answer that they did not expect: see above")
    if bad > answers * SHARE:
        wrong.append(f"{bad} of {answers} answers were 5xx or cut off")
    print(f"stops        {stops} by SIGTERM, web and worker in turn, over {chosen.minutes:g} minutes")
    print(f"jobs         {told}")
    print(f"answers      {answers:,}: {dict(sorted(crowd.answers.items()))}; slowest {crowd.slowest:.1f} s")
    print(f"5xx or cut   {bad} = {bad / max(1, answers):.3%} (at most {SHARE:.1%}); {refused} refused and sent on")
    return verdict(wrong)


if __name__ == "__main__":
    sys.exit(main())
