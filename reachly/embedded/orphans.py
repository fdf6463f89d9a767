"""Finding and ending what a killed parent left running, of one home and of no other."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable
from pathlib import Path

import psutil

from reachly.embedded.children import MARK


def end_home(home: Path) -> int:
    """End every process whose environment carries the mark of ``home``; how many were found.

    This process and its ancestors are never among them.
    """
    return _end(_found(lambda process: process.environ().get(MARK) == str(home)))


def end_servers(cluster: str, data: Path) -> int:
    """End every PostgreSQL process over these database files; how many were found.

    They are known by their command line, which anybody may read: PostgreSQL writes over its environment, and may run
    as another user than we do.
    """

    def ours(process: psutil.Process) -> bool:
        command = process.cmdline()
        return bool(command) and (command[0].startswith(f"postgres: {cluster}:") or command[1:3] == ["-D", str(data)])

    return _end(_found(ours))


def _found(belongs: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
    myself = psutil.Process()
    spared = {myself.pid, *(parent.pid for parent in myself.parents())}
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):  # it ended meanwhile, or belongs to somebody else
            if process.pid not in spared and process.status() != psutil.STATUS_ZOMBIE and belongs(process):
                found.append(process)
    return found


def _end(found: list[psutil.Process]) -> int:
    numbers = {process.pid for process in found}
    for process in found:
        with contextlib.suppress(psutil.Error):
            if process.ppid() in numbers:
                continue  # its parent tells it; a second word would make it drop its work
            # SIGTERM would let PostgreSQL wait for its clients; SIGINT closes them and keeps every commit
            process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
    _, alive = psutil.wait_procs(found, timeout=5)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=2)
    return len(found)
