"""The supervisor, with real servers and stand-in programs: started, watched, killed and stopped."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import psutil
import psycopg2

from reachly.embedded import Home
from reachly.operator import surroundings
from reachly.settings import Settings
from tests.entrance.conftest import Entrance, until

READY = r"Reachly is ready: (http://\S+)"
WORKER_IS = r"worker is (\d+)"


def test_it_prints_an_address_that_answers_and_stops_without_a_trace_on_sigterm(entrance: Entrance) -> None:
    run = entrance.start()
    address = entrance.wait_for(READY)
    assert urllib.request.urlopen(f"{address}/healthz", timeout=5).status == 200
    assert entrance.processes()
    began = time.monotonic()
    run.send_signal(signal.SIGTERM)
    assert run.wait(20) == 0
    assert time.monotonic() - began < 20
    assert entrance.processes() == []


def test_ctrl_c_stops_it_even_when_a_program_will_not(entrance: Entrance) -> None:
    entrance.procfile("web: python web.py", "worker: trap '' TERM INT; echo deaf; sleep 600; sleep 600")
    run = entrance.start(WORKER_STOP="1")
    entrance.wait_for(READY)
    entrance.wait_for("deaf")
    run.send_signal(signal.SIGINT)
    assert run.wait(20) == 0
    assert entrance.processes() == []


def test_only_the_leader_is_asked_to_stop_and_has_the_time_to_end_its_work(entrance: Entrance) -> None:
    """Dramatiq's worker drops its work at a second signal, so a signal to the whole group would lose it."""
    entrance.procfile("web: python web.py", "worker: python lead.py")
    (entrance.folder / "lead.py").write_text(
        "import os, signal, subprocess, sys, time\n"
        "follow = 'import signal as s, time; s.signal(s.SIGTERM, lambda *_: print(\"told\", flush=True)); '\n"
        "follow += 'time.sleep(9)'\n"
        "child = subprocess.Popen([sys.executable, '-c', follow])\n"
        "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), print('work ended', flush=True), os._exit(0)))\n"
        "print('led', flush=True)\n"
        "signal.pause()\n"
    )
    run = entrance.start()
    entrance.wait_for(READY)
    entrance.wait_for("led")
    run.terminate()
    assert run.wait(20) == 0
    assert "work ended" in entrance.output.read_text()
    assert "told" not in entrance.output.read_text()
    assert entrance.processes() == []


def test_a_second_start_on_the_same_home_says_so_and_gives_the_address(entrance: Entrance) -> None:
    entrance.start()
    address = entrance.wait_for(READY)
    second = entrance.once("run")
    assert second.returncode == 0
    assert f"already runs on {entrance.home}: {address}" in second.stdout
    assert urllib.request.urlopen(f"{address}/healthz", timeout=5).status == 200


def test_a_killed_program_is_started_again_with_the_reason(entrance: Entrance) -> None:
    entrance.start()
    entrance.wait_for(READY)
    os.kill(int(entrance.wait_for(WORKER_IS)), signal.SIGKILL)
    entrance.wait_for(r"worker was ended by SIGKILL; starting it again in (0\.5) s\.")
    assert psutil.pid_exists(int(entrance.wait_for(WORKER_IS, count=2)))


