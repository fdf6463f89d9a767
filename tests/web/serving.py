"""The product's own server in a process of its own, and viewers that read its streams off the wire."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.web.browsing import Browser

ROOT = Path(__file__).parent.parent.parent
QUICK = {"STREAM_PING": "0.5", "WEB_THREADS": "4", "RATE_LIMIT_SCALE": "1000"}


@dataclass
class Server:
    """A running server; ``pid`` is its first process."""

    url: str
    pid: int


@contextmanager
def served(**environment: str) -> Iterator[Server]:
    """The web process of the Procfile, with four threads, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "reachly.app:create_app()", "--config", "python:reachly.web.server"]
    process = subprocess.Popen(
        [*command, "--no-control-socket"],
        cwd=ROOT,
        env=os.environ | QUICK | {"PORT": str(port), "HOST": "127.0.0.1", "PYTHONPATH": str(ROOT)} | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        ends = time.monotonic() + 30
        while time.monotonic() < ends and process.poll() is None:
            try:
                if httpx.get(f"{url}/healthz").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.05)
        yield Server(url, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def cookies(browser: Browser) -> dict[str, str]:
    """What makes a server take a client for this browser."""
    held = browser.client.get_cookie("reachly")
    assert held is not None
    return {"reachly": held.value}


@dataclass
class Told:
    """One Server-Sent Event and when it came."""

    event: str
    data: str
    id: int | None
    at: float


@dataclass
class Viewer:
    """Reads one stream in a thread until it ends, is left, or the block ends."""

    url: str
    options: dict[str, Any]
    told: list[Told] = field(default_factory=list)
    comments: int = 0
    status: int = 0
    ended: bool = False
    left: bool = False
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def wait(self, ready: Any, seconds: float = 10) -> None:
        """Wait until ``ready(self)``."""
        with self._changed:
            if not self._changed.wait_for(lambda: ready(self), seconds):
                raise AssertionError(f"not in {seconds} s; told {[(one.event, one.id) for one in self.told]}")

    def leave(self) -> None:
        """Close the connection with the next line that comes."""
        self.left = True

    def ids(self) -> list[int | None]:
        """The numbers of the events, in the order they came."""
        return [one.id for one in self.told]

    def latest(self, event: str) -> str:
        """The data of the last event of that name."""
        return [one.data for one in self.told if one.event == event][-1]

    def _read(self) -> None:
        try:
            with httpx.stream("GET", self.url, timeout=30, **self.options) as response:
                self.status = response.status_code
                self._lines(response.iter_lines())
        except httpx.TransportError:
            pass
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def _lines(self, lines: Iterator[str]) -> None:
        fields: dict[str, list[str]] = {}
        for line in lines:
            if self.left:
                return
            with self._changed:
                if line.startswith(":"):
                    self.comments += 1
                elif line:
                    name, _, value = line.partition(": ")
                    fields.setdefault(name, []).append(value)
                elif "event" in fields:
                    number = int(fields["id"][0]) if "id" in fields else None
                    self.told.append(
                        Told(fields["event"][0], "\n".join(fields.get("data", [])), number, time.monotonic())
                    )
                    fields = {}
                else:
                    fields = {}
                self._changed.notify_all()
