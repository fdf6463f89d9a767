"""How long a program that keeps dying waits to be started again."""

from __future__ import annotations

import io
import subprocess

from reachly.operator import procfile
from reachly.operator.output import Screen
from reachly.operator.supervisor import Kept, why


class Clock:
    """A clock that stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def _dies() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(["/bin/sh", "-c", "exit 3"], start_new_session=True)
    process.wait()
    return process


def test_the_wait_doubles_up_to_thirty_seconds_and_starts_over_after_a_healthy_time() -> None:
    clock, written = Clock(), io.StringIO()
    kept = Kept("worker", _dies, Screen(written), clock=clock)
    kept.start()
    for _ in range(8):
        kept.look()
        clock.now += 31  # due in any case
        kept.look()
        clock.now += 1
    clock.now += 30
    kept.look()
    waits = [line.rsplit(" in ", 1)[1] for line in written.getvalue().splitlines()]
    assert waits == [f"{wait} s." for wait in ("0.5", "1", "2", "4", "8", "16", "30", "30", "0.5")]
    assert "worker ended with exit code 3" in written.getvalue()


def test_it_is_not_started_again_before_its_time() -> None:
    clock, started = Clock(), []

    def start() -> subprocess.Popen[bytes]:
        started.append(clock.now)
        return _dies()

    kept = Kept("web", start, Screen(io.StringIO()), clock=clock)
    kept.start()
    kept.look()
    clock.now = 0.4
    kept.look()
    assert started == [0.0]
    clock.now = 0.5
    kept.look()
    assert started == [0.0, 0.5]


def test_a_start_that_fails_is_tried_again() -> None:
    clock, written, tries = Clock(), io.StringIO(), []

    def start() -> subprocess.Popen[bytes]:
        tries.append(1)
        if len(tries) == 2:
            raise OSError("no room")
        return _dies()

    kept = Kept("valkey", start, Screen(written), clock=clock)
    kept.start()
    for _ in range(4):
        kept.look()
        clock.now += 31
    assert "valkey did not start (no room); starting it again" in written.getvalue()
    assert len(tries) == 3


def test_a_death_is_told_by_the_name_of_its_signal() -> None:
    assert why(-9) == "was ended by SIGKILL"
    assert why(1) == "ended with exit code 1"


def test_a_plain_command_replaces_its_shell_so_that_signals_reach_it() -> None:
    assert procfile.shell("gunicorn app") == ["/bin/sh", "-c", "exec gunicorn app"]
    assert procfile.shell("a && b") == ["/bin/sh", "-c", "a && b"]
