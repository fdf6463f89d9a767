"""The sandbox and a worker of the product's own, as processes, for benches that run whole jobs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _serve import ROOT

KEY = "sandbox-bench"


@contextmanager
def sandbox() -> Iterator[str]:
    """The address of a sandbox whose account is never refused for asking too often."""
    import httpx

    command = [sys.executable, "-m", "reachly.sandbox", "--port", "0"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split()[1]
        freely = {"minute": 10**9, "hourly": 10**9, "daily": 10**9}
        httpx.put(f"{url}/_control/{KEY}", json={"credits": 10**9, "rate_limits": freely}).raise_for_status()
        yield url
    finally:
        server.terminate()
        server.wait(10)


def pointed_at(url: str) -> dict[str, str]:
    """The variables that send a process to this sandbox, as fast as it can."""
    return {"LUSHA_BASE_URL": url, "LUSHA_API_KEY": KEY, "LUSHA_PER_SECOND": "100000", "LOG_LEVEL": "ERROR"}


@contextmanager
def worker(processes: int, threads: int) -> Iterator[list[int]]:
    """The process ids of the Procfile's worker: the parent, and below it workers and scheduler."""
    command = [sys.executable, "-m", "dramatiq", "jobs.actors", "--fork-function", "jobs.schedule:run"]
    command += ["--processes", str(processes), "--threads", str(threads), "--worker-shutdown-timeout", "15000"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "WORKER_THREADS": str(threads)}
    with tempfile.TemporaryFile() as said:
        started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True)
        try:
            yield [started.pid]
        finally:
            os.killpg(started.pid, signal.SIGTERM)
            try:
                started.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(started.pid, signal.SIGKILL)


def rss(parent: int) -> dict[int, int]:
    """Kilobytes of memory of each process below ``parent`` that runs jobs, by process id."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        if int(told["PPid"]) == parent and "VmRSS" in told:
            found[int(told["Pid"])] = int(told["VmRSS"].split()[0])
    return found
