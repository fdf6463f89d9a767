"""`bench`: measures a thing beside the plain way of doing it, on servers of its own."""

from __future__ import annotations

import argparse
import os
import runpy
import signal
import sys
from pathlib import Path

from reachly.embedded import throwaway
from reachly.operator.environment import CHECKOUT
from reachly.operator.mishaps import Mishap
from reachly.operator.test import cluster
from reachly.settings import settings


def main(arguments: argparse.Namespace) -> int:
    """Run the bench as a program, against a crash-safe throw-away cluster, migrated and seeded."""
    script = _programs().get(arguments.name)
    if script is None:
        raise Mishap(f"There is no bench {arguments.name!r}; there are: {', '.join(sorted(_programs())) or 'none yet'}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what the bench started ends with it
    with throwaway(durable=True) as stores:
        folder = stores.postgres.home.path / "storage"
        folder.mkdir()
        os.environ |= cluster(stores) | {
            "DATABASE_URL": stores.app_url,
            "DATABASE_OWNER_URL": stores.owner_url,
            "REDIS_URL": stores.valkey.url(),
            "STORAGE_URL": folder.as_uri(),
            "SECRET_KEY": stores.postgres.home.key("secret_key"),
        }
        settings.cache_clear()
        from reachly.migrating import migrate
        from reachly.seed import seed

        migrate()
        seed()
        sys.argv = [str(script), *arguments.rest]
        sys.path.append(str(script.parent))  # last, so that no bench hides a library by its name
        try:
            if script.is_dir():
                runpy.run_module(f"bench.{script.name}", run_name="__main__", alter_sys=True)
            else:
                runpy.run_path(str(script), run_name="__main__")
        except SystemExit as ended:
            return int(ended.code or 0)
    return 0


def _programs() -> dict[str, Path]:
    """Every `bench/NAME.py`, and every folder there that is a program."""
    files = [path for path in (CHECKOUT / "bench").glob("*.py") if not path.stem.startswith("_")]
    folders = [path.parent for path in (CHECKOUT / "bench").glob("*/__main__.py")]
    return {path.stem: path for path in (*files, *folders)}
