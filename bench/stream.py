"""A thousand viewers of one job on one web process, over loopback.

Every viewer must be told every event; what counts is the time from right before an event is published to when the last
of 95 in 100 viewers has it, and how much the web process grows for each viewer.
"""

from __future__ import annotations

import multiprocessing
import re
import selectors
import socket
import sys
import time
from multiprocessing.connection import Connection
from uuid import UUID

import psutil
from _people import new_team
from _serve import many_files, served

from reachly import accounts, news
from reachly.database import as_json, connected, one, scope
from reachly.engine.request import Wish, request

VIEWERS = 1000
EVENTS = 60
PAUSE = 0.1
P95_MS = 50.0
KILOBYTES = 40.0
_NUMBER = re.compile(rb"^id: (\d+)$", re.MULTILINE)


def main() -> int:
    """Serve, watch, publish, and print what came of it; 1 when a bound was missed."""
    many_files()
    workspace_id, user_id, job_id = job()
    token, _ = accounts.issue_token(user_id, workspace_id)
    with served("reachly.app:create_app()", "/healthz", WEB_STREAMS=str(VIEWERS + 100)) as (pid, port):
        return measure(pid, port, token, workspace_id, job_id)


def measure(pid: int, port: int, token: str, workspace_id: UUID, job_id: UUID) -> int:
    """Connect all viewers, publish all events, compare."""
    web = psutil.Process(pid).children()[0]
    warm, before = crowd(port, token, job_id, 20), 0
    warm.send("leave")
    warm.recv()
    time.sleep(0.5)
    before = web.memory_info().rss
    viewers = crowd(port, token, job_id, VIEWERS)
    time.sleep(0.5)
    published: dict[int, float] = {}
    with connected():
        for number in range(EVENTS):
            seq = tell(workspace_id, job_id, f"line {number}")
            published[seq] = time.monotonic()
            news.publish(workspace_id, job_id)
            time.sleep(PAUSE)
    time.sleep(1)
    grown = (web.memory_info().rss - before) / VIEWERS / 1024
    viewers.send("leave")
    heard: list[dict[int, float]] = viewers.recv()
    took = sorted((one[seq] - at) * 1000 for one in heard for seq, at in published.items() if seq in one)
    delivered, wanted = len(took), VIEWERS * EVENTS
    p50, p95 = took[delivered // 2], took[delivered * 95 // 100]
    print(f"viewers      {VIEWERS:,} on one process with {web.num_threads()} threads")
    print(f"delivered    {delivered:,} of {wanted:,} events")
    print(
        f"delay        p50 {p50:.1f} ms, p95 {p95:.1f} ms, longest {took[-1]:.1f} ms (wanted: p95 below {P95_MS:.0f})"
    )
    print(f"memory       {grown:.1f} kB a viewer (wanted: at most {KILOBYTES:.0f})")
    return 0 if delivered == wanted and p95 < P95_MS and grown <= KILOBYTES else 1


def job() -> tuple[UUID, UUID, UUID]:
    """A queued job of a new workspace, which nobody works on."""
    workspace_id, user_id = new_team()
    wish = Wish("generate_leads", "interactive", "Bench", {"limit": 1}, 1)
    made = request(workspace_id, user_id, wish)
    return workspace_id, user_id, made.job_id


def tell(workspace_id: UUID, job_id: UUID, text: str) -> int:
    """Append an event and commit; returns its number."""
    with scope(workspace_id):
        told = one("SELECT job_tell(%s, 'log', %s::jsonb) AS seq", (job_id, as_json({"text": text})))
    assert told is not None
    return int(told["seq"])


def crowd(port: int, token: str, job_id: UUID, count: int) -> Connection:
    """So many viewers in a process of their own, all connected when this returns; sent anything they tell what they
    heard and when.
    """
    here, there = multiprocessing.Pipe()
    multiprocessing.Process(target=watch, args=(there, port, token, str(job_id), count), daemon=True).start()
    assert here.recv() == "connected"
    return here


def watch(told: Connection, port: int, token: str, job_id: str, count: int) -> None:
    """Read all streams with one selector, so that reading costs little of the two cores."""
    hello = f"GET /api/jobs/{job_id}/events HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n"
    asked = f"{hello}Authorization: Bearer {token}\r\n\r\n".encode()
    selector = selectors.DefaultSelector()
    heard: list[dict[int, float]] = [{} for _ in range(count)]
    for number in range(count):
        sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        sock.sendall(asked)
        head = b""
        while b"event: log" not in head:
            head += sock.recv(65536)
        sock.setblocking(False)
        selector.register(sock, selectors.EVENT_READ, number)
    selector.register(told, selectors.EVENT_READ, None)
    told.send("connected")
    while True:
        for key, _ in selector.select():
            if key.data is None:
                told.recv()
                told.send(heard)
                return
            data = key.fileobj.recv(65536)  # type: ignore[union-attr]
            now = time.monotonic()
            for seq in _NUMBER.findall(data.replace(b"\r\n", b"\n")):
                assert int(seq) not in heard[key.data], "told twice"
                heard[key.data][int(seq)] = now


if __name__ == "__main__":
    sys.exit(main())
