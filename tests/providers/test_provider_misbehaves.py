"""Servers that hang, drip, cut off and pour: each call ends in time, as a failure that says what it was."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reachly.providers.failures import ContractBroken, ProviderBusy
from reachly.providers.transport import DeadlineTransport
from tests.providers.servers import CALL, answering, client, failure, request_of


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
