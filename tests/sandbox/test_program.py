"""The sandbox as a program: quick to start, the same on every start, gone when told to go."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]


def _started(*arguments: str, hash_seed: str = "0") -> tuple[subprocess.Popen[str], str, float]:
    began = time.monotonic()
    program = subprocess.Popen(
        [sys.executable, "-m", "reachly.sandbox", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    assert program.stdout is not None
    line = program.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, line
    return program, found[0], time.monotonic() - began


def _digest(url: str) -> str:
    headers = {"api_key": "sandbox-digest", "clay-api-key": "sandbox-digest"}
    digest = hashlib.sha256()
    with httpx.Client(base_url=url, headers=headers) as client:
        filters = {"contacts": {"include": {"skills": ["sql"], "names": ["a"]}}}
        asked = {"pagination": {"page": 1, "size": 50}, "filters": filters}
        found = client.post("/v3/contacts/prospecting", json=asked).json()["results"]
        digest.update(repr(found).encode())
        ids = [one["id"] for one in found]
        digest.update(repr(client.post("/v3/contacts/enrich", json={"ids": ids}).json()["results"]).encode())
        search = client.post("/public/v0/search/filters-mode", json={"source_type": "people", "filters": {}}).json()
        rows = client.post(f"/public/v0/search/filters-mode/{search['search_id']}/run", json={"limit": 100})
        digest.update(repr(rows.json()["data"]).encode())
        digest.update(client.get("/_control/_world").content)
    return digest.hexdigest()


def test_two_starts_tell_the_same_world_and_stop_when_told() -> None:
    programs = [_started(hash_seed=seed) for seed in ("1", "2")]
    try:
        assert _digest(programs[0][1]) == _digest(programs[1][1])
        assert all(seconds < 10 for _, _, seconds in programs)
    finally:
        for program, _, _ in programs:
            program.send_signal(signal.SIGTERM)
    assert [program.wait(10) for program, _, _ in programs] == [0, 0]


def test_a_smaller_world_can_be_asked_for_and_a_taken_port_is_said() -> None:
    program, url, _ = _started("--people", "100")
    try:
        assert httpx.get(f"{url}/healthz").json()["people"] == 100
        port = url.rsplit(":", 1)[1]
        second = subprocess.run(
            [sys.executable, "-m", "reachly.sandbox", "--port", port, "--people", "100"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=20,
        )
        assert second.returncode == 1
        assert "cannot listen" in second.stderr
    finally:
        program.send_signal(signal.SIGINT)
    assert program.wait(10) == 0
