"""A sandbox on a socket for these tests, and callers that hold every answer against the published contract."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from reachly.sandbox.server import Running, serve
from reachly.sandbox.world import World, world
from tests.sandbox.published import check

FEWER = 10_000
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Running]:
    with serve() as running:
        yield running


@pytest.fixture(scope="session")
def everyone() -> World:
    return world()


@pytest.fixture
def key() -> str:
    """A key nobody used before, so that each test has accounts of its own."""
    return f"sandbox-test-{next(_numbers)}"


def _caller(sandbox: Running, headers: dict[str, str]) -> httpx.Client:
    return httpx.Client(base_url=sandbox.url, headers=headers, timeout=10, event_hooks={"response": [check]})


@pytest.fixture
def lusha(sandbox: Running, key: str) -> Iterator[httpx.Client]:
    with _caller(sandbox, {"api_key": key}) as client:
        yield client


@pytest.fixture
def clay(sandbox: Running, key: str) -> Iterator[httpx.Client]:
    with _caller(sandbox, {"clay-api-key": key}) as client:
        yield client


class Control:
    """The control address of one key."""

    def __init__(self, base: str, key: str) -> None:
        self._client = httpx.Client(base_url=base, timeout=10)
        self._path = f"/_control/{key}"

    def set(self, **settings: Any) -> dict[str, Any]:
        answer = self._client.put(self._path, json=settings)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = self._client.get(self._path).json()
        return found

    def forget(self) -> None:
        assert self._client.delete(self._path).status_code == 200

    def refuse(self, **settings: Any) -> str:
        answer = self._client.put(self._path, json=settings)
        assert answer.status_code == 400
        return str(answer.json()["message"])

    def people(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._client.get("/_control/_world").json()["people_of_kind"][kind]
        return found

    def close(self) -> None:
        self._client.close()


@pytest.fixture
def control(sandbox: Running, key: str) -> Iterator[Control]:
    control = Control(sandbox.url, key)
    yield control
    control.close()


class Inbox:
    """A server of ours that keeps what is posted to it."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, dict[str, str], bytes]] = []
        inbox = self

        class Keeper(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                inbox.letters.append((self.path, headers, body))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Keeper)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def wait_for(self, count: int) -> list[tuple[str, dict[str, str], bytes]]:
        """The letters once there are ``count``; fails after five seconds."""
        until(lambda: len(self.letters) >= count)
        return self.letters

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox()
    yield inbox
    inbox.close()


def until(true: Callable[[], bool]) -> None:
    """Waits at most five seconds for something to become true."""
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)
