"""The answer to whoever wants to follow a job: Server-Sent Events, by an own connection or, failing that, a thread."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from flask import Response, request

from reachly import watching
from reachly.settings import settings
from reachly.web.streams.sockets import LONGEST, PING, HandedOver, connection, sockets
from reachly.web.streams.story import Event, Follower, Key, story

RETRY = 2000
"""Milliseconds after which a browser that lost its stream comes back."""
STREAM = "text/event-stream"
_TICK = 1.0


class Outlet(Protocol):
    """Where a stream's bytes go; both return at once."""

    def send(self, data: bytes) -> None:
        """Write after what was sent before."""

    def end(self) -> None:
        """Finish, after what was sent before."""


class Stream(Follower, Protocol):
    """A follower that writes what it is given to its ``outlet``, which it gets before the first delivery."""

    outlet: Outlet

    def close(self) -> None:
        """The viewer has gone: leave."""


class Events:
    """Follows a job's events one by one, each as ``write`` puts it, until the job is done."""

    outlet: Outlet

    def __init__(self, key: Key, after: int, write: Callable[[Event], bytes]) -> None:
        self.key = key
        self.seen = after
        self._write = write

    def deliver(self, events: list[Event]) -> None:
        """Send the next events, each once and in order."""
        if not events:
            return
        frames = [event.frame(self._write) for event in events]
        self.outlet.send(frames[0] if len(frames) == 1 else b"".join(frames))
        if events[-1].kind == "done":
            self.close()
            self.outlet.end()

    def close(self) -> None:
        """Follow no more."""
        story.leave(self)


class Queue:
    """An outlet that somebody else empties."""

    def __init__(self) -> None:
        self._sent: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

    def send(self, data: bytes) -> None:
        """Keep for whoever empties."""
        self._sent.put(data)

    def end(self) -> None:
        """No more comes."""
        self._sent.put(None)

    def empty(self) -> Iterator[bytes]:
        """What is sent, and pings while nothing is; ends with the sender, with the process, or after long enough."""
        ends = time.monotonic() + LONGEST
        ping_at = time.monotonic() + settings().stream_ping
        while not watching.stopping() and time.monotonic() < ends:
            try:
                data = self._sent.get(timeout=min(_TICK, settings().stream_ping))
            except queue.Empty:
                if time.monotonic() >= ping_at:
                    ping_at = time.monotonic() + settings().stream_ping
                    yield PING
                continue
            if data is None:
                return
            yield data


def respond(stream: Stream, head: bytes = b"") -> Response:
    """The answer that sends ``head`` and then all the stream writes; 503 where there are too many, so that whoever
    asks polls instead.

    A process that is being stopped ends the answer at once: who asked comes back to the next one.
    Holds no connection to a store and, under our own server, no thread. May be called in a view only.
    """
    if request.method == "HEAD":
        return Response(mimetype=STREAM)
    sock = connection(request.environ)
    config = settings()
    most = config.web_streams if sock else min(config.web_streams, max(1, config.web_threads * 3 // 4))
    if story.count() >= most:
        return Response(
            "Too many are watching. Ask again by polling.\n", 503, {"Retry-After": "5"}, mimetype="text/plain"
        )
    chunked = request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0"

    def body() -> Iterator[bytes]:
        yield b"retry: %d\n\n%b" % (RETRY, head)
        if watching.stopping():
            return  # a browser comes back after an answer that ended, and gives up after one that was refused
        if sock is not None:
            stream.outlet = sockets.take(sock, chunked, stream.close)
            story.join(stream)
            raise HandedOver
        outlet = stream.outlet = Queue()
        story.join(stream)
        try:
            yield from outlet.empty()
        finally:
            stream.close()

    return Response(body(), mimetype=STREAM, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


def frame(event: str, data: str, number: int | None = None) -> bytes:
    """One Server-Sent Event; ``number`` is what the browser names when it comes back."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"{f'id: {number}{chr(10)}' if number is not None else ''}event: {event}\n{lines}\n".encode()
