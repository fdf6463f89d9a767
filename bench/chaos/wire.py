"""A TCP proxy with a hand on it: what passes between the product and a store or provider can hang, be cut or wait.

Runs as a process of its own (``python -m bench.chaos.wire NAME=LISTEN:TARGET …``) and obeys lines on its input:
``NAME flow``, ``NAME hang``, ``NAME deaf`` (requests go out, answers stay away), ``NAME cut`` (every line is broken at
once, new ones flow), ``NAME refuse`` (broken, and new ones are broken at once), ``NAME delay SECONDS``.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import selectors
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import Any

MOST = 1 << 18
"""Bytes read at once, and about as many as wait for one side before the other is read again."""
_RESET = struct.pack("ii", 1, 0)


@dataclass(eq=False)
class End:
    """One side of a line: what waits to be written to it, and when it may be."""

    wire: Wire
    sock: socket.socket
    asks: bool
    """Whether this side is the product's, where requests come from."""
    peer: End | None = None
    waiting: bytearray = field(default_factory=bytearray)
    due: list[tuple[float, int, bytes]] = field(default_factory=list)
    ready: bool = False
    ended: bool = False
    watched: int = 0


@dataclass(eq=False)
class Wire:
    """One listening port with its target and its present mood."""

    name: str
    listener: socket.socket
    target: int
    mood: str = "flow"
    delay: float = 0.0
    ends: set[End] = field(default_factory=set)


class Exchange:
    """All wires in one loop."""

    def __init__(self, wires: dict[str, tuple[int, int]]) -> None:
        self.selector = selectors.DefaultSelector()
        self.wires: dict[str, Wire] = {}
        self.late: list[tuple[float, int, End]] = []
        self.count = 0
        for name, (port, target) in wires.items():
            listener = socket.create_server(("127.0.0.1", port), backlog=512)
            listener.setblocking(False)
            wire = self.wires[name] = Wire(name, listener, target)
            self.selector.register(listener, selectors.EVENT_READ, wire)

    def run(self) -> None:
        """Carry bytes until the input is closed."""
        os.set_blocking(0, False)
        self.selector.register(0, selectors.EVENT_READ, None)
        told = b""
        while True:
            pause = max(0.0, self.late[0][0] - time.monotonic()) if self.late else None
            for key, events in self.selector.select(pause):
                if key.data is None:
                    heard = os.read(0, 65536)
                    if not heard:
                        return
                    *lines, told = (told + heard).split(b"\n")
                    for line in lines:
                        self.obey(line.decode().split())
                elif isinstance(key.data, Wire):
                    self.accept(key.data)
                else:
                    self.carry(key.data, events)
            self.release()

    def obey(self, words: list[str]) -> None:
        """Change a wire's mood."""
        wire, mood = self.wires[words[0]], words[1]
        wire.delay = float(words[2]) if mood == "delay" else 0.0
        wire.mood = "flow" if mood == "cut" else mood
        if mood in ("cut", "refuse"):
            for end in list(wire.ends):
                self.drop(end)
        for end in list(wire.ends):
            self.watch(end)
        sys.stdout.write(f"{' '.join(words)}\n")
        sys.stdout.flush()

    def accept(self, wire: Wire) -> None:
        """A new line: the target is called at once, whatever the mood."""
        try:
            sock, _ = wire.listener.accept()
        except OSError:
            return
        if wire.mood == "refuse":
            _reset(sock)
            return
        target = socket.socket()
        for each in (sock, target):
            each.setblocking(False)
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        target.connect_ex(("127.0.0.1", wire.target))
        here, there = End(wire, sock, True, ready=True), End(wire, target, False)
        here.peer, there.peer = there, here
        wire.ends |= {here, there}
        self.watch(here)
        self.watch(there)

    def carry(self, end: End, events: int) -> None:
        """Read from one side what the other is to have, and write what waits for this one."""
        try:
            if events & selectors.EVENT_WRITE:
                if not end.ready:
                    if end.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                        raise OSError
                    if end.sock.getpeername() == end.sock.getsockname():
                        raise OSError  # a dead target's port may answer itself
                    end.ready = True
                if end.waiting:
                    del end.waiting[: end.sock.send(end.waiting)]
                self.finish(end)
            if events & selectors.EVENT_READ:
                self.read(end)
        except BlockingIOError:
            pass
        except OSError:
            self.drop(end)
            return
        if end.wire.ends:
            self.watch(end)
            if end.peer in end.wire.ends:
                self.watch(end.peer)

    def read(self, end: End) -> None:
        peer = end.peer
        assert peer is not None
        data = end.sock.recv(MOST)
        if not data:
            end.ended = True
            self.finish(peer)
        elif end.wire.delay:
            self.count += 1
            at = time.monotonic() + end.wire.delay
            heapq.heappush(peer.due, (at, self.count, data))
            heapq.heappush(self.late, (at, self.count, peer))
        elif peer.due or peer.waiting or not peer.ready:
            if peer.due:
                self.count += 1
                heapq.heappush(peer.due, (peer.due[-1][0], self.count, data))
                heapq.heappush(self.late, (peer.due[-1][0], self.count, peer))
            else:
                peer.waiting += data
        else:
            with contextlib.suppress(BlockingIOError):
                data = data[peer.sock.send(data) :]
            peer.waiting += data

    def finish(self, end: End) -> None:
        """Close the side to which everything was written that its peer said before it ended."""
        if end.peer is not None and end.peer.ended and not end.waiting and not end.due and end.ready:
            self.drop(end, politely=True)

    def release(self) -> None:
        """Give out what has waited long enough."""
        now = time.monotonic()
        while self.late and self.late[0][0] <= now:
            _, _, end = heapq.heappop(self.late)
            while end.due and end.due[0][0] <= now:
                end.waiting += heapq.heappop(end.due)[2]
            if end in end.wire.ends:
                self.watch(end)

    def watch(self, end: End) -> None:
        """Listen for what this side may do in the present mood."""
        if end not in end.wire.ends:
            return
        mood, peer = end.wire.mood, end.peer
        mute = mood == "hang" or (mood == "deaf" and not end.asks)
        full = peer is not None and len(peer.waiting) + sum(len(one[2]) for one in peer.due) > MOST
        wanted = 0 if mute or full or end.ended or not end.ready else selectors.EVENT_READ
        held = mood == "hang" or (mood == "deaf" and end.asks)
        if not end.ready or ((end.waiting or (peer and peer.ended and not end.due)) and not held):
            wanted |= selectors.EVENT_WRITE
        if wanted == end.watched:
            return
        if not wanted:
            self.selector.unregister(end.sock)
        elif end.watched:
            self.selector.modify(end.sock, wanted, end)
        else:
            self.selector.register(end.sock, wanted, end)
        end.watched = wanted

    def drop(self, end: End, *, politely: bool = False) -> None:
        """Break the line, both sides."""
        for one in (end, end.peer):
            if one is not None and one in one.wire.ends:
                one.wire.ends.discard(one)
                if one.watched:
                    self.selector.unregister(one.sock)
                    one.watched = 0
                one.sock.close() if politely else _reset(one.sock)


def _reset(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    sock.close()


def main(words: list[str]) -> None:
    """Serve the wires named on the command line."""
    wires: dict[str, Any] = {}
    for word in words:
        name, _, ports = word.partition("=")
        listen, _, target = ports.partition(":")
        wires[name] = (int(listen), int(target))
    Exchange(wires).run()


if __name__ == "__main__":
    main(sys.argv[1:])
