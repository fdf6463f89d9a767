"""The whole product on a private home, by the Procfile's own commands, with every process in reach.

    with Product(Path("/tmp/home"), workers=2) as product:
        product.url                                # where the web answers
        product.members["worker-1"].tell(SIGTERM)  # a polite restart: it is started again as a host would
        product.members["web"].signal(SIGKILL)     # the whole process group
        product.scheduler("worker-1")              # pids of single processes: worker, scheduler
        product.wire("redis", "hang")              # what passes to redis, postgres or the provider stands still
        product.owner_url                          # the tables, past the wires
        product.play("sandbox-demo", latency_ms=5) # how a provider behaves to an account; told() is what it saw

A member that dies is started again 0.3 s later. The sandbox and the wires belong to the outside and are never killed.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.chaos import ports
from bench.chaos.member import Member
from bench.chaos.wires import Wires
from reachly.embedded import Home, Postgres, Valkey, orphans
from reachly.embedded.children import MARK, end, inherited, spawn
from reachly.operator import procfile, surroundings
from reachly.operator.environment import CHECKOUT
from reachly.operator.test import surroundings as without_settings

QUICK = {
    "JOB_LEASE": "4",
    "JOB_SWEEP": "0.3",
    "JOB_SEND_AFTER": "0.6",
    "JOB_RESEND_AFTER": "1.5",
    "PROVIDER_BACKOFF": "0.1",
    "PROVIDER_WAIT_LONGEST": "2",
    "PROVIDER_BREAKER_OPEN": "1",
    "LUSHA_PER_SECOND": "1000",
    "RATE_LIMIT_SCALE": "10000",
    "DATABASE_POOL_WAIT": "2",
    "LOCK_TIMEOUT": "3",
    "STATEMENT_TIMEOUT": "10",
    "IDLE_TRANSACTION_TIMEOUT": "5",
    "DATABASE_CONNECT_TIMEOUT": "2",
    "REDIS_TIMEOUT": "0.5",
    "LOG_LEVEL": "WARNING",
}
"""Times short enough for minutes of chaos; the same code runs with the usual ones."""
WIRES = ("postgres", "redis", "provider")
REAL = ("postgres", "valkey", "sandbox")
"""What each wire leads to."""
PEOPLE = "300000"
"""So many that nobody has everybody after ten minutes."""


class Product:
    """``start`` brings it up and keeps it up from a thread of its own, ``stop`` leaves no process.

    ``settings`` go over :data:`QUICK`; ``durable_redis`` lets Valkey keep its data over a restart; without ``wired``
    the product reaches everything directly.
    """

    def __init__(
        self,
        home: Path,
        *,
        workers: int = 1,
        settings: Mapping[str, str] | None = None,
        durable_redis: bool = False,
        wired: bool = True,
    ) -> None:
        self.home = Home(home)
        self.members: dict[str, Member] = {}
        self._workers = workers
        self._wired = wired
        self._settings = dict(settings or {})
        self._ports = ports.drawn("web", "sandbox", "postgres", "valkey", *(f"{name}-wire" for name in WIRES))
        self.url = f"http://127.0.0.1:{self._ports['web']}"
        self.sandbox_url = f"http://127.0.0.1:{self._ports['sandbox']}"
        self._postgres = Postgres(self.home)
        self._valkey = Valkey(self.home, durable=durable_redis)
        self._outside: list[subprocess.Popen[bytes]] = []
        self._wires: Wires | None = None
        self._stopping, self._left, self._over = threading.Event(), threading.Event(), threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="host", daemon=True)

    def __enter__(self) -> Product:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Everything up, migrated and seeded; returns when the web answers and the worker has begun."""
        self.home.claim()
        (self.home.path / "ports.json").write_text(json.dumps(self._ports))
        commands = procfile.read(CHECKOUT / "Procfile")
        self._add("postgres", lambda: _started(self._postgres))
        self._add("valkey", lambda: _started(self._valkey))
        sandbox = [sys.executable, "-m", "reachly.sandbox", "--port", str(self._ports["sandbox"]), "--people", PEOPLE]
        self._outside.append(self._spawn(sandbox, "sandbox", {}))
        if self._wired:
            targets = dict(zip(WIRES, (self._ports[real] for real in REAL), strict=True))
            listening = {name: (self._ports[f"{name}-wire"], target) for name, target in targets.items()}
            self._wires = Wires(listening, inherited(self.home.path))
            self._outside.append(self._wires.process)
        release = self._spawn(procfile.shell(commands["release"]), "release", self.environment)
        if release.wait(120):
            raise RuntimeError(f"the release step failed: see {self.home.log}/release.log")
        for number in range(self._workers):
            name = f"worker-{number + 1}" if self._workers > 1 else "worker"
            words = procfile.shell(commands["worker"])
            self._add(name, lambda words=words, name=name: self._spawn(words, name, self.environment))
        web = procfile.shell(commands["web"])
        self._add("web", lambda: self._spawn(web, "web", self.environment))
        self._keeper.start()
        self._wait(lambda: self.answers("/readyz"), 90)
        self._wait(lambda: all(len(self.members[name].pids()) >= 3 for name in self.workers), 60)

    def stop(self) -> None:
        """End every process, politely and then not; the home stays."""
        self._stopping.set()
        names = [name for name in self.members if name not in ("postgres", "valkey")]
        for member in self.members.values():
            member.signal(signal.SIGCONT)
        end([(p, signal.SIGTERM) for name in names if (p := self.members[name].process) is not None], 5)
        end([(p, signal.SIGTERM) for p in self._outside], 1)
        self._valkey.stop()
        self._postgres.stop()
        orphans.end_home(self.home.path)
        self._over.set()

    # Where things are

    @property
    def workers(self) -> list[str]:
        """The names of the members that work."""
        return [name for name in self.members if name.startswith("worker")]

    @property
    def owner_url(self) -> str:
        """The tables as their owner sees them, past the wires."""
        return self._postgres.url("reachly_owner")

    @property
    def redis_url(self) -> str:
        """Valkey, past the wires."""
        return self._valkey.url()

    @property
    def storage(self) -> Path:
        """The folder of exported files."""
        return self.home.path / "storage"

    @property
    def environment(self) -> dict[str, str]:
        """What web and workers are told."""
        postgres, redis, provider = (
            self._ports[f"{wire}-wire" if self._wired else real] for wire, real in zip(WIRES, REAL, strict=True)
        )
        self.storage.mkdir(exist_ok=True, mode=0o700)
        return {
            **surroundings.sandbox_keys(f"http://127.0.0.1:{provider}"),
            "HOST": "127.0.0.1",
            "PORT": str(self._ports["web"]),
            "PUBLIC_URL": self.url,
            "REACHLY_HOME": str(self.home.path),
            "REACHLY_EMBEDDED": "1",
            "SECRET_KEY": self.home.key("secret_key"),
            "STORAGE_URL": self.storage.as_uri(),
            "DATABASE_URL": self._at(self._postgres.url("reachly_app"), postgres),
            "DATABASE_OWNER_URL": self._at(self._postgres.url("reachly_owner"), postgres),
            "REDIS_URL": self._at(self._valkey.url(), redis),
            "PYTHONUNBUFFERED": "1",
            **QUICK,
            **self._settings,
        }

    def worker(self, name: str) -> int | None:
        """The pid of the process that works on jobs, a child of the member."""
        pids = self.members[name].pids()
        return pids[1] if len(pids) > 2 else None

    def scheduler(self, name: str) -> int | None:
        """The pid of the schedule's process, the member's last child."""
        pids = self.members[name].pids()
        return pids[-1] if len(pids) > 2 else None

    def answers(self, path: str = "/healthz", seconds: float = 2) -> bool:
        """Whether the web answers there with 200."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=seconds) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    # What can be done to it

    def wire(self, name: str, mood: str, seconds: float | None = None) -> None:
        """Set how a wire is: see :mod:`bench.chaos.wire` for the moods; returns when it is so."""
        assert self._wires is not None
        self._wires.set(name, mood, seconds)

    def play(self, key: str, **behaviour: Any) -> None:
        """Set how the providers treat the account of ``key``."""
        self._control(key, behaviour)

    def told(self, key: str) -> dict[str, Any]:
        """What the providers saw of the account of ``key``."""
        return self._control(key)

    def _control(self, key: str, behaviour: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if behaviour is None else json.dumps(behaviour).encode()
        method = "GET" if behaviour is None else "PUT"
        request = urllib.request.Request(f"{self.sandbox_url}/_control/{key}", data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.load(answer))

    def grant(self, whom: Mapping[str, int]) -> None:
        """Give people credits, by the operators' door into the ledger."""
        code = "import json, sys; from reachly import ledger; [ledger.grant(*one) for one in json.load(sys.stdin)]"
        told = json.dumps([[email, credits, "for chaos"] for email, credits in whom.items()])
        done = self._call([sys.executable, "-c", code], told)
        if done.returncode:
            raise RuntimeError(f"credits were not granted: {done.stderr[-500:]}")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A verb of the product (``audit``, ``admin grant …``) on its stores, past the wires."""
        return self._call([sys.executable, "-m", "reachly", *words])

    def _call(self, command: list[str], told: str | None = None) -> subprocess.CompletedProcess[str]:
        past = {
            "DATABASE_URL": self._postgres.url("reachly_app"),
            "DATABASE_OWNER_URL": self.owner_url,
            "REDIS_URL": self._valkey.url(),
        }
        return subprocess.run(
            command,
            cwd=CHECKOUT,
            env=without_settings() | self.environment | past,
            input=told,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    # How it is kept

    def _add(self, name: str, begin: Any) -> None:
        member = self.members[name] = Member(name, begin)
        member.start()

    def _keep(self) -> None:
        while not self._stopping.wait(0.05):
            for member in self.members.values():
                if not self._stopping.is_set():
                    member.look()
        self._left.set()
        self._over.wait()  # what this thread started is told to stop when it ends, and is to be told once

    def _spawn(self, words: list[str], name: str, told: Mapping[str, str]) -> subprocess.Popen[bytes]:
        marked = {key: inherited(self.home.path)[key] for key in ("PATH", MARK)}
        with self.home.output(name) as log:
            return spawn(words, environment=without_settings() | marked | dict(told), cwd=CHECKOUT, output=log)

    def _wait(self, ready: Any, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > until:
                raise RuntimeError(f"the product did not come up in {seconds} s: see {self.home.log}")
            time.sleep(0.1)

    @staticmethod
    def _at(url: str, port: int) -> str:
        head, _, tail = url.rpartition("@127.0.0.1:")
        return f"{head}@127.0.0.1:{port}/{tail.split('/', 1)[1]}"


def _started(store: Postgres | Valkey) -> subprocess.Popen[bytes]:
    store.start()
    assert store.process is not None
    return store.process
