"""The embedded stores: PostgreSQL 18 and Valkey from wheels, for a machine that has only Python.

Used where no `DATABASE_URL` or `REDIS_URL` is set, and by the test command for its throw-away cluster.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reachly.embedded import orphans
from reachly.embedded.home import Home, HomeTaken
from reachly.embedded.postgres import APP, OWNER, SUPERUSER, Postgres, PostgresFailed, program
from reachly.embedded.servant import NoServant
from reachly.embedded.valkey import Valkey, ValkeyFailed

__all__ = ["EmbeddedFailed", "Home", "HomeTaken", "Postgres", "Stores", "Valkey", "program", "throwaway"]

EmbeddedFailed = (PostgresFailed, ValkeyFailed, NoServant)


@dataclass(frozen=True)
class Stores:
    """Both servers of a home, running."""

    postgres: Postgres
    valkey: Valkey

    @property
    def admin_url(self) -> str:
        """The superuser's way to the database `postgres`."""
        return self.postgres.url(SUPERUSER, "postgres")

    @property
    def owner_url(self) -> str:
        """The schema owner's way to the database: migrations only."""
        return self.postgres.url(OWNER)

    @property
    def app_url(self) -> str:
        """The app's way to the database: a role that owns nothing and cannot pass row-level security."""
        return self.postgres.url(APP)


@contextlib.contextmanager
def throwaway(*, durable: bool = False) -> Iterator[Stores]:
    """Both servers in a temporary folder, gone with all their data at the end; crash safe only when ``durable``.

    Folders that a killed run left behind are removed at the next call.
    """
    _remove_abandoned()
    home = Home(Path(tempfile.mkdtemp(prefix="reachly-test-")))
    home.claim()
    postgres, valkey = Postgres(home, durable=durable, template=True), Valkey(home)
    try:
        postgres.start()
        valkey.start()
        yield Stores(postgres, valkey)
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(postgres.place.data.parent, ignore_errors=True)
        shutil.rmtree(home.path, ignore_errors=True)


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob("reachly-test-*"):
        try:
            with (folder / "run.lock").open("r") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                orphans.end_home(folder)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # in use, or somebody else's, or just being made
            continue
