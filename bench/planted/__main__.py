"""`bench planted [NAME ...]`: plants each fault and says who found it; 1 where one that changes behaviour was not."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

from bench.planted import together
from bench.planted.catalogue import CRASH, FAULTS, Planted
from bench.planted.planting import VARIABLE

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Plant the faults named, or all, one after the other."""
    parser = argparse.ArgumentParser(prog="bench planted", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    chosen = parser.parse_args()
    if wrong := set(chosen.names) - {fault.name for fault in FAULTS}:
        parser.error(f"there is no {', '.join(sorted(wrong))}")
    faults = [fault for fault in FAULTS if not chosen.names or fault.name in chosen.names]
    surroundings = dict(os.environ)
    missed = 0
    for fault, seconds, finder, words in looked_for(faults, surroundings):
        missed += finder is None and not fault.equivalent
        told = f"found by {finder}: {words}" if finder else f"not found: {fault.equivalent or 'AND IT SHOULD BE'}"
        print(f"{fault.name:45} {seconds:5.1f} s  {told}", flush=True)
    print(f"{len(faults)} planted, {missed} missed")
    return int(bool(missed))


Looked = tuple[Planted, float, str | None, str]


def looked_for(faults: list[Planted], surroundings: dict[str, str]) -> Iterator[Looked]:
    """Each fault with the seconds it took, who found it and in which words."""
    shared = [fault for fault in faults if together.can(fault)]
    started = time.monotonic()
    for fault, breach in together.walked(shared) if shared else ():
        finder, words = fault.finders[0] if breach else None, breach[:160]
        if finder is None:
            finder, words = found(fault, fault.finders[1:], surroundings)
        yield fault, time.monotonic() - started, finder, words
        started = time.monotonic()
    for fault in faults:
        if fault not in shared:
            finder, words = found(fault, fault.finders, surroundings)
            yield fault, time.monotonic() - started, finder, words
            started = time.monotonic()


def found(fault: Planted, finders: Sequence[str], surroundings: dict[str, str]) -> tuple[str | None, str]:
    """Who found it first, and its first words; nobody where all finders are content."""
    for finder in finders:
        if finder.startswith(CRASH):
            command = ["bench.planted.launch", "bench.crashpoints", "--most", "1", finder.removeprefix(CRASH)]
        else:
            command = ["pytest", "-q", "-x", "-p", "bench.planted.plugin", "-p", "no:cacheprovider", finder]
        looked = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=surroundings | {VARIABLE: fault.name, "PYTHONPATH": str(ROOT), "PYTEST_XDIST_TESTRUNUID": uuid4().hex},
            capture_output=True,
            text=True,
            timeout=900,
        )
        whole = not finder.startswith(CRASH) or looked.stdout.rstrip().endswith("breaches")
        whole = whole and "bench/planted/" not in looked.stdout
        if looked.returncode == 1 and whole:
            return finder, _first_words(looked.stdout)
        if looked.returncode:
            raise RuntimeError(f"{fault.name}: {finder} could not look\n{looked.stdout[-3000:]}{looked.stderr[-3000:]}")
    return None, ""


def _first_words(told: str) -> str:
    lines = [line.strip() for line in told.splitlines()]
    marks = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return next((line for line in [*marks, *[line for line in lines if ": " in line]]), "")[:160]


if __name__ == "__main__":
    sys.exit(main())
