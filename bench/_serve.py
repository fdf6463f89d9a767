"""The product's own server for a bench: gunicorn as in the Procfile, on a port of its own; and what servers need."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def served(app: str, ready: str, **settings: str) -> Iterator[tuple[int, int]]:
    """The process id and the port of a server of ``app``, from when ``ready`` answers until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", app, "--config", "python:reachly.web.server", "--no-control-socket"]
    server = subprocess.Popen(command, cwd=ROOT, env=surroundings(PORT=str(port), **settings))
    try:
        _wait_for(port, ready)
        yield server.pid, port
    finally:
        server.terminate()
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            raise


def surroundings(**settings: str) -> dict[str, str]:
    """The variables of a server on loopback that refuses nobody for coming often; ``settings`` stand above all."""
    ours = {"HOST": "127.0.0.1", "WEB_PROCESSES": "1", "RATE_LIMIT_SCALE": "100000", "PYTHONPATH": str(ROOT)}
    return os.environ | ours | settings


def many_files() -> None:
    """Let this process, and all it starts, hold as many connections as the machine allows."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, path: str) -> None:
    for _ in range(300):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as sock:
                sock.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
                if b" 200 " in sock.recv(100):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the server did not start")
