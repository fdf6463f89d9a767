"""The whole product, started by its own entrance in a home of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from reachly.operator.environment import CHECKOUT
from reachly.operator.test import surroundings

READY = re.compile(r"Reachly is ready: (http://\S+)")
SETTINGS = {"RATE_LIMIT_SCALE": "100", "LUSHA_PAGE_SIZE": "10", "HOST": "127.0.0.1"}
SANDBOX_KEYS = ("sandbox-lusha", "sandbox-clay")


class Product:
    """A run of `python3 -m reachly run`; ``url`` is where its first page is."""

    def __init__(self) -> None:
        # Not under pytest's folders: PostgreSQL runs as a user of its own where we are root, and has to get there.
        self.folder = Path(tempfile.mkdtemp(prefix="journey-"))
        self.output = self.folder / "output.txt"
        environment = surroundings() | SETTINGS | {"REACHLY_HOME": str(self.folder / "home")}
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "reachly", "run"],
                cwd=CHECKOUT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            self.url = self._ready(60)
        except BaseException:
            self.stop()
            raise

    def _ready(self, seconds: float) -> str:
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            said = READY.search(self.output.read_text())
            if said:
                return said[1]
            time.sleep(0.1)
        raise RuntimeError(f"the product did not start:\n{self.output.read_text()[-4000:]}")

    def play(self, **behaviour: Any) -> None:
        """Set what the providers do, for both of the accounts that the product has there."""
        port = json.loads((self.folder / "home" / "ports.json").read_text())["sandbox"]
        for key in SANDBOX_KEYS:
            httpx.put(f"http://127.0.0.1:{port}/_control/{key}", json=behaviour).raise_for_status()

    def stop(self) -> None:
        """End it as Ctrl-C does, and wait until everything is gone."""
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(30)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
            shutil.rmtree(self.folder, ignore_errors=True)
