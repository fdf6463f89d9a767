"""The very server that is used in production, over real HTTP: streams, restarts, what it costs to stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest

from reachly import database, news
from tests.api.conftest import PASSWORD


class Server:
    """Gunicorn as the Procfile starts it, on a port of its own."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        told = {"PORT": str(port), "RATE_LIMIT_SCALE": "1000", "STREAM_PING": "1", "LUSHA_API_KEY": "a-key-for-tests"}
        command = [sys.executable, "-m", "gunicorn", "reachly.app:create_app()"]
        command += ["--config", "python:reachly.web.server", "--no-control-socket"]
        self.process = subprocess.Popen(command, env=os.environ | told)
        self._answering()

    def _answering(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.url}/healthz", timeout=1)
                return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def stop(self) -> float:
        """Ask it to stop, and tell how long it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A running server."""
    running = Server()
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """Somebody registered, with their token."""
    from uuid import uuid4

    body = {"email": f"{uuid4().hex[:12]}@team.example", "password": PASSWORD, "name": "Alice", "accept_terms": True}
    told = httpx.post(f"{server.url}/api/auth/register", json=body).json()
    with httpx.Client(
        base_url=server.url, headers={"Authorization": f"Bearer {told['access_token']}"}, timeout=20
    ) as made:
        yield made


def _job(client: httpx.Client) -> str:
    wanted = {"filters": {"keywords": ["x"]}, "limit": 5}
    return client.post("/api/leads/generate", json=wanted).raise_for_status().json()["job"]["id"]


def _tell(job: str, *texts: str) -> None:
    """Have the job say something, as its worker does."""
    with database.transaction():
        found = database.one("SELECT * FROM job_scope(%s)", (job,))
    assert found
    for text in texts:
        with database.scope(found["workspace_id"], found["user_id"]):
            database.execute("SELECT job_tell(%s, 'log', %s::jsonb)", (job, json.dumps({"text": text})))
        news.publish(found["workspace_id"], UUID(job))


def _events(lines: Iterator[str]) -> Iterator[tuple[int, str, dict[str, object]]]:
    """Each event of a stream: its id, its name, its data."""
    number, name = 0, ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "id":
            number = int(value)
        elif field == "event":
            name = value
        elif field == "data":
            yield number, name, json.loads(value)


def test_a_stream_tells_what_happens_when_it_happens_and_resumes_without_a_gap(client: httpx.Client) -> None:
    job = _job(client)
    seen: list[int] = []
    for round_ in range(3):
        texts = [f"round {round_}, line {line}" for line in range(4)]
        # What happens while nobody listens must not be missed either.
        _tell(job, *texts[:2])
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": str(seen[-1])} if seen else {})
        with client.stream("GET", f"/api/jobs/{job}/events", headers=headers) as stream:
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            threading.Timer(0.2, _tell, (job, *texts[2:])).start()
            for number, name, data in _events(stream.iter_lines()):
                assert name == "log"
                seen.append(number)
                if data["text"] == texts[-1]:
                    break
    assert seen == list(range(1, seen[-1] + 1))
    assert client.post(f"/api/jobs/{job}/cancel").status_code == 202
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(seen[-1])}
    with client.stream("GET", f"/api/jobs/{job}/events", headers=headers) as stream:
        rest = list(_events(stream.iter_lines()))
    assert [name for _, name, _ in rest] == ["done"]
    assert rest[0][0] == seen[-1] + 1
    over = client.get(f"/api/jobs/{job}/events", headers=headers | {"Last-Event-ID": str(rest[0][0])})
    assert over.status_code == 204


def test_a_stream_brings_news_at_once(client: httpx.Client) -> None:
    job = _job(client)
    headers = {"Accept": "text/event-stream"}
    with client.stream("GET", f"/api/jobs/{job}/events", headers=headers) as stream:
        events = _events(stream.iter_lines())
        while next(events)[0] < 2:
            pass
        time.sleep(0.3)
        began = time.monotonic()
        _tell(job, "now")
        assert next(events)[2]["text"] == "now"
        assert time.monotonic() - began < 1


def test_pages_come_compressed_and_say_what_the_browser_may_do(client: httpx.Client) -> None:
    page = client.get("/login")
    assert page.headers["Content-Encoding"] == "gzip"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "Server" not in page.headers or "/" not in page.headers["Server"]


def test_a_server_with_open_streams_stops_in_time(client: httpx.Client, server: Server) -> None:
    job = _job(client)
    with client.stream("GET", f"/api/jobs/{job}/events", headers={"Accept": "text/event-stream"}) as stream:
        assert next(_events(stream.iter_lines()))[0] == 1
        assert server.stop() < 8
    assert server.process.returncode == 0
