"""A web process that is told to stop leaves nobody in the middle of anything."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from typing import Any

import httpx
import psutil
import pytest

from reachly import accounts
from tests.web.jobs_made import made, tell
from tests.web.serving import Server, served

HELLO = b"GET /healthz HTTP/1.1\r\nHost: here\r\n"
NUMBER = re.compile(r"^id: (\d+)$", re.MULTILINE)


def _address(server: Server) -> tuple[str, int]:
    host, port = server.url.removeprefix("http://").split(":")
    return host, int(port)


def _read(sock: socket.socket) -> bytes:
    sock.settimeout(20)
    told = b""
    while data := sock.recv(65536):
        told += data
    return told


def test_whoever_comes_while_it_stops_is_answered_or_sent_elsewhere_and_never_kept_waiting() -> None:
    with served(WEB_PROCESSES="2") as server:
        slow = socket.create_connection(_address(server))
        slow.sendall(HELLO)
        time.sleep(0.3)
        os.kill(server.pid, signal.SIGTERM)
        refused = 0
        ends = time.monotonic() + 3
        while time.monotonic() < ends and not refused:
            try:
                with socket.create_connection(_address(server), timeout=5) as sock:
                    sock.sendall(HELLO + b"Connection: close\r\n\r\n")
                    assert b" 200 " in _read(sock)
            except ConnectionRefusedError:
                refused += 1
            time.sleep(0.01)
        assert refused
        slow.sendall(b"\r\n")
        told = _read(slow)
        assert b" 200 " in told
        assert b"connection: close" in told.lower()


def test_an_open_stream_ends_whole_and_goes_on_at_the_next_server(team: Any) -> None:
    job_id = made(team)
    token, _ = accounts.issue_token(team.user_id, team.workspace_id)
    headers = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"}
    seen: list[int] = []

    def watch(server: Server, stop: bool) -> None:
        """Read the stream until it ends of itself; one that was cut off raises."""
        last = {"Last-Event-ID": str(seen[-1])} if seen else {}
        url = f"{server.url}/api/jobs/{job_id}/events"
        with httpx.stream("GET", url, headers=headers | last, timeout=30) as response:
            assert response.status_code == 200
            text = ""
            for part in response.iter_text():
                text += part
                if stop and "event: log" in text:
                    stop = False
                    tell(team, job_id, "right before the end")
                    os.kill(server.pid, signal.SIGTERM)
                if "after" in text:
                    break
            seen.extend(int(number) for number in NUMBER.findall(text))

    with served(STREAM_PING="30") as server:
        began = time.monotonic()
        watch(server, stop=True)
        assert not psutil.pid_exists(server.pid) or time.monotonic() - began < 10
    tell(team, job_id, "after")
    with served() as server:
        watch(server, stop=False)
    assert seen == list(range(1, len(seen) + 1))


@pytest.mark.parametrize("number", [signal.SIGHUP])
def test_a_reload_serves_on_without_a_gap(number: int) -> None:
    with served() as server:
        before = {child.pid for child in psutil.Process(server.pid).children()}
        os.kill(server.pid, number)
        ends = time.monotonic() + 20
        with httpx.Client(timeout=10) as client:
            while before & {child.pid for child in psutil.Process(server.pid).children()}:
                assert time.monotonic() < ends
                assert client.get(f"{server.url}/healthz").status_code == 200
                assert httpx.get(f"{server.url}/healthz", timeout=10).status_code == 200
        assert httpx.get(f"{server.url}/healthz").status_code == 200
