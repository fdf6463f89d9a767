"""The crash points' proxy passes a handshake on whole, whatever letters its signatures happen to have."""

from __future__ import annotations

import socket
import struct
from threading import Thread

from bench.crashpoints.wires import Cut, Line, postgres


def test_a_signature_with_a_z_near_its_end_is_not_taken_for_the_end_of_the_handshake() -> None:
    (acting, near), (far, server) = _connection(), _connection()
    signed = _message(b"R", struct.pack("!i", 12) + b"v=" + b"A" * 38 + b"ZAAAA=")
    assert signed[-6:-5] == b"Z"
    told = signed + _message(b"R", struct.pack("!i", 0)) + _message(b"Z", b"I")
    for sock in (acting, server):
        sock.settimeout(10)
    proxy = Thread(target=_pass_on, args=(near, far), daemon=True)
    proxy.start()
    acting.sendall(struct.pack("!ii", 8, 196608))
    server.sendall(told)
    heard = b""
    while len(heard) < len(told):
        heard += acting.recv(len(told))
    assert heard == told
    acting.close()
    proxy.join(10)


def _connection() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as door:
        asks = socket.create_connection(door.getsockname(), timeout=10)
        return asks, door.accept()[0]


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def _pass_on(near: socket.socket, far: socket.socket) -> None:
    try:
        postgres(Line(near), Line(far), lambda _channel, _words: False, lambda: None)
    except Cut:
        return
