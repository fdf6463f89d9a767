"""The product as a host runs it, on the bench's own stores: webs behind a balancer, workers, a simulated outside.

The commands are the Procfile's. A process that ends is started again. The balancer passes connections on in turn and,
like any, tries the next where one is refused; whatever else goes wrong reaches the user.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
from _outside import KEY
from _serve import ROOT, free_port, surroundings

from bench.chaos.member import Member
from reachly.embedded.children import end, signal_group, spawn
from reachly.operator import procfile
from reachly.sandbox.server import serve


class Host:
    """``members`` by name: web-1, web-2 …, worker-1 …; each is started again 0.3 s after it ended.

    A call to a provider takes ``latency`` milliseconds.
    """

    def __init__(
        self,
        webs: int,
        workers: int,
        actors: str = "jobs.actors",
        people: int = 20_000,
        latency: int = 0,
        **settings: str,
    ) -> None:
        self._sandbox = serve("127.0.0.1", 0, people=people)
        if latency:
            httpx.put(f"{self._sandbox.url}/_control/{KEY}", json={"latency_ms": latency}).raise_for_status()
        self.ports = [free_port() for _ in range(webs)]
        self.balancer = Balancer(self.ports)
        self.url = f"http://127.0.0.1:{self.balancer.port}"
        self.members: dict[str, Member] = {}
        told = surroundings(
            LUSHA_BASE_URL=self._sandbox.url,
            LUSHA_API_KEY=KEY,
            LUSHA_PER_SECOND="1000",
            LOG_LEVEL="ERROR",
            PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        )
        commands = procfile.read(ROOT / "Procfile")
        commands["worker"] = commands["worker"].replace("jobs.actors", actors)
        for number, port in enumerate(self.ports, 1):
            self._add(f"web-{number}", commands["web"], told | {"PORT": str(port)} | settings)
        for number in range(1, workers + 1):
            self._add(f"worker-{number}", commands["worker"], told | settings)
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Host:
        for member in self.members.values():
            member.start()
        self._keeper.start()
        for name in self.members:
            self.wait(name)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._keeper.join(5)
        left = [(one.process, 15) for one in self.members.values() if one.process is not None]
        end(left, 20)  # type: ignore[arg-type]
        for process, _seconds in left:
            signal_group(process, 9)  # type: ignore[arg-type]
        self.balancer.stop()
        self._sandbox.stop()

    def ready(self, name: str) -> bool:
        """Whether it serves, or works."""
        kind, number = name.split("-")
        if kind == "worker":
            return len(self.members[name].pids()) >= 3
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[int(number) - 1]}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait(self, name: str, seconds: float = 90) -> None:
        """Until it is ready."""
        ends = time.monotonic() + seconds
        while not self.ready(name):
            if time.monotonic() > ends:
                raise TimeoutError(f"{name} did not come up")
            time.sleep(0.1)

    def _add(self, name: str, command: str, environment: dict[str, str]) -> None:
        def begin() -> subprocess.Popen[bytes]:
            words = procfile.shell(command)
            return spawn(words, environment=environment, cwd=ROOT, output=subprocess.DEVNULL)

        self.members[name] = Member(name, begin)

    def _keep(self) -> None:
        while not self._stopping.wait(0.05):
            for member in self.members.values():
                member.look()


class Balancer:
    """Passes each connection to the next backend that takes it."""

    def __init__(self, backends: list[int]) -> None:
        self._backends = backends
        self._turn = 0
        self.refused = 0
        self._passing: set[asyncio.Task[None] | None] = set()
        """The loop itself forgets whom nobody waits for."""
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._pass, "127.0.0.1", 0, backlog=2000))
        self.port: int = self._server.sockets[0].getsockname()[1]
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def stop(self) -> None:
        """Take nobody any more."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._passing.add(task)
        try:
            await self._carry(reader, writer)
        finally:
            self._passing.discard(task)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await self._connect()
        except OSError:
            writer.close()
            return
        with contextlib.suppress(OSError):
            await asyncio.gather(_pump(reader, back, False), _pump(there, writer, True))
        for one in (back, writer):
            one.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        ends = time.monotonic() + 10
        while True:
            for _ in self._backends:
                self._turn += 1
                try:
                    return await asyncio.open_connection("127.0.0.1", self._backends[self._turn % len(self._backends)])
                except ConnectionRefusedError:
                    self.refused += 1
            if time.monotonic() > ends:
                raise ConnectionRefusedError
            await asyncio.sleep(0.02)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, close: bool) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    if close:
        writer.close()
    elif writer.can_write_eof():
        writer.write_eof()


@contextlib.contextmanager
def beside(*doings: Callable[[], object], patience: float | None = None) -> Iterator[None]:
    """All of these at once, each in a thread; they end by themselves, and are waited for, ``patience`` seconds each."""
    threads = [threading.Thread(target=doing) for doing in doings]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(patience)


def verdict(wrong: Sequence[str]) -> int:
    """Print the first of what is wrong; the bench's exit status."""
    for line in wrong[:50]:
        print(f"WRONG        {line}")
    return 1 if wrong else 0
