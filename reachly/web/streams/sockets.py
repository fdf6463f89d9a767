"""Holds the connections of open streams, all in one thread: a viewer who only waits takes no thread and little memory.

A server that can let go of a connection (:mod:`reachly.web.streams.worker`) hands it over after the head of the
answer went out. From then on it is written to here, and nowhere else.
"""

from __future__ import annotations

import errno
import os
import selectors
import socket
import ssl
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

from reachly import watching
from reachly.settings import settings

PING = b": still here\n\n"
LONGEST = 600.0
"""Seconds after which a stream ends; whoever still may watch comes back by itself, whoever was signed out does not."""
MOST_BEHIND = 1_000_000
"""Bytes that may wait for a viewer who reads slowly; one further behind is let go and comes back by itself."""


class Viewer:
    """One connection. ``send`` and ``end`` may be called from any thread and return at once."""

    __slots__ = ("_behind", "_chunked", "_closing", "_gone", "_since", "_sockets", "sock")

    def __init__(self, sockets: Sockets, sock: socket.socket, chunked: bool, gone: Callable[[], None]) -> None:
        self.sock = sock
        self._sockets = sockets
        self._chunked = chunked
        self._gone = gone
        self._behind: bytearray | None = None
        self._closing = False
        self._since = time.monotonic()

    def send(self, data: bytes) -> None:
        """Write after what was sent before."""
        self._sockets.order(self, data)

    def end(self) -> None:
        """Finish the answer and close the connection, after what was sent before."""
        self._sockets.order(self, None)


class Sockets:
    """The thread that writes to all viewers, notices those who left, and pings the rest."""

    def __init__(self) -> None:
        self.ready = False
        self.handed_over: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._orders: deque[tuple[Viewer, bytes | None]] = deque()
        self._viewers: set[Viewer] = set()
        self._lock = threading.Lock()
        self._selector: selectors.BaseSelector | None = None
        self._wake = -1
        self._awake = False
        self._empty = threading.Event()
        self._framed: tuple[bytes, bytes] = (b"", b"")

    def take(self, sock: socket.socket, chunked: bool, gone: Callable[[], None]) -> Viewer:
        """Own the connection from now on; ``gone`` is called once when it is closed, from whichever side."""
        viewer = Viewer(self, sock, chunked, gone)
        self.handed_over.add(sock)
        sock.setblocking(False)
        with self._lock:
            if self._selector is None:
                self._start()
        self.order(viewer, b"")
        return viewer

    def order(self, viewer: Viewer, data: bytes | None) -> None:
        """Have the thread write ``data``, or end the answer."""
        self._orders.append((viewer, data))
        if not self._awake:
            self._awake = True
            os.write(self._wake, b".")

    def wake(self) -> None:
        """Have the thread look around; takes no lock."""
        if self._wake >= 0:
            self._awake = True
            os.write(self._wake, b".")

    def finish(self, seconds: float) -> None:
        """Wait until all streams of a process that is being stopped have ended whole, at most so long."""
        if self._selector is not None:
            self.wake()
            self._empty.wait(seconds)

    def _start(self) -> None:
        heard, self._wake = os.pipe()
        os.set_blocking(heard, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(heard, selectors.EVENT_READ, None)
        threading.Thread(target=self._run, args=(self._selector,), name="sockets", daemon=True).start()

    def _run(self, selector: selectors.BaseSelector) -> None:
        ping_at = time.monotonic() + settings().stream_ping
        while True:
            patience = 0.1 if watching.stopping() else ping_at - time.monotonic()
            for key, mask in selector.select(max(0.0, patience)):
                if key.data is None:
                    os.read(key.fd, 4096)
                else:
                    self._turn(key.data, mask)
            self._awake = False
            while self._orders:
                self._obey(*self._orders.popleft())
            if watching.stopping():
                self._end_all()
            if time.monotonic() >= ping_at:
                ping_at = time.monotonic() + settings().stream_ping
                self._ping(time.monotonic() - LONGEST)

    def _end_all(self) -> None:
        """End every stream: whoever followed comes back, to another process, and names the last number it saw."""
        for viewer in list(self._viewers):
            self._obey(viewer, None)
        if not self._viewers:
            self._empty.set()

    def _ping(self, too_old: float) -> None:
        """Say something to everybody, so that those who left are noticed; end what has lasted long."""
        for viewer in list(self._viewers):
            self._obey(viewer, None if viewer._since < too_old else PING)

    def _obey(self, viewer: Viewer, data: bytes | None) -> None:
        if viewer.sock.fileno() < 0 or viewer._closing:
            return
        if viewer not in self._viewers:
            assert self._selector is not None
            self._selector.register(viewer.sock, selectors.EVENT_READ, viewer)
            self._viewers.add(viewer)
        if data is None:
            viewer._closing = True
            data = b"0\r\n\r\n" if viewer._chunked else b""
        elif data and viewer._chunked:
            data = self._chunk(data)
        if data:
            self._write(viewer, data)
        if viewer._closing and not viewer._behind:
            self._close(viewer)

    def _chunk(self, data: bytes) -> bytes:
        """``data`` as a chunk of HTTP/1.1; what goes to many viewers is framed once."""
        if self._framed[0] is not data:
            self._framed = (data, b"%x\r\n%b\r\n" % (len(data), data))
        return self._framed[1]

    def _write(self, viewer: Viewer, data: bytes) -> None:
        if viewer._behind:
            viewer._behind += data
            if len(viewer._behind) > MOST_BEHIND:
                self._close(viewer)
            return
        try:
            written = viewer.sock.send(data)
        except BlockingIOError:
            written = 0
        except OSError:
            return self._close(viewer)
        if written < len(data):
            viewer._behind = bytearray(data[written:])
            self._listen_for(viewer, selectors.EVENT_READ | selectors.EVENT_WRITE)

    def _turn(self, viewer: Viewer, mask: int) -> None:
        """The connection can be read, which means that the viewer left, or written to again."""
        if mask & selectors.EVENT_READ:
            try:
                if not viewer.sock.recv(4096):
                    return self._close(viewer)
            except BlockingIOError:
                pass
            except OSError:
                return self._close(viewer)
        if mask & selectors.EVENT_WRITE and viewer._behind:
            behind, viewer._behind = bytes(viewer._behind), None
            self._write(viewer, behind)
            if viewer.sock.fileno() >= 0 and not viewer._behind:
                self._listen_for(viewer, selectors.EVENT_READ)
                if viewer._closing:
                    self._close(viewer)

    def _listen_for(self, viewer: Viewer, mask: int) -> None:
        assert self._selector is not None
        self._selector.modify(viewer.sock, mask, viewer)

    def _close(self, viewer: Viewer) -> None:
        if viewer not in self._viewers:
            return
        self._viewers.discard(viewer)
        assert self._selector is not None
        self._selector.unregister(viewer.sock)
        viewer.sock.close()
        viewer._gone()


sockets = Sockets()


class HandedOver(OSError):
    """Ends the server's part in an answer; the server takes it for a viewer who left and writes nothing more."""

    def __init__(self) -> None:
        super().__init__(errno.EPIPE, "the connection was handed over")


def connection(environ: dict[str, Any]) -> socket.socket | None:
    """The connection behind a request where it can be taken over, else ``None``."""
    sock = environ.get("gunicorn.socket")
    plain = isinstance(sock, socket.socket) and not isinstance(sock, ssl.SSLSocket)
    return sock if sockets.ready and plain and environ.get("HTTP_VERSION") != "2" else None
