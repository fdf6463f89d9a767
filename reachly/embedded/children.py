"""Starting and ending child processes so that none outlives its parent.

A child leads its own process group, carries its home in its environment, and on Linux is told by the kernel to stop
when its parent dies. What a lost parent leaves behind all the same is found again by `reachly.embedded.orphans`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

MARK = "REACHLY_CHILD_OF"
"""The variable by which a process is known to belong to a home, whoever its parent is by now."""

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: a forked child must not


def inherited(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment for a child: ours, the mark of its home, this interpreter first on PATH, and ``more``."""
    here = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath)
    return os.environ | {"PATH": f"{here}{os.pathsep}{path}", MARK: str(home)} | dict(more or {})


def spawn(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: Path,
    output: int | IO[bytes],
    ends_by: signal.Signals = signal.SIGTERM,
    user: tuple[int, int] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a command as leader of its own session; call it from a thread that lives as long as the parent.

    ``user`` is the uid and gid to become. ``ends_by`` is what the kernel sends when the calling thread dies (Linux).
    """
    return subprocess.Popen(  # noqa: S603 - the commands are ours and the Procfile's
        list(command),
        env=dict(environment),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=user[0] if user else None,
        group=user[1] if user else None,
        extra_groups=[] if user else None,
        preexec_fn=_tie_to_parent(os.getpid(), ends_by),  # runs after the change of user, which would undo it
    )


def _tie_to_parent(parent: int, ends_by: signal.Signals) -> Callable[[], None] | None:
    libc = _libc
    if libc is None:
        return None

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(ends_by))
        if os.getppid() != parent:  # the parent died between fork and prctl
            os._exit(1)

    return tie


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to everything the child started; nothing happens when it is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def end(
    processes: Iterable[tuple[subprocess.Popen[bytes], signal.Signals]],
    seconds: float,
    hurry: Callable[[], bool] = lambda: False,
) -> None:
    """Ask each process to end by its own signal, wait together for ``seconds``, then kill what is left.

    Only the leaders are asked: they tell their own, and a second word would make those drop their work. ``hurry`` cuts
    the waiting short when it becomes true.
    """
    asked = list(processes)
    for process, number in asked:
        if process.poll() is None:
            process.send_signal(number)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not hurry() and any(process.poll() is None for process, _ in asked):
        time.sleep(0.02)
    for process, _ in asked:
        signal_group(process, signal.SIGKILL)
        process.wait()
