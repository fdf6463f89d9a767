"""Whoever sends or reads slowly takes no thread from the others."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest

from tests.web.serving import Server, served

HEAD = b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
BEGUN = {
    "a piece of the head": b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "no body": HEAD + b"Content-Length: 1000\r\n\r\n",
    "a piece of the body": HEAD + b"Content-Length: 1000\r\n\r\n{",
    "a piece of a chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The production server with four threads."""
    with served() as running:
        yield running


def _connected(server: Server) -> socket.socket:
    where = urlsplit(server.url)
    return socket.create_connection((where.hostname, where.port), timeout=10)


@pytest.mark.parametrize("kind", BEGUN)
def test_requests_that_are_begun_and_not_finished_hold_nobody_up(server: Server, kind: str) -> None:
    with ExitStack() as open_:
        for _ in range(12):
            open_.enter_context(_connected(server)).sendall(BEGUN[kind])
        time.sleep(0.3)
        began = time.monotonic()
        assert httpx.get(f"{server.url}/healthz", timeout=5).status_code == 200
        assert time.monotonic() - began < 1


def test_a_request_that_comes_byte_by_byte_is_answered(server: Server) -> None:
    with _connected(server) as sock:
        for byte in HEAD + b"Content-Length: 2\r\n\r\n{}":
            sock.sendall(bytes([byte]))
        assert b" 422 " in sock.recv(4096)


def test_requests_in_a_row_and_large_bodies_arrive_whole(server: Server) -> None:
    with httpx.Client(base_url=server.url) as client:
        for size in (300, 70_000, 300_000, 1_900_000):
            answer = client.post("/api/auth/login", json={"email": "e" * size, "password": ""})
            assert answer.status_code == 422
    with _connected(server) as sock:
        sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        told = b""
        while told.count(b" 200 OK") < 2:
            told += sock.recv(4096) or pytest.fail(told.decode())


def test_a_sender_who_asks_first_is_told_to_go_on(server: Server) -> None:
    with _connected(server) as sock:
        sock.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert sock.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(b"{}")
        told = b""
        while b" 422 " not in told:
            told += sock.recv(4096) or pytest.fail(told.decode())
