"""A PostgreSQL 18 server of our own over one data folder, reachable on loopback with a password only."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2

from reachly.embedded import orphans
from reachly.embedded.children import MARK, end, spawn
from reachly.embedded.home import Home
from reachly.embedded.servant import place

DATABASE = "reachly"
OWNER = "reachly_owner"
APP = "reachly_app"
SUPERUSER = "postgres"
EXTENSIONS = ("pg_trgm", "unaccent", "citext", "btree_gin")

_TUNING = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "jit": "off",
    "autovacuum_naptime": "10s",  # plans made for empty tables are kept until the first statistics
}
_CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class PostgresFailed(Exception):
    """The server would not start; the message ends with its own last words."""


class Postgres:
    """The server of one home. Start and stop may be called again and again, after any kind of death."""

    ends_by = signal.SIGINT  # PostgreSQL's fast shutdown: closes connections, keeps every commit

    def __init__(self, home: Home, *, durable: bool = True, template: bool = False) -> None:
        """``durable=False`` trades crash safety for speed; ``template`` adds an empty `reachly_template` database."""
        self.home = home
        self.durable = durable
        self.template = template
        self.place = place(home)
        self.cluster = f"reachly-{home.mark}"
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, role: str, database: str = DATABASE) -> str:
        """How ``role`` reaches ``database``."""
        return f"postgresql://{role}:{self.home.key(role)}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Make the files at the first call, start the server, and return when it takes connections."""
        self._clear_away()
        complete = self.place.data / "reachly.ready"
        if not complete.exists():
            self._initialise()
        if not self.home.serve_on_port("postgres", self._serve):
            raise PostgresFailed(f"PostgreSQL does not start: {self._last_words()}")
        if not complete.exists():
            self._furnish()
            complete.touch()

    def stop(self, seconds: float = 5) -> None:
        """Stop the server; a throw-away one without ceremony."""
        if self.process is not None:
            end([(self.process, self.ends_by if self.durable else signal.SIGQUIT)], seconds)
            self.process = None

    def _initialise(self) -> None:
        data, user = self.place.data, self.place.user
        if data.exists():
            shutil.rmtree(data)  # what a first start that was cut off left: it never served anybody
        data.mkdir(mode=0o700, exist_ok=True)
        options = _TUNING if self.durable else _TUNING | _CARELESS
        with tempfile.NamedTemporaryFile("w", dir=data.parent, prefix="first-") as password:
            password.write(self.home.key(SUPERUSER))
            password.flush()
            if user:
                os.chown(data, *user)
                os.chown(password.name, *user)
            command = [str(self.place.programs / "initdb"), "-D", str(data), "-U", SUPERUSER, "--no-sync"]
            command += ["--auth=scram-sha-256", f"--pwfile={password.name}", "--encoding=UTF8", "--no-instructions"]
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            command += [f"--set={name}={value}" for name, value in options.items()]
            made = subprocess.run(  # noqa: S603
                command,
                env=self._environment(),
                cwd=data.parent,
                capture_output=True,
                text=True,
                check=False,
                user=user[0] if user else None,
                group=user[1] if user else None,
                extra_groups=[] if user else None,
            )
        if made.returncode:
            raise PostgresFailed(f"initdb failed: {made.stderr.strip()[-500:]}")
        if self.durable:
            os.sync()  # --no-sync left the new files to us

    def _clear_away(self) -> None:
        """Remove the pid file of a server that is gone: its number may belong to another process by now."""
        orphans.end_servers(self.cluster, self.place.data)
        (self.place.data / "postmaster.pid").unlink(missing_ok=True)

    def _serve(self, port: int) -> bool:
        self.port = port
        command = [str(self.place.programs / "postgres"), "-D", str(self.place.data)]
        command += ["-p", str(self.port), "-c", f"cluster_name={self.cluster}"]
        with self.home.output("postgres") as log:
            self.process = spawn(
                command,
                environment=self._environment(),
                cwd=self.place.data.parent,
                output=log,
                ends_by=self.ends_by,
                user=self.place.user,
            )
        deadline = time.monotonic() + 60  # recovery after a crash takes its time
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError, IndexError):
                state = (self.place.data / "postmaster.pid").read_text().splitlines()[7]
                if state.strip() == "ready":
                    return True
            time.sleep(0.01)
        end([(self.process, signal.SIGQUIT)], 5)
        return False

    def _environment(self) -> dict[str, str]:
        """Nothing but the needful: no PG… variable, and none of our secrets for the user it runs as."""
        return {"PATH": os.defpath, "LC_ALL": "C", MARK: str(self.home.path)}

    def _last_words(self) -> str:
        lines = (self.home.log / "postgres.log").read_text(errors="replace").strip().splitlines()
        return " / ".join(lines[-3:])

    def _furnish(self) -> None:
        """Create the two roles, the database and its extensions; again and again with the same end."""
        wanted = [DATABASE, "reachly_template"] if self.template else [DATABASE]
        with self._session("postgres") as cursor:
            for role in (OWNER, APP):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                cursor.execute(
                    f"{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD %s",
                    (self.home.key(role),),
                )
            for database in wanted:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
                if not cursor.fetchone():
                    cursor.execute(f"CREATE DATABASE {database} OWNER {OWNER}")
        for database in wanted:
            with self._session(database) as cursor:
                for extension in EXTENSIONS:
                    cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")

    @contextlib.contextmanager
    def _session(self, database: str) -> Iterator[Any]:
        connection = psycopg2.connect(self.url(SUPERUSER, database), connect_timeout=10, gssencmode="disable")
        connection.autocommit = True  # CREATE DATABASE refuses a transaction
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()


def program(home: Home, name: str) -> Path:
    """A PostgreSQL client program (`psql`, `pgbench`, `pg_dump`) that comes with the server."""
    return place(home).programs / name
