"""The way out to a provider, over real sockets that misbehave."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import ssl
import time
import traceback
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

from reachly.providers.breaker import Breaker
from reachly.providers.client import USER_AGENT, Client
from reachly.providers.failures import ContractBroken, KeyRefused, ProviderBusy, ProviderFailure
from reachly.providers.limits import Limiter
from reachly.providers.transport import DeadlineTransport
from reachly.providers.values import Answer, Call

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


def test_a_server_that_hangs_is_left_in_time(serve):
    caught = failure(serve(lambda connection: time.sleep(3)))
    assert isinstance(caught, ProviderBusy)
    assert caught.reached
    assert "in time" in str(caught)


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"])
def test_a_server_that_drips_is_left_at_the_deadline(serve, start):
    def drip(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(start or b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(60):
            connection.sendall(b"x")
            time.sleep(0.05)

    assert isinstance(failure(serve(drip)), ProviderBusy)


def test_a_connection_that_is_cut_is_a_busy_provider(serve):
    def cut_at_once(connection: socket.socket) -> None:
        request_of(connection)

    def cut_midway(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"results":')

    for behaviour in (cut_at_once, cut_midway):
        caught = failure(serve(behaviour))
        assert isinstance(caught, ProviderBusy)
        assert caught.reached
        assert caught.status is None


def test_garbage_instead_of_http_is_a_busy_provider(serve):
    assert isinstance(failure(serve(lambda connection: connection.sendall(b"SSH-2.0-x\r\n\r\n"))), ProviderBusy)


def test_a_provider_that_cannot_be_reached_never_saw_the_request():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        caught = failure(f"http://127.0.0.1:{unused.getsockname()[1]}")
    assert isinstance(caught, ProviderBusy)
    assert not caught.reached


def test_a_body_beyond_the_limit_is_not_taken(serve):
    def pour(connection: socket.socket) -> None:
        request_of(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    assert isinstance(failure(serve(pour), body_limit=100_000), ContractBroken)


def test_a_packed_body_is_unpacked_up_to_the_limit(serve):
    packed = gzip.compress(b'{"ok": 1}')
    base = serve(answering(packed, headers="Content-Encoding: gzip\r\n"))
    assert client(base).send(CALL).body == b'{"ok": 1}'
    bomb = serve(answering(gzip.compress(b"0" * 5_000_000), headers="Content-Encoding: gzip\r\n"))
    assert isinstance(failure(bomb, body_limit=1_000_000), ContractBroken)
    broken = serve(answering(b"not packed", headers="Content-Encoding: gzip\r\n"))
    assert isinstance(failure(broken), ContractBroken)


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


def test_the_deadline_holds_inside_tls_as_well(serve, tmp_path):
    context = certified(tmp_path)

    def drip(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65536)
            for letter in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}":
                secure.sendall(bytes([letter]))
                time.sleep(0.005)

    base = serve(drip).replace("http:", "https:").replace("127.0.0.1", "localhost")
    trusting = DeadlineTransport(ssl.create_default_context(cafile=str(tmp_path / "certificate.pem")))
    assert client(base, transport=trusting).send(CALL).body == b"{}"
    assert isinstance(failure(base, transport=trusting, total_timeout=0.1), ProviderBusy)
    stranger = failure(base, transport=DeadlineTransport(ssl.create_default_context()))
    assert (type(stranger), stranger.reached) == (ProviderBusy, False)


def certified(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS with a fresh certificate for localhost, left in ``folder``."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


def test_a_transport_of_ones_own_takes_the_place_of_the_network():
    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"path": request.url.path})

    answer = client("https://api.lusha.com", transport=httpx.MockTransport(reply)).send(CALL)
    assert isinstance(answer, Answer)
    assert json.loads(answer.body) == {"path": "/v3/contacts/prospecting"}
    assert answer.duration_ms >= 0
