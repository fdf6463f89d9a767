"""A job that takes more memory than there is: it is counted out by itself, and its neighbours are not blamed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import psutil
import pytest

from jobs.broker import send
from reachly.engine.claim import Claim
from reachly.engine.outcomes import Outcome
from reachly.engine.run import run
from reachly.settings import settings
from tests.conftest import Team
from tests.degraded import poison
from tests.engine.work import ask, balances, events, job
from tests.outside import Outside
from tests.reliability.workers import Worker, until

POISON = "tests.degraded.poisoned"


@contextmanager
def _restarted(outside: Outside) -> Iterator[list[int]]:
    """A worker that is started again whenever it dies, as a platform does; gives the pids there were."""
    over = threading.Event()
    pids: list[int] = []

    def keep() -> None:
        while not over.is_set():
            worker = Worker(outside, POISON, JOB_CRASHES="3")
            pids.append(worker.process.pid)
            while worker.process.poll() is None and not over.wait(0.1):
                pass
            with suppress(ProcessLookupError):
                worker.kill()

    thread = threading.Thread(target=keep)
    thread.start()
    try:
        yield pids
    finally:
        over.set()
        thread.join(20)


def _ended(row: dict[str, Any]) -> bool:
    return row["finished_at"] is not None


@pytest.mark.slow
def test_a_poison_job_is_counted_out_alone_and_its_neighbours_end_well(team: Team, outside: Outside) -> None:
    guilty = ask(team, hold=10, params={"die": True}).job_id
    neighbours = [ask(team, hold=1, params={"seconds": 3, "n": n}).job_id for n in range(3)]
    for each in (guilty, *neighbours):
        send("interactive", each)
    with _restarted(outside) as pids:
        row = until(team, guilty, _ended, 90)
        ended = [until(team, each, _ended, 60) for each in neighbours]
    assert (row["status"], row["error_code"], row["crashes"]) == ("failed", "crashed_repeatedly", 3)
    assert row["credits_released"] == 10
    assert [each["status"] for each in ended] == ["succeeded"] * 3
    assert max(each["crashes"] for each in ended) <= 2
    assert len(pids) <= 4, "a suspect still takes whole workers with it"
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}
    told = [event["data"].get("text") for event in events(team, guilty)]
    assert "It stopped the process it ran in and will be tried again" in told


def test_a_step_that_gets_no_memory_is_tried_again_and_given_up_after_five(team: Team) -> None:
    """Memory that runs out is no fault of a provider, and no reason to spin."""

    def hoard(_claim: Claim) -> Outcome:
        raise MemoryError

    asked = ask(team, hold=5)
    for _ in range(settings().job_crashes):
        assert run(asked.job_id, {"generate_leads": hoard}, "w") == "stumbled"
        _wake(team, asked.job_id)
    assert run(asked.job_id, {"generate_leads": hoard}, "w") == "failed"
    assert (job(team, asked.job_id)["error_code"], balances(team)["available"]) == ("crashed_repeatedly", 100)


def test_a_suspect_goes_on_in_a_process_of_its_own(team: Team) -> None:
    from jobs.apart import apart

    asked = ask(team)
    _crash(team, asked.job_id, 2)
    assert run(asked.job_id, {"generate_leads": poison.step}, "w", apart=apart) == "apart"
    row = job(team, asked.job_id)
    assert row["status"] == "succeeded"
    assert row["result"]["pid"] != os.getpid()


def test_the_schedule_which_may_have_no_children_works_on_suspects_too(team: Team) -> None:
    asked = ask(team)
    _crash(team, asked.job_id, 2)
    schedule = multiprocessing.get_context("spawn").Process(
        target=poison.suspect, args=(str(asked.job_id),), daemon=True
    )
    schedule.start()
    schedule.join(60)
    assert schedule.exitcode == 0
    row = job(team, asked.job_id)
    assert (row["status"], row["crashes"]) == ("succeeded", 2)
    assert row["result"]["pid"] != schedule.pid


def test_a_suspect_for_whom_no_process_can_be_started_is_handed_back(team: Team, monkeypatch) -> None:
    from jobs import apart

    def refused(*_: object) -> None:
        raise OSError("no process can be started")

    asked = ask(team)
    _crash(team, asked.job_id, 2)
    with monkeypatch.context() as broken:
        broken.setattr(apart, "Popen", refused)
        assert run(asked.job_id, {"generate_leads": poison.step}, "w", apart=apart.apart) == "apart"
    row = job(team, asked.job_id)
    assert (row["status"], row["crashes"]) == ("queued", 2)
    assert run(asked.job_id, {"generate_leads": poison.step}, "w", apart=apart.apart) == "apart"
    assert job(team, asked.job_id)["status"] == "succeeded"


def test_a_suspect_that_was_told_to_stop_before_it_listened_is_handed_back(team: Team, monkeypatch) -> None:
    from jobs import apart

    monkeypatch.setattr(apart, "_left", lambda *_: -signal.SIGTERM)
    asked = ask(team)
    _crash(team, asked.job_id, 2)
    assert run(asked.job_id, {"generate_leads": poison.step}, "w", apart=apart.apart) == "handed back"
    row = job(team, asked.job_id)
    assert (row["status"], row["crashes"]) == ("queued", 2)


class _NeverRead:
    """A step that whoever is handed it does not finish reading within the test."""

    def __reduce__(self) -> tuple[Any, ...]:
        return time.sleep, (300,)


def test_a_suspect_that_never_begins_is_ended_and_counted(team: Team, monkeypatch) -> None:
    from jobs import apart

    monkeypatch.setattr(apart, "_STARTS_IN", 2.0)
    asked = ask(team)
    _crash(team, asked.job_id, 2)
    assert run(asked.job_id, {"generate_leads": _NeverRead()}, "w", apart=apart.apart) == "crashed"
    row = job(team, asked.job_id)
    assert (row["status"], row["crashes"]) == ("waiting", 3)


def test_what_suspects_are_forked_from_has_no_threads_whose_locks_they_would_inherit() -> None:
    code = "import jobs.actors, dramatiq.cli, threading; print(threading.active_count())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "1\n"


def test_a_suspect_whose_end_nobody_saw_and_that_did_not_end_well_is_counted(team: Team) -> None:
    from jobs.apart import apart

    asked = ask(team, params={"seconds": 30})
    _crash(team, asked.job_id, 2)
    with ThreadPoolExecutor(1) as threads:
        came_to = threads.submit(run, asked.job_id, {"generate_leads": poison.step}, "w", apart=apart)
        server = _forked_from()
        [suspect] = server.children()
        server.kill()
        suspect.kill()
        assert came_to.result() == "crashed"
    assert job(team, asked.job_id)["crashes"] == 3


def test_suspects_do_not_depend_on_the_process_that_they_are_forked_from(team: Team) -> None:
    """It may be gone before, and while they work; then nobody sees how they end, and no crash is counted."""
    from jobs.apart import apart

    slow, next_one = (ask(team, params={"seconds": seconds}).job_id for seconds in (3, 0))
    for each in (slow, next_one):
        _crash(team, each, 2)
    with ThreadPoolExecutor(1) as threads:
        came_to = threads.submit(run, slow, {"generate_leads": poison.step}, "w", apart=apart)
        _forked_from().kill()
        assert came_to.result() == "apart"
        assert run(next_one, {"generate_leads": poison.step}, "w", apart=apart) == "apart"
    ended = [until(team, each, _ended, 20) for each in (slow, next_one)]
    assert [(row["status"], row["crashes"]) for row in ended] == [("succeeded", 2)] * 2


def test_a_suspect_that_gets_no_memory_there_is_seen_to_crash_at_once(team: Team) -> None:
    from jobs.apart import apart

    asked = ask(team, params={"hoard": True})
    _crash(team, asked.job_id, 2)
    assert run(asked.job_id, {"generate_leads": poison.step}, "w", apart=apart) in ("apart", "crashed")
    row = job(team, asked.job_id)
    assert (row["status"], row["crashes"]) == ("waiting", 3)


def test_a_suspect_is_handed_back_when_its_worker_is_stopped(team: Team) -> None:
    from jobs.apart import apart

    asked = ask(team, params={"seconds": 60})
    _crash(team, asked.job_id, 2)
    stop = threading.Event()
    threading.Timer(2.5, stop.set).start()
    assert run(asked.job_id, {"generate_leads": poison.step}, "w", stop.is_set, apart) == "apart"
    assert job(team, asked.job_id)["status"] in ("succeeded", "queued")


def test_a_job_that_gets_on_between_its_crashes_is_not_given_up(team: Team) -> None:
    asked = ask(team, total=50)
    for done in (5, 10, 15, 20, 25, 30):
        _crash(team, asked.job_id, None, done)
        assert run(asked.job_id, {"generate_leads": _stumbling}, "w") == "stumbled"
        _wake(team, asked.job_id)
    assert job(team, asked.job_id)["crashes"] == 2
    for _ in range(settings().job_crashes - 2):
        assert run(asked.job_id, {"generate_leads": _stumbling}, "w") == "stumbled"
        _wake(team, asked.job_id)
    assert run(asked.job_id, {"generate_leads": _stumbling}, "w") == "failed"


def _stumbling(_claim: Claim) -> Outcome:
    raise RuntimeError


def _forked_from() -> psutil.Process:
    """The process that suspects are forked from, once one is and has begun."""
    for _ in range(200):
        for child in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):
                if "forkserver" in " ".join(child.cmdline()) and child.children():
                    time.sleep(0.5)
                    return child
        time.sleep(0.05)
    raise AssertionError("no suspect went on apart")


def _wake(team: Team, job_id: Any) -> None:
    _set(team, job_id, "wake_at = clock_timestamp()")


def _crash(team: Team, job_id: Any, crashes: int | None, done: int = 0) -> None:
    _set(team, job_id, f"crashes = coalesce({crashes or 'NULL'}, crashes), progress_done = {done}")


def _set(team: Team, job_id: Any, words: str) -> None:
    from reachly import database

    with database.scope(team.workspace_id, team.user_id):
        database.execute(f"UPDATE jobs SET {words} WHERE id = %s", (job_id,))
