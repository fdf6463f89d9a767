"""The protocols, as far as a proxy must know them to take messages apart: one message in, its whole answer out."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

Counted = Callable[[str, str], bool]
"""Told the channel and words of a message before it goes on; true where its answer must not come back."""


class Cut(Exception):
    """The other side is gone, or the acting process was killed."""


class Line:
    """A socket read in exact pieces."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self._file = sock.makefile("rb", buffering=65536)

    def exactly(self, count: int) -> bytes:
        """So many bytes; raises :class:`Cut`."""
        found = self._file.read(count)
        if found is None or len(found) < count:
            raise Cut
        return found

    def line(self) -> bytes:
        """Up to and with the next line end."""
        found = self._file.readline()
        if not found.endswith(b"\n"):
            raise Cut
        return found

    def send(self, data: bytes) -> None:
        """All of it."""
        self.sock.sendall(data)


def postgres(client: Line, server: Line, counted: Counted, kill: Callable[[], None]) -> None:
    """PostgreSQL's protocol 3.0: a handshake counts as one message, then each query with its answer."""
    if not _handshake(client, server, counted, kill):
        return
    while True:
        kind = client.exactly(1)
        size = client.exactly(4)
        body = client.exactly(struct.unpack("!i", size)[0] - 4)
        if kind == b"X":
            server.send(kind + size + body)
            return
        last = counted("postgres", body[:-1].decode("utf-8", "replace"))
        server.send(kind + size + body)
        if kind == b"d":
            continue
        answer, _ = _answer(server, b"ZG")
        if last:
            kill()
            raise Cut
        client.send(answer)


def _handshake(client: Line, server: Line, counted: Counted, kill: Callable[[], None]) -> bool:
    """Whether a session began; a request to cancel another one's query is passed on and ends there."""
    last = False
    while True:
        size = client.exactly(4)
        body = client.exactly(struct.unpack("!i", size)[0] - 4)
        code = struct.unpack("!i", body[:4])[0]
        if code == 80877102:
            last = counted("postgres", "cancel")
            server.send(size + body)
            if last:  # nobody answers it
                kill()
            return False
        if code not in (80877103, 80877104):  # asks for encryption: the server answers with one letter
            last = counted("postgres", "connect")
            server.send(size + body)
            break
        server.send(size + body)
        client.send(server.exactly(1))
    while True:
        answer, kind = _answer(server, b"ZR")
        if last and kind == b"Z":
            kill()
            raise Cut
        client.send(answer)
        if kind == b"Z":
            return True
        if struct.unpack("!i", answer[5:9])[0] in (3, 5, 10, 11):
            kind, size = client.exactly(1), client.exactly(4)
            server.send(kind + size + client.exactly(struct.unpack("!i", size)[0] - 4))


def _answer(server: Line, until: bytes) -> tuple[bytes, bytes]:
    """Everything up to and with the first message of one of these kinds, and which kind it was."""
    found = bytearray()
    while True:
        kind = server.exactly(1)
        size = server.exactly(4)
        found += kind + size + server.exactly(struct.unpack("!i", size)[0] - 4)
        if kind in until:
            return bytes(found), kind


_GREETINGS = ("AUTH", "HELLO", "CLIENT", "SELECT")
_DATABASES = {0: "queue", 1: "news"}


def redis(client: Line, server: Line, counted: Counted, kill: Callable[[], None]) -> None:
    """Redis' protocol: each command with its answer, but for those that only open a connection."""
    database = 0
    while True:
        raw, words = _command(client)
        name = words[0].upper().decode()
        if name == "SELECT":
            database = int(words[1])
        last = False
        if name not in _GREETINGS:
            told = " ".join(word[:60].decode("utf-8", "replace") for word in words[:6])
            last = counted(_DATABASES.get(database % 4, "redis"), told)
        server.send(raw)
        answer = _reply(server)
        if last:
            kill()
            raise Cut
        client.send(answer)


def _command(client: Line) -> tuple[bytes, list[bytes]]:
    raw = client.line()
    words = []
    for _ in range(int(raw[1:])):
        head = client.line()
        body = client.exactly(int(head[1:]) + 2)
        raw += head + body
        words.append(body[:-2])
    return raw, words


def _reply(server: Line) -> bytes:
    head = server.line()
    kind, told = head[:1], head[1:-2]
    if kind in b"$=!" and int(told) >= 0:
        return head + server.exactly(int(told) + 2)
    if kind in b"*~>" and int(told) > 0:
        return head + b"".join(_reply(server) for _ in range(int(told)))
    if kind == b"%":
        return head + b"".join(_reply(server) for _ in range(2 * int(told)))
    return head


def gate(client: Line, server: Line | None, counted: Counted, kill: Callable[[], None]) -> None:
    """Our own: a line at each moment around what is done to a file, let go on by another."""
    while True:
        counted("storage", client.line().decode().strip())
        client.send(b"go\n")
