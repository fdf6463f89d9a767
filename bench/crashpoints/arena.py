"""A database of its own, the proxies before it, a sandbox in another process, and a process that acts through them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg2
import redis

from bench.crashpoints.proxy import Between
from bench.crashpoints.trigger import Point
from reachly.database import db
from reachly.migrating import migrate
from reachly.seed import seed
from reachly.settings import settings

ROOT = Path(__file__).resolve().parents[2]
QUICK = {
    "JOB_SEND_AFTER": "0.01",
    "JOB_RESEND_AFTER": "0.01",
    "PROVIDER_BACKOFF": "0.02",
    "LUSHA_PAGE_SIZE": "10",
    "LUSHA_ENRICH_SIZE": "10",
    "LUSHA_PER_SECOND": "1000",
    "CLAY_PAGE_SIZE": "10",
    "EXPORT_CHUNK_BYTES": "2000",
    "RATE_LIMIT_SCALE": "100000",
    "SECRET_KEY": "only-for-a-bench-" + "x" * 32,
    "LOG_LEVEL": "CRITICAL",
    "DATABASE_CONNECT_TIMEOUT": "30",
    "REDIS_TIMEOUT": "5",
    "CLAY_EMAIL_ROUTINE": "function:t_work_email",
    "CLAY_PHONE_ROUTINE": "function:t_mobile_phone",
}
"""Times short where they are waited for, long where a busy machine must not matter, and pages small."""
LONGEST = 30.0
ACTOR: tuple[str, ...] = ("bench.crashpoints.actor",)
"""The module that acts, behind the one that starts it where there is one."""
furnished: list[Callable[[], None]] = []
"""What else is done to the fresh database before it is copied."""
PATIENCE = (0.15,)
"""Seconds between two looks at what Clay works on, in place of its adapter's."""


@dataclass(frozen=True, slots=True)
class Acted:
    """How the acting process ended: its exit status (negative: the signal) and what it told."""

    status: int
    told: Any


class Arena:
    """Where one scenario is played."""

    def __init__(self, between: Between, sandbox: str) -> None:
        self.between = between
        self.sandbox = sandbox
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", *ACTOR],
            cwd=ROOT,
            env=os.environ | self._through(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._zygote.stdout is not None
        if self._zygote.stdout.readline() != "ready\n":
            raise RuntimeError("the acting process did not start")

    def act(self, name: str, arguments: dict[str, Any], point: Point | None) -> Acted:
        """Let a fresh process act, and die at ``point`` if there is one."""
        trigger = self.between.trigger
        trigger.begin(point)
        pid = self._ask({"act": name, "arguments": arguments})["pid"]
        trigger.arm(pid)
        late = threading.Timer(LONGEST, os.kill, (pid, signal.SIGKILL))
        late.start()
        ended = self._told()
        late.cancel()
        trigger.disarm()
        self.between.cut()
        return Acted(ended["status"], ended["told"])

    def close(self) -> None:
        """End the process that others are forked from."""
        assert self._zygote.stdin is not None
        with suppress(OSError):
            self._zygote.stdin.close()
        try:
            self._zygote.wait(10)
        except subprocess.TimeoutExpired:
            self._zygote.kill()
            self._zygote.wait()

    def _ask(self, words: dict[str, Any]) -> dict[str, Any]:
        assert self._zygote.stdin is not None
        self._zygote.stdin.write(json.dumps(words, default=str) + "\n")
        self._zygote.stdin.flush()
        return self._told()

    def _told(self) -> dict[str, Any]:
        assert self._zygote.stdout is not None
        line = self._zygote.stdout.readline()
        if not line:
            raise RuntimeError("the acting process is gone")
        return json.loads(line)

    def _through(self) -> dict[str, str]:
        return {
            "DATABASE_URL": _at(settings().database_url.get_secret_value(), self.between.postgres.port),
            "REDIS_URL": _at(settings().redis_url.get_secret_value(), self.between.redis.port),
            "REACHLY_BENCH_GATE": str(self.between.files.port),
        }


def _at(url: str, port: int) -> str:
    parts = urlsplit(url)
    host = f"{parts.netloc.rpartition('@')[0]}@127.0.0.1:{port}"
    return urlunsplit(parts._replace(netloc=host))


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


@contextmanager
def ground() -> Iterator[tuple[str, str]]:
    """A migrated and seeded database to copy, and the address of a sandbox in a process of its own."""
    os.environ |= QUICK
    name = f"reachly_crash_{uuid4().hex[:8]}"
    command = [sys.executable, "-m", "reachly.sandbox", "--port", "0", "--people", "5000"]
    sandbox = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        _copy("reachly_template", name)
        _point(name)
        migrate()
        seed()
        for furnish in furnished:
            furnish()
        db.close_all()
        assert sandbox.stdout is not None
        yield name, sandbox.stdout.readline().split()[1]
    finally:
        sandbox.terminate()
        sandbox.wait(10)
        _drop(name)


@contextmanager
def arena(template: str, sandbox: str, furnish: Callable[[], None] = lambda: None) -> Iterator[Arena]:
    """An arena whose database is a copy of ``template`` and furnished by the caller; this process's settings point
    straight at it.
    """
    name = f"{template}_{uuid4().hex[:8]}"
    _copy(template, name)
    _as_admin(f'ALTER DATABASE "{name}" SET synchronous_commit = off')  # processes die here, and no machine
    _point(name)
    furnish()
    for offset in (0, 1):
        redis.Redis.from_url(settings().redis_at(offset)).flushdb()
    between = Between(
        _address(settings().database_url.get_secret_value()), _address(settings().redis_url.get_secret_value())
    )
    made = Arena(between, sandbox)
    try:
        yield made
    finally:
        made.close()
        between.close()
        db.close_all()
        _drop(name)


def _point(name: str) -> None:
    host = _address(os.environ["REACHLY_TEST_ADMIN_URL"])
    for variable, role in (("DATABASE_OWNER_URL", "REACHLY_TEST_OWNER"), ("DATABASE_URL", "REACHLY_TEST_APP")):
        os.environ[variable] = f"postgresql://{os.environ[role]}@{host[0]}:{host[1]}/{name}"
    settings.cache_clear()
    if not db.deferred:
        db.close_all()
    db.start(settings())


def _as_admin(sql: str) -> None:
    admin = psycopg2.connect(os.environ["REACHLY_TEST_ADMIN_URL"])
    admin.autocommit = True
    with admin.cursor() as cursor:
        # Two copies of one template must not be made at the same instant.
        cursor.execute("SELECT pg_advisory_lock(7239012)")
        cursor.execute(sql)
    admin.close()


def _copy(template: str, name: str) -> None:
    _as_admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER reachly_owner STRATEGY file_copy')


def _drop(name: str) -> None:
    _as_admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
