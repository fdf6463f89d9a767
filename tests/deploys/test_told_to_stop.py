"""Told to stop more than once, as platforms and Dramatiq's own master do, a process ends all the same.

A signal's handler runs wherever the main thread is at that moment. One that takes a lock may wait for ever, because the
main thread that it has interrupted holds it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

from tests.outside import Outside
from tests.reliability.workers import QUICK, ROOT, searching, until, worker

BUSY = QUICK | {"JOB_SWEEP": "0.05", "MAIL_EVERY": "0.05"}
SIGNALS = 200


def _started(code: str, outside: Outside) -> subprocess.Popen[str]:
    """A process of this code that has said that it is there."""
    environment = os.environ | outside.environment() | {"PYTHONPATH": str(ROOT)} | BUSY
    command = [sys.executable, "-c", code]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    while (line := process.stdout.readline()) != "there\n":
        assert line, "it ended before it was there"
    return process


def _last_word(process: subprocess.Popen[str], seconds: float = 30) -> str:
    """What it said last after it was there; nothing of one that did not end, which is killed."""
    assert process.stdout
    late = threading.Timer(seconds, process.kill)
    late.start()
    with process.stdout:
        said = process.stdout.read().split()
    process.wait()
    late.cancel()
    return said[-1] if said else ""


SCHEDULE = """
import threading
from jobs.stopping import stopping
from jobs.schedule import run
for _ in range(300):  # the more wait for it the longer it takes to tell them
    threading.Thread(target=stopping.event.wait, daemon=True).start()
threading.Timer(1, print, ("there",), {"flush": True}).start()
run()
print("over", flush=True)
"""


def test_a_schedule_that_is_told_again_and_again_ends(outside: Outside) -> None:
    schedule = _started(SCHEDULE, outside)
    for _ in range(SIGNALS):
        if schedule.poll() is None:
            schedule.send_signal(signal.SIGTERM)
        time.sleep(0.00002)
    assert _last_word(schedule) == "over"


def test_a_worker_of_which_every_process_is_told_hands_its_jobs_over(make_team, outside: Outside) -> None:
    """As systemd does it: the worker hears of it from there and, once more, from its own master."""
    team, job_id = searching(make_team, outside, latency_ms=60)
    with worker(outside) as leaving:
        until(team, job_id, lambda row: row["progress_done"] > 30)
        leaving.signal(signal.SIGTERM)
        leaving.process.wait(20)
    row = until(team, job_id, lambda row: row["status"] in ("queued", "succeeded"), 5)
    assert (row["status"], row["crashes"]) == ("queued", 0)


INTERRUPTED = """
import signal
from jobs.stopping import stopping
stopping.on_signals()
with stopping.event._cond:  # as if the main thread was about to wait for it
    print("there", flush=True)
    signal.raise_signal(signal.SIGTERM)
assert stopping.event.wait(20)
print("over", flush=True)
"""


def test_it_stops_whatever_the_main_thread_holds(outside: Outside) -> None:
    assert _last_word(_started(INTERRUPTED, outside)) == "over"


BOOTING = """
import signal, sys
from jobs.stopping import stopping

def worker():
    running = True
    def termhandler(*_):
        nonlocal running
        if not running:
            sys.exit("it left in the middle of its jobs")
        running = False
    signal.signal(signal.SIGTERM, termhandler)
    signal.raise_signal(signal.SIGTERM)
    stopping.after_process_boot(None)
    print("there", flush=True)
    signal.raise_signal(signal.SIGTERM)
    print("running" if running else "over", flush=True)

worker()
"""


def test_a_worker_that_was_told_while_it_started_is_told_once_too(outside: Outside) -> None:
    assert _last_word(_started(BOOTING, outside)) == "over"


HURRIED = """
import signal, time
from reachly.web.server import post_worker_init
from reachly import watching

class Worker:
    def handle_exit(self, number, frame):
        pass

post_worker_init(Worker())
print("there", flush=True)
while not watching.stopping():
    time.sleep(0.001)
print("over", flush=True)
"""


def test_a_web_worker_that_is_told_again_and_again_ends_its_streams(outside: Outside) -> None:
    web = _started(HURRIED, outside)
    for _ in range(SIGNALS):
        web.send_signal(signal.SIGTERM)
    assert _last_word(web) == "over"
