"""A client of a server on loopback that answers, or fails, as a test says."""

from __future__ import annotations

import socket
import time
from uuid import uuid4

import pytest

from reachly.providers.breaker import Breaker
from reachly.providers.client import Client
from reachly.providers.failures import ProviderFailure
from reachly.providers.limits import Limiter
from reachly.providers.values import Call

KEY = "lusha-secret-key-0123456789"
CALL = Call("search", "POST", "/v3/contacts/prospecting", json={"a": 1}, repeat="charged")


def client(base_url: str, **more) -> Client:
    account = uuid4().hex
    settings = {"connect_timeout": 0.5, "read_timeout": 0.4, "total_timeout": 0.8} | more
    settings.setdefault("limiter", Limiter(None, "lusha", account))
    settings.setdefault("breaker", Breaker(None, "lusha", account, failures=3))
    return Client("lusha", base_url, {"api_key": KEY}, **settings)


def request_of(connection: socket.socket) -> bytes:
    """Everything of one request, body included."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536) or b"\r\n\r\n"
    head, _, body = got.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def answering(body: bytes, status: str = "200 OK", headers: str = "", keep: list[bytes] | None = None):
    def behave(connection: socket.socket) -> None:
        while True:
            got = request_of(connection)
            if got.strip() == b"":
                return
            if keep is not None:
                keep.append(got)
            head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
            connection.sendall(head.encode() + body)

    return behave


def failure(base_url: str, **more) -> ProviderFailure:
    started = time.monotonic()
    with pytest.raises(ProviderFailure) as caught:
        client(base_url, **more).send(CALL)
    assert time.monotonic() - started < 2
    return caught.value
