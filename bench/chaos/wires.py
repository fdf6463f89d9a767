"""The wires as the harness holds them: one process that carries bytes, told how each wire is to be."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping

from reachly.operator.environment import CHECKOUT


class Wires:
    """``listening`` has for each name the port to listen on and the one it leads to."""

    def __init__(self, listening: Mapping[str, tuple[int, int]], environment: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        words = [f"{name}={port}:{target}" for name, (port, target) in listening.items()]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.chaos.wire", *words],
            cwd=CHECKOUT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        for name in listening:
            self.set(name, "flow")

    def set(self, name: str, mood: str, seconds: float | None = None) -> None:
        """Say how a wire is to be; returns when it is so."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        words = f"{name} {mood}" + (f" {seconds}" if seconds is not None else "")
        with self._lock:
            self.process.stdin.write(f"{words}\n".encode())
            self.process.stdin.flush()
            self.process.stdout.readline()
