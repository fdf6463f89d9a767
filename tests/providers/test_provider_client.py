"""The way out to a provider, over real sockets: what goes out, what comes back, and what nobody may read."""

from __future__ import annotations

import json
import logging
import socket
import time
import traceback
from uuid import uuid4

import httpx
import pytest
from structlog.testing import capture_logs

from reachly.providers.breaker import Breaker
from reachly.providers.client import USER_AGENT, Client
from reachly.providers.failures import KeyRefused, ProviderBusy, ProviderFailure
from reachly.providers.limits import Limiter
from reachly.providers.values import Answer, Call
from tests.providers.servers import CALL, KEY, answering, client, request_of


def test_a_call_goes_out_as_it_is_with_key_and_name(serve):
    seen: list[bytes] = []
    base = serve(answering(b'{"ok": true}', headers="X-Minute-Requests-Left: 7\r\nSet-Cookie: a=b\r\n", keep=seen))
    one = client(base + "/public/v0")
    answer = one.send(Call("search", "GET", "/routines/function%3At_1/run", query={"q": "a b"}))
    one.send(CALL)
    first, second = (request.decode() for request in seen)
    assert first.startswith("GET /public/v0/routines/function%3At_1/run?q=a+b HTTP/1.1")
    assert f"api_key: {KEY}" in first
    assert USER_AGENT in first
    assert second.endswith('{"a":1}')
    assert "cookie" not in second.lower()
    assert (answer.status, answer.body, answer.headers["x-minute-requests-left"]) == (200, b'{"ok": true}', "7")
    assert "set-cookie" not in answer.headers


def test_an_empty_path_is_the_base_address_to_the_letter(serve):
    seen: list[bytes] = []
    client(serve(answering(b"OK", keep=seen)) + "/pull-in-data-1").send(Call("table_row", "POST", "", json={}))
    assert seen[0].startswith(b"POST /pull-in-data-1 HTTP/1.1")


def test_any_status_is_an_answer_and_no_redirect_is_followed(serve):
    for status in ("302 Found", "404 Not Found", "429 Too Many Requests", "500 Oops"):
        base = serve(answering(b"x", status, "Location: http://127.0.0.1:1/\r\n"))
        assert client(base).send(CALL).status == int(status[:3])


def test_a_call_cannot_name_another_host():
    for path in ("https://elsewhere.test/", "//elsewhere.test/", "@elsewhere.test"):
        with pytest.raises(ValueError, match="slash"):
            client("http://127.0.0.1:1").send(Call("search", "GET", path))


@pytest.mark.parametrize("key", ["klüchen-key", "two\r\nlines: x", "nul\x00"])
def test_a_key_that_cannot_be_sent_is_refused_before_it_is(key):
    account = uuid4().hex
    parts = {"limiter": Limiter(None, "lusha", account), "breaker": Breaker(None, "lusha", account)}
    with pytest.raises(KeyRefused) as caught:
        Client("lusha", "http://127.0.0.1:1", {"api_key": key}, **parts).send(CALL)
    assert not caught.value.reached


def test_connections_are_kept_and_shared(serve):
    connections: list[int] = []
    inner = answering(b"{}")

    def count(connection: socket.socket) -> None:
        connections.append(1)
        inner(connection)

    base = serve(count)
    for _ in range(5):
        client(base).send(CALL)
    assert len(connections) == 1


def test_the_limiter_and_the_breaker_are_asked_first_and_told_afterwards(serve):
    seen: list[bytes] = []
    base = serve(answering(b"{}", "503 Down", "X-Minute-Requests-Left: 2\r\n", keep=seen))
    one = client(base)
    assert [one.send(CALL).status for _ in range(3)] == [503] * 3
    with pytest.raises(ProviderBusy, match="left alone") as busy:
        one.send(CALL)
    assert (busy.value.reached, len(seen)) == (False, 3)
    other = client(serve(answering(b"{}", headers="X-Minute-Requests-Left: 0\r\n")))
    other.send(CALL)
    with pytest.raises(ProviderBusy, match="used up") as busy:
        other.send(CALL)
    assert 0 < busy.value.retry_after <= 60


def test_a_burst_is_paced_and_a_longer_wait_left_to_the_job(serve):
    seen: list[bytes] = []
    base = serve(answering(b"{}", keep=seen))
    paced = client(base, limiter=Limiter(None, "lusha", uuid4().hex, per_second=20))
    started = time.monotonic()
    for _ in range(24):
        paced.send(CALL)
    assert 0.15 < time.monotonic() - started < 1
    slow = client(base, limiter=Limiter(None, "lusha", uuid4().hex, per_second=1))
    slow.send(CALL)
    started = time.monotonic()
    with pytest.raises(ProviderBusy):
        slow.send(CALL)
    assert time.monotonic() - started < 0.2


def test_a_refusal_is_no_reason_to_leave_a_provider_alone(serve):
    one = client(serve(answering(b"{}", "401 Unauthorized")))
    assert [one.send(CALL).status for _ in range(6)] == [401] * 6


def test_no_key_is_in_any_log_exception_answer_or_repr(serve, caplog):
    caplog.set_level(logging.DEBUG)
    echo = json.dumps({"statusCode": 401, "message": f"Invalid API key {KEY}"}).encode()
    told: list[object] = []
    with capture_logs() as logs:
        one = client(serve(answering(echo, "401 No", f"X-Echo: {KEY}\r\n")))
        told += [one, vars(one)["_http"].headers, answer := one.send(CALL)]
        assert b"Invalid API key ***" in answer.body
        behaviours = (lambda c: time.sleep(3), lambda c: request_of(c), lambda c: c.sendall(KEY.encode() + b"\r\n\r\n"))
        for behaviour in behaviours:
            with pytest.raises(ProviderFailure) as caught:
                client(serve(behaviour)).send(CALL)
            seen, chain = caught.value, []
            while seen is not None:
                chain += [*traceback.format_exception(seen), vars(seen)]
                seen = seen.__cause__ or seen.__context__
            told += chain
    assert [entry["status"] for entry in logs] == [401, None, None, None]
    assert {"provider", "operation", "status", "ms"} <= set(logs[0])
    assert KEY not in repr(told) + repr(logs) + caplog.text
    assert "127.0.0.1" not in caplog.text  # some addresses are secrets themselves


def test_a_transport_of_ones_own_takes_the_place_of_the_network():
    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"path": request.url.path})

    answer = client("https://api.lusha.com", transport=httpx.MockTransport(reply)).send(CALL)
    assert isinstance(answer, Answer)
    assert json.loads(answer.body) == {"path": "/v3/contacts/prospecting"}
    assert answer.duration_ms >= 0
