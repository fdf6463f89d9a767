"""Stands between the acting process and its stores, on ports of its own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from bench.crashpoints import wires
from bench.crashpoints.trigger import Trigger
from bench.crashpoints.wires import Cut, Line

Speak = Callable[..., None]


class Proxy:
    """Passes on what comes in on ``port``, message by message, to ``target``."""

    def __init__(self, trigger: Trigger, speak: Speak, target: tuple[str, int] | None) -> None:
        self._trigger, self._speak, self._target = trigger, speak, target
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._welcome, name=f"proxy-{speak.__name__}", daemon=True).start()

    def cut(self) -> None:
        """End what a dead process left, so that the servers know of its death too."""
        with self._lock:
            left, self._open = list(self._open), set()
        for sock in left:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()

    def _welcome(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        mine = [client]
        with suppress(OSError, Cut):
            if self._target is not None:
                mine.append(socket.create_connection(self._target, timeout=10))
                mine[1].settimeout(None)
            with self._lock:
                self._open.update(mine)
            lines = [Line(sock) for sock in mine]
            server = lines[1] if len(lines) == 2 else None
            self._speak(lines[0], server, self._counted, self._trigger.kill)
        with self._lock:
            self._open.difference_update(mine)
        for sock in mine:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _counted(self, channel: str, words: str) -> bool:
        last = self._trigger.message(channel, words)
        if self._trigger.killed:
            raise Cut
        return last


class Between:
    """The proxies for PostgreSQL, Valkey and the files, and what their URLs become."""

    def __init__(self, postgres: tuple[str, int], redis: tuple[str, int]) -> None:
        self.trigger = Trigger()
        self.postgres = Proxy(self.trigger, wires.postgres, postgres)
        self.redis = Proxy(self.trigger, wires.redis, redis)
        self.files = Proxy(self.trigger, wires.gate, None)
        self._all = (self.postgres, self.redis, self.files)

    def cut(self) -> None:
        """End every connection of the process that acted."""
        for proxy in self._all:
            proxy.cut()

    def close(self) -> None:
        """Take no more connections."""
        for proxy in self._all:
            proxy.close()
