"""A whole Reachly with stand-in programs, started by the real command in a folder and home of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from reachly.embedded.children import MARK
from reachly.operator.environment import CHECKOUT
from reachly.operator.test import surroundings

WEB = """
import os, signal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *words): pass
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
ThreadingHTTPServer((os.environ["HOST"], int(os.environ["PORT"])), Page).serve_forever()
"""
WORKER = """
import os, sys, time
print("worker is", os.getpid(), flush=True)
time.sleep(600)
"""


class Entrance:
    """One folder with a Procfile, and the runs that were started in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.runs: list[subprocess.Popen[str]] = []
        self.output = folder / "output.txt"
        (folder / "web.py").write_text(WEB)
        (folder / "worker.py").write_text(WORKER)
        self.procfile("release: python -c 'print(1 + 1)'", "web: python web.py", "worker: python worker.py")

    def procfile(self, *lines: str) -> None:
        """What this Reachly runs."""
        (self.folder / "Procfile").write_text("\n".join(lines) + "\n")

    def environment(self, **more: str) -> dict[str, str]:
        """Without the settings of the test run; a provider's key keeps the sandbox off."""
        own = {
            "REACHLY_NO_VENV": "1",
            "PYTHONPATH": str(CHECKOUT),
            "REACHLY_HOME": str(self.home),
            "LUSHA_API_KEY": "x",
        }
        return surroundings() | own | more

    def once(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command that ends by itself."""
        command = [sys.executable, "-m", "reachly", *words]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self, **more: str) -> subprocess.Popen[str]:
        """Start `run`; its output is read with `wait_for`."""
        self.output.write_text("")
        with self.output.open("w") as output:
            run = subprocess.Popen(
                [sys.executable, "-m", "reachly"],
                cwd=self.folder,
                env=self.environment(**more),
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.runs.append(run)
        return run

    def wait_for(self, pattern: str, count: int = 1, seconds: float = 40) -> str:
        """The first group of the last match, once the output has `count` of them."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = re.findall(pattern, self.output.read_text())
            if len(found) >= count:
                return str(found[-1])
            time.sleep(0.05)
        raise AssertionError(f"never saw {pattern!r} {count} times in:\n{self.output.read_text()}")

    def processes(self) -> list[psutil.Process]:
        """Every process that belongs to this home."""
        found = []
        for process in psutil.process_iter():
            try:
                marked = process.environ().get(MARK) == str(self.home)
                if process.status() != psutil.STATUS_ZOMBIE and (
                    marked or str(self.home) in " ".join(process.cmdline())
                ):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def kill_all(self) -> None:
        """Leave nothing to the next test."""
        for run in self.runs:
            if run.poll() is None:
                run.send_signal(signal.SIGTERM)
                try:
                    run.wait(25)
                except subprocess.TimeoutExpired:
                    run.kill()
        for process in self.processes():
            process.kill()


def until(true: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether it comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may pass through, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="entrance-", ignore_cleanup_errors=True) as name:
        os.chmod(name, 0o711)
        yield Path(name).resolve()


@pytest.fixture
def entrance(open_folder: Path) -> Iterator[Entrance]:
    """A Reachly of stand-in programs that is gone with all its processes after the test."""
    made = Entrance(open_folder)
    yield made
    made.kill_all()
