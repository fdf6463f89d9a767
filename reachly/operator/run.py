"""`run`: everything a Reachly needs, started in order, kept alive, and stopped without a trace."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from reachly.embedded import Home, HomeTaken, Postgres, Valkey, orphans
from reachly.operator import procfile, surroundings
from reachly.operator.mishaps import Mishap, reachable
from reachly.operator.output import Screen
from reachly.operator.supervisor import Kept, command, end_all, why
from reachly.settings import Settings

_STORES_STOP = 3.0
DEMO_LATENCY = "180"
"""Milliseconds the simulated providers take to answer, about what real ones take."""


class Told(BaseException):
    """The operator or the system told us to stop."""


class Run:
    """One run on one home: `start` brings it up, `watch` keeps it up, `stop` takes it down."""

    def __init__(self, chosen: Settings, home: Home, screen: Screen) -> None:
        self.chosen = chosen
        self.home = home
        self.screen = screen
        self.stores: list[Kept] = []
        self.programs: list[Kept] = []
        self.hurried = False
        self.address = ""

    def start(self) -> None:
        """Stores, then the release step, then the sandbox, workers and web; raises what the operator can mend."""
        commands = procfile.read(Path("Procfile"))
        number = surroundings.port(self.chosen)
        self.address = f"http://{surroundings.reach(self.chosen)}:{number}"
        postgres, valkey = self._start_stores()
        sandbox = self.home.port("sandbox") if surroundings.sandboxed(self.chosen) else None
        smtp = self.home.port("smtp") if sandbox is not None else None
        told = surroundings.compose(self.chosen, self.home, postgres, valkey, number, sandbox, smtp)
        self._release(commands.pop("release", ""), told)
        if sandbox is not None:
            program = [sys.executable, "-m", "reachly.sandbox", "--port", str(sandbox), "--smtp-port", str(smtp)]
            program += ["--latency-ms", DEMO_LATENCY]
            self._keep("sandbox", program, told)
        for name in sorted(commands, key=lambda name: name == "web"):  # who serves comes after who works
            self._keep(name, procfile.shell(commands[name]), told)

    def watch(self) -> None:
        """Keep everything alive until told to stop; say the address when the first page can be had."""
        began = time.monotonic()
        said = late = False
        while True:
            for kept in (*self.stores, *self.programs):
                kept.look()
            if not said and self._answers():
                said = True
                self._welcome()
            if not said and not late and time.monotonic() - began > 60:
                late = True
                self.screen.say("The web process does not answer yet: its lines above say why.")
            time.sleep(0.25 if said else 0.05)

    def stop(self) -> None:
        """End every process: programs first, each with the time it was promised, then the stores; leaves none."""
        if not self.stores and not self.programs:
            return
        self.screen.say("Stopping.")
        end_all(self.programs, self.chosen.worker_stop + 1, lambda: self.hurried)
        end_all(self.stores, _STORES_STOP, lambda: False)
        orphans.end_home(self.home.path)
        self.screen.say("Stopped.")

    def _start_stores(self) -> tuple[Postgres | None, Valkey | None]:
        reachable(self.chosen)
        postgres = valkey = None
        if not self.chosen.database_url.get_secret_value():
            if not (self.home.path / "keys.json").exists():
                self.screen.say(f"First start: making the database in {self.home.path}.")
            postgres = Postgres(self.home)
            if postgres.place.note:
                self.screen.say(postgres.place.note)
            self._keep_store("postgres", postgres)
        if not self.chosen.redis_url.get_secret_value():
            valkey = Valkey(self.home)
            self._keep_store("valkey", valkey)
        return postgres, valkey

    def _keep_store(self, name: str, store: Postgres | Valkey) -> None:
        def start() -> subprocess.Popen[bytes]:
            store.start()
            if store.process is None:
                raise RuntimeError(f"{name} started without a process")
            return store.process

        kept = Kept(name, start, self.screen, store.ends_by)
        self.stores.append(kept)
        kept.start()

    def _keep(self, name: str, words: list[str], told: dict[str, str]) -> None:
        kept = Kept(name, command(words, name, self.home.path, told, Path.cwd(), self.screen), self.screen)
        self.programs.append(kept)
        kept.start()

    def _release(self, words: str, told: dict[str, str]) -> None:
        if not words:
            return
        release = command(procfile.shell(words), "release", self.home.path, told, Path.cwd(), self.screen)()
        code = release.wait()
        self.screen.settle("release")
        if code:
            raise Mishap(f"The release step {why(code)}: its lines above say why. Nothing was started.")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=2) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except OSError:
            return False

    def _welcome(self) -> None:
        shown = self.chosen.public_url or self.address
        self.home.announce(shown)
        self.screen.say()
        self.screen.say(f"Reachly is ready: {shown}")
        if not self.chosen.database_url.get_secret_value():
            self.screen.say("To sign in, press “Try the demo” on the first page. Ctrl-C stops everything.")
        else:
            self.screen.say("Register on the first page to sign in. Ctrl-C stops everything.")
        self.screen.say()


def main(arguments: argparse.Namespace) -> int:
    """Run until Ctrl-C or SIGTERM; 0 then, and also when this home runs already."""
    del arguments
    screen = Screen()
    chosen = Settings()
    home = Home(chosen.reachly_home)
    try:
        home.claim()
    except HomeTaken as taken:
        screen.say(f"Reachly already runs on {home.path}: {taken.address or 'it is starting'}")
        return 0
    run = Run(chosen, home, screen)
    _obey(run)
    try:
        found = orphans.end_home(home.path)
        if found:
            screen.say(f"Ended {found} processes that an earlier run left behind.")
        run.start()
        run.watch()
    except Told:
        return 0
    finally:
        run.stop()
    return 1


def _obey(run: Run) -> None:
    """Stop at the first signal, hurry at the second; started with nohup, a run outlives its terminal."""

    def hurry(*_: object) -> None:
        run.hurried = True

    def told(*_: object) -> None:
        for number in watched:
            signal.signal(number, hurry)
        raise Told

    watched = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        watched.append(signal.SIGHUP)
    for number in watched:
        signal.signal(number, told)