def test_a_killed_database_comes_back_at_the_same_address_with_its_data(entrance: Entrance) -> None:
    entrance.start()
    entrance.wait_for(READY)
    home = Home(entrance.home)
    url = f"postgresql://reachly_owner:{home.key('reachly_owner')}@127.0.0.1:{home.remembered('postgres')}/reachly"
    first = psycopg2.connect(url)
    with first, first.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (what text); INSERT INTO kept VALUES ('this')")
    os.kill(int((home.path / "postgres" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    entrance.wait_for("postgres was ended by SIGKILL")

    def answers() -> bool:
        try:
            second = psycopg2.connect(url)
        except psycopg2.OperationalError:
            return False
        with second.cursor() as cursor:
            cursor.execute("SELECT what FROM kept")
            return cursor.fetchall() == [("this",)]

    assert until(answers)


def test_after_kill_9_of_the_parent_the_next_start_cleans_up_and_goes_on(entrance: Entrance) -> None:
    entrance.procfile("web: python web.py", "worker: trap '' TERM; echo worker is $$; sleep 600; sleep 600")
    run = entrance.start(WORKER_STOP="1")
    entrance.wait_for(READY)
    deaf = int(entrance.wait_for(WORKER_IS))
    run.kill()
    run.wait()
    assert psutil.pid_exists(deaf), (
        "a program that ignores SIGTERM outlives the parent, so there is something to clean up"
    )
    entrance.start(WORKER_STOP="1")
    entrance.wait_for(r"Ended (\d+) processes that an earlier run left behind")
    entrance.wait_for(READY)
    assert not psutil.pid_exists(deaf)


def test_children_follow_a_killed_parent(entrance: Entrance) -> None:
    run = entrance.start()
    entrance.wait_for(READY)
    run.kill()
    run.wait()
    if sys.platform == "linux":
        assert until(lambda: entrance.processes() == [])
    entrance.start()
    entrance.wait_for(READY)


def test_the_second_start_makes_nothing_anew(entrance: Entrance) -> None:
    run = entrance.start()
    entrance.wait_for(READY)
    made = (entrance.home / "postgres" / "PG_VERSION").stat().st_mtime_ns
    run.terminate()
    run.wait(20)
    entrance.start()
    entrance.wait_for(READY)
    assert (entrance.home / "postgres" / "PG_VERSION").stat().st_mtime_ns == made


def test_programs_are_told_where_everything_is(entrance: Entrance) -> None:
    names = "DATABASE_URL DATABASE_OWNER_URL REDIS_URL STORAGE_URL SECRET_KEY PUBLIC_URL PORT HOST REACHLY_EMBEDDED"
    entrance.procfile(
        "web: python web.py", *[f'tell{n}: echo "{name}=[${name}]"; sleep 600' for n, name in enumerate(names.split())]
    )
    (entrance.folder / ".env").write_text("PUBLIC_URL=https://leads.example\n")
    entrance.start()
    entrance.wait_for(r"Reachly is ready: (https://leads\.example)")
    told = {name: entrance.wait_for(rf"{name}=\[(.*)\]") for name in names.split()}
    assert told["DATABASE_URL"].startswith("postgresql://reachly_app:")
    assert told["DATABASE_OWNER_URL"].startswith("postgresql://reachly_owner:")
    assert told["STORAGE_URL"] == (entrance.home / "storage").as_uri()
    assert told["PUBLIC_URL"] == "https://leads.example"
    assert told["REACHLY_EMBEDDED"] == "1"
    assert len(told["SECRET_KEY"]) >= 32


def test_a_failed_release_starts_nothing(entrance: Entrance) -> None:
    entrance.procfile("release: echo no good; exit 3", "web: python web.py")
    run = entrance.once("run")
    assert run.returncode == 1
    assert "release | no good" in run.stdout
    assert "The release step ended with exit code 3" in run.stderr
    assert entrance.processes() == []


def test_a_port_that_is_taken_is_said_in_one_line(entrance: Entrance) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = entrance.once("run", PORT=str(taken.getsockname()[1]))
    assert run.returncode == 1
    assert run.stderr.startswith("PORT: ")
    assert len(run.stderr.splitlines()) == 1


def test_without_a_port_the_next_free_one_is_taken(monkeypatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        first = taken.getsockname()[1]
        monkeypatch.setattr(surroundings, "FIRST_PORT", first)
        chosen = surroundings.port(Settings(port=None, host="127.0.0.1"))
    assert first < chosen < first + 1000


def test_wrong_settings_are_named_without_their_values(entrance: Entrance) -> None:
    run = entrance.once("run", PORT="a-secret", WEB_THREADS="0")
    assert run.returncode == 1
    assert [line.split(":")[0] for line in run.stderr.splitlines()] == ["PORT", "WEB_THREADS"]
    assert "a-secret" not in run.stderr


def test_a_store_that_is_away_is_named_without_its_password(entrance: Entrance) -> None:
    run = entrance.once("run", DATABASE_URL="postgresql://me:hush@127.0.0.1:1/db")
    assert run.returncode == 1
    assert run.stderr.startswith("DATABASE_URL: no usable server there")
    assert "hush" not in run.stderr


def test_on_a_terminal_names_are_coloured_and_elsewhere_not(entrance: Entrance) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "reachly"]
    with subprocess.Popen(
        command, cwd=entrance.folder, env=entrance.environment(), stdout=theirs, stderr=theirs
    ) as run:
        os.close(theirs)
        seen = ""
        while "Reachly is ready" not in seen:
            seen += os.read(ours, 4096).decode()
        run.terminate()
    os.close(ours)
    assert "\x1b[" in seen
    entrance.start()
    entrance.wait_for(READY)
    assert "\x1b[" not in entrance.output.read_text()
