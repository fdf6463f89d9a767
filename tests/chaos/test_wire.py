"""The proxy that faults are made of does what its moods say, and passes everything on otherwise."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

import pytest

from bench.chaos import ports
from bench.chaos.wires import Wires


@pytest.fixture
def wire() -> Iterator[tuple[Wires, int]]:
    """A wire to a server that says everything back; its handle and where it listens."""
    drawn = ports.drawn("wire", "echo")
    server = socket.create_server(("127.0.0.1", drawn["echo"]))
    threading.Thread(target=_echo, args=(server,), daemon=True).start()
    wires = Wires({"w": (drawn["wire"], drawn["echo"])}, os.environ)
    yield wires, drawn["wire"]
    wires.process.kill()
    wires.process.wait()
    server.close()


def _echo(server: socket.socket) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_say_back, args=(line,), daemon=True).start()


def _say_back(line: socket.socket) -> None:
    with line, contextlib.suppress(ConnectionResetError):
        while data := line.recv(65536):
            line.sendall(data)


def _connect(port: int, seconds: float = 20) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=seconds)


def _whole(line: socket.socket, length: int) -> bytes:
    got = b""
    while len(got) < length and (more := line.recv(65536)):
        got += more
    return got


def test_much_passes_unchanged_and_the_end_is_passed_on(wire) -> None:
    sent = os.urandom(3_000_000)
    with _connect(wire[1]) as line:
        threading.Thread(target=line.sendall, args=(sent,), daemon=True).start()
        assert _whole(line, len(sent)) == sent
        line.shutdown(socket.SHUT_WR)
        assert line.recv(1) == b""


def test_what_hangs_comes_later_and_whole(wire) -> None:
    wires, port = wire
    with _connect(port, 0.4) as line:
        line.sendall(b"before")
        assert _whole(line, 6) == b"before"
        wires.set("w", "hang")
        line.sendall(b"during")
        with pytest.raises(TimeoutError):
            line.recv(1)
        line.settimeout(20)
        wires.set("w", "flow")
        assert _whole(line, 6) == b"during"


def test_a_deaf_line_lets_requests_out_and_no_answer_in(wire) -> None:
    wires, port = wire
    with _connect(port, 0.4) as line:
        wires.set("w", "deaf")
        line.sendall(b"asked")
        with pytest.raises(TimeoutError):
            line.recv(1)
        wires.set("w", "cut")
        line.settimeout(20)
        with pytest.raises(ConnectionResetError):
            line.recv(1)


def test_after_a_cut_new_lines_flow_and_after_a_refusal_they_do_not(wire) -> None:
    wires, port = wire
    wires.set("w", "refuse")
    with pytest.raises(ConnectionResetError), _connect(port) as line:  # noqa: PT012 - either may say so
        line.sendall(b"x")
        line.recv(1)
    wires.set("w", "cut")
    with _connect(port) as line:
        line.sendall(b"again")
        assert _whole(line, 5) == b"again"


def test_a_slow_line_keeps_the_order(wire) -> None:
    wires, port = wire
    wires.set("w", "delay", 0.1)
    with _connect(port) as line:
        for number in range(50):
            line.sendall(b"%02d" % number)
        assert _whole(line, 100) == b"".join(b"%02d" % number for number in range(50))
