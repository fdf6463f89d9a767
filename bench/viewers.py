"""Viewers who are cut off at random and come back, while the webs are told to stop in turn.

`python3 -m reachly bench viewers --viewers 500 --minutes 3`. Half of them read the API's stream, half a job's page.
Each names the last number it saw when it comes back. For a program no number may be missing, come twice or stand for
something else than it did for another viewer; for a page numbers never go back; and everybody is told the end.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import hashlib
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from _host import Host, beside, verdict
from _people import person
from _serve import many_files
from flask import Flask

from reachly import accounts, news
from reachly.app import create_app
from reachly.database import as_json, one, scope
from reachly.engine.request import Wish, request
from reachly.engine.stop import cancel

JOBS = 20
PAUSE = 0.25
"""Seconds between two events."""
TO_THE_END = 60.0


@dataclass
class Watched:
    """One job, and what its numbers stand for by whoever was told first."""

    workspace_id: UUID
    user_id: UUID
    job_id: UUID
    token: str
    cookie: str
    meaning: dict[int, str] = field(default_factory=dict)
    told: int = 0


@dataclass
class Viewer:
    """Reads one stream until it is told the end; ``wrong`` is what should not have happened."""

    job: Watched
    page: bool
    port: int
    dice: random.Random
    last: int = 0
    done: bool = False
    cuts: int = 0
    ended: int = 0
    refused: list[int] = field(default_factory=list)
    events: int = 0
    wrong: list[str] = field(default_factory=list)

    async def watch(self) -> None:
        """Connect again and again, cut off at random, until the end was told."""
        while not self.done:
            try:
                await asyncio.wait_for(self._once(), self.dice.expovariate(1 / 8) + 0.2)
                self.ended += 1
            except TimeoutError:
                self.cuts += 1
            except (OSError, asyncio.IncompleteReadError):
                self.cuts += 1
            await asyncio.sleep(self.dice.random())

    async def _once(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            path = f"/jobs/{self.job.job_id}/stream" if self.page else f"/api/jobs/{self.job.job_id}/events"
            who = f"Cookie: reachly={self.job.cookie}" if self.page else f"Authorization: Bearer {self.job.token}"
            last = f"Last-Event-ID: {self.last}\r\n" if self.last else ""
            told = f"GET {path} HTTP/1.0\r\nHost: bench\r\nAccept: text/event-stream\r\n{who}\r\n{last}\r\n"
            writer.write(told.encode())
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head.split()[1])
            if status == 204:  # all was seen, the end as well
                self.done = True
                return
            if status != 200:
                self.refused.append(status)
                return
            while frame := await self._frame(reader):
                self._take(frame)
        finally:
            writer.transport.abort()

    async def _frame(self, reader: asyncio.StreamReader) -> dict[str, str] | None:
        fields: dict[str, str] = {}
        while line := await reader.readline():
            text = line.decode().rstrip("\r\n")
            if not line.endswith(b"\n"):
                return None
            if not text and "event" in fields:
                return fields
            if text and not text.startswith(":"):
                name, _, value = text.partition(": ")
                fields[name] = fields.get(name, "") + value
            elif not text:
                fields = {}
        return None

    def _take(self, frame: dict[str, str]) -> None:
        self.events += 1
        number = int(frame["id"])
        if self.page:
            if number < self.last:
                self.wrong.append(f"page: {number} after {self.last}")
        else:
            if number != self.last + 1:
                self.wrong.append(f"program: {number} after {self.last}")
            content = hashlib.sha256(f"{frame['event']} {frame['data']}".encode()).hexdigest()
            if self.job.meaning.setdefault(number, content) != content:
                self.wrong.append(f"program: {number} stood for something else before")
        self.last = number
        self.done = self.done or frame["event"] == "done"


def watched(app: Flask) -> Watched:
    """A queued job of a new person, which nobody works on."""
    made, token = person()
    sources = (("lusha", False),)
    params = {"filters": {"industries": ["Software"]}, "limit": 1, "sources": ["lusha"], "reveal": ["email"]}
    wish = Wish("generate_leads", "interactive", "Bench", params, 1, 1, {"email": 1}, {}, sources)
    asked = request(made.workspace_id, made.user_id, wish)
    browser = app.test_client()
    with browser.session_transaction() as held:
        held["_user_id"] = accounts.start_session(made.user_id, made.workspace_id, "bench")
        held["_fresh"] = True
    cookie = browser.get_cookie("reachly")
    assert cookie is not None
    return Watched(made.workspace_id, made.user_id, asked.job_id, token, cookie.value)


def talk(jobs: list[Watched], until: float) -> None:
    """Let all jobs tell something in turn, and end at last."""
    while time.monotonic() < until:
        for job in jobs:
            with scope(job.workspace_id):
                text = as_json({"text": f"line {uuid4().hex}", "tone": "plain"})
                told = one("SELECT job_tell(%s, 'log', %s::jsonb) AS seq", (job.job_id, text))
            assert told is not None
            job.told = told["seq"]
            news.publish(job.workspace_id, job.job_id)
            time.sleep(PAUSE / len(jobs) * 4)
    for job in jobs:
        cancel(job.workspace_id, job.user_id, job.job_id)
        with scope(job.workspace_id):
            row = one("SELECT event_seq FROM jobs WHERE id = %s", (job.job_id,))
        assert row is not None
        job.told = row["event_seq"]


def stop_in_turn(host: Host, every: float, until: float) -> int:
    """SIGTERM to one web, then to the other when the first serves again; returns how many."""
    stops = 0
    while time.monotonic() < until:
        time.sleep(every)
        if host.ready("web-1") and host.ready("web-2"):
            host.members[f"web-{stops % 2 + 1}"].tell(signal.SIGTERM)
            stops += 1
    return stops


async def follow(viewers: list[Viewer], until: float) -> None:
    """All viewers, a while longer than the last event."""
    tasks = [asyncio.create_task(viewer.watch()) for viewer in viewers]
    await asyncio.wait(tasks, timeout=until + TO_THE_END - time.monotonic())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def main() -> int:
    """Watch, cut, stop, and print what came of it; 1 where anything was missed."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--viewers", type=int, default=500)
    asked.add_argument("--minutes", type=float, default=3)
    asked.add_argument("--every", type=float, default=10, help="seconds between two stops of a web")
    asked.add_argument("--seed", type=int, default=1)
    chosen = asked.parse_args()
    many_files()
    app = create_app()
    jobs = [watched(app) for _ in range(max(2, min(JOBS, chosen.viewers // 6)))]
    with Host(webs=2, workers=0, people=100, WEB_STREAMS=str(chosen.viewers + 100)) as host:
        dice = random.Random(chosen.seed)
        viewers = [
            Viewer(
                jobs[number % len(jobs)], number // len(jobs) % 2 == 1, host.balancer.port, random.Random(dice.random())
            )
            for number in range(chosen.viewers)
        ]
        until = time.monotonic() + chosen.minutes * 60
        stops: list[int] = []
        with beside(lambda: talk(jobs, until), lambda: stops.append(stop_in_turn(host, chosen.every, until))):
            asyncio.run(follow(viewers, until))
    wrong = [line for viewer in viewers for line in viewer.wrong]
    late = [viewer for viewer in viewers if not viewer.done]
    short = [viewer for viewer in viewers if viewer.last != viewer.job.told]
    told = sum(job.told for job in jobs)
    print(f"viewers      {len(viewers)} of {len(jobs)} jobs, half programs, half pages, {chosen.minutes:g} minutes")
    print(f"events       {told:,} told, {sum(viewer.events for viewer in viewers):,} received")
    cuts, ended = (sum(getattr(viewer, name) for viewer in viewers) for name in ("cuts", "ended"))
    print(f"came back    {cuts:,} times after a cut, {ended:,} after a whole end; {stops[0]} stops of a web")
    refused = collections.Counter(status for viewer in viewers for status in viewer.refused)
    print(f"refused      {dict(refused)}: asked again")
    print(
        f"wrong        {len(wrong)} gaps or repeats, {len(late)} without the end, {len(short)} short of the last number"
    )
    return verdict(wrong) or int(bool(late or short))


if __name__ == "__main__":
    sys.exit(main())
