"""How a request arrives: as slowly as its sender likes, and without a thread until it is here.

A thread that waits for a request's bytes is a thread that serves nobody: a few dozen senders who each begin a request
and say no more would be all it takes to stop the server.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from typing import Any

from gunicorn.http import get_parser

SECONDS = 20.0
"""So long may a request take from its first byte to its last, and a thread wait for a reader who takes nothing."""
MOST_HEAD = 65_536
MOST_BODY = 262_144
"""Up to this much is waited for without a thread; what is left of a larger body is read by the thread."""
_PIECE = 65_536
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)


class Arrival:
    """The incoming side of one connection; gunicorn's parser reads from it as from a socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.ends: float | None = None
        self._sock = sock
        self._asked_on = False

    def begin(self) -> None:
        """A request may come now."""
        self.ends = None
        self._asked_on = False

    def take(self, buffer: Any) -> bool:
        """Move what is there into ``buffer`` and tell whether a thread can go on with it; waits for nothing."""
        self._sock.setblocking(False)
        buffer.seek(0, 2)
        while not (whole := self._whole(buffer.getvalue())):
            try:
                data = self._sock.recv(_PIECE)
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                return True
            if not data:
                return True
            buffer.write(data)
        if buffer.tell() and self.ends is None:
            self.ends = time.monotonic() + SECONDS
        return whole

    def recv(self, size: int) -> bytes:
        """What comes next, and nothing any more once the request's time is over."""
        left = (self.ends or time.monotonic() + SECONDS) - time.monotonic()
        if left <= 0:
            return b""
        self._sock.settimeout(left)
        try:
            return self._sock.recv(size)
        except TimeoutError:
            return b""
        finally:
            self._sock.settimeout(SECONDS)

    def _whole(self, come: bytes) -> bool:
        """Whether this is a request, or so much of one that a thread may be spent on the rest."""
        head, gap, _ = come[:MOST_HEAD].partition(b"\r\n\r\n")
        if not gap:
            return len(come) >= MOST_HEAD
        arrived = len(come) - len(head) - len(gap)
        head += b"\r\n"
        length = _LENGTH.search(head)
        if _CHUNKED.search(head):
            whole = come.endswith(b"0\r\n\r\n") or arrived >= MOST_BODY
        else:
            whole = arrived >= min(int(length[1]) if length else 0, MOST_BODY)
        if not whole and not self._asked_on and _EXPECTS.search(head):
            self._asked_on = True
            with contextlib.suppress(OSError):
                self._sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        return whole


def arriving(conn: Any) -> Arrival:
    """The arrival of gunicorn's connection, which its parser reads from; made with the first request."""
    if conn.parser is None:
        conn.arrival = Arrival(conn.sock)
        conn.parser = get_parser(conn.cfg, conn.arrival, conn.client)
    return conn.arrival
