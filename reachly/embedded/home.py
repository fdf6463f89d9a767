"""The home: one folder that holds everything a Reachly of this machine keeps (``REACHLY_HOME``)."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any


class HomeTaken(Exception):
    """Another Reachly runs on this home; ``address`` is where, or None while it is starting."""

    def __init__(self, address: str | None) -> None:
        super().__init__(address)
        self.address = address


class Home:
    """A home folder, made when missing and closed to other people.

    Generated passwords live in ``keys.json`` (0600), the ports once chosen in ``ports.json``, output in ``log/``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.log = self.path / "log"
        self.log.mkdir(exist_ok=True, mode=0o700)
        self._lock: IO[str] | None = None
        self._served: set[str] = set()

    @property
    def mark(self) -> str:
        """A short name made from the path, for places that cannot hold the path itself."""
        return hashlib.sha256(str(self.path).encode()).hexdigest()[:12]

    def claim(self) -> None:
        """Hold this home until the process ends, however it ends; raises `HomeTaken` when somebody else does."""
        lock = (self.path / "run.lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            address = lock.read().strip()
            lock.close()
            raise HomeTaken(address or None) from None
        self._lock = lock
        self.announce("")

    def announce(self, address: str) -> None:
        """Write down where this Reachly answers, for those who come later."""
        if self._lock is None:
            raise RuntimeError("claim the home before announcing an address")
        self._lock.truncate(0)
        self._lock.write(address)
        self._lock.flush()

    def key(self, name: str) -> str:
        """The secret of that name, made up at its first use and the same ever after; safe inside a URL."""
        keys = self._read("keys.json")
        if name not in keys:
            keys[name] = secrets.token_urlsafe(32)
            self._write("keys.json", keys)
        return str(keys[name])

    def port(self, name: str, *, fresh: bool = False) -> int:
        """A loopback port that is free now: the one remembered for ``name`` where possible."""
        ports = self._read("ports.json")
        if fresh or name not in ports or not free("127.0.0.1", int(ports[name])):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                ports[name] = probe.getsockname()[1]
            self._write("ports.json", ports)
        return int(ports[name])

    def remembered(self, name: str) -> int:
        """The port that was last chosen for ``name``, 0 when none was."""
        return int(self._read("ports.json").get(name, 0))

    def serve_on_port(self, name: str, serve: Callable[[int], bool]) -> bool:
        """Call ``serve`` with a port until it says that it serves; whether it did.

        The first time another port is tried where one was snatched from us. Later others have been told the port: it
        stays.
        """
        fixed = name in self._served
        for attempt in range(3):
            if serve(self.remembered(name) if fixed else self.port(name, fresh=attempt > 0)):
                self._served.add(name)
                return True
        return False

    def output(self, name: str) -> IO[bytes]:
        """The log of that name, opened for more; past 20 MB the old one is set aside as ``NAME.log.1``."""
        path = self.log / f"{name}.log"
        if path.exists() and path.stat().st_size > 20_000_000:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def _read(self, name: str) -> dict[str, Any]:
        path = self.path / name
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

    def _write(self, name: str, values: dict[str, Any]) -> None:
        handle, temporary = tempfile.mkstemp(dir=self.path)  # mkstemp makes it 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(values, file, indent=1)
        Path(temporary).replace(self.path / name)


def free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a past connection in TIME_WAIT is no obstacle
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
