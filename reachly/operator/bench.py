"""`bench`: measures a thing beside the plain way of doing it, on servers of its own."""

from __future__ import annotations

import argparse
import os
import runpy
import sys

from reachly.embedded import throwaway
from reachly.operator.environment import CHECKOUT
from reachly.operator.mishaps import Mishap
from reachly.operator.test import cluster
from reachly.settings import settings


def main(arguments: argparse.Namespace) -> int:
    """Run `bench/NAME.py` as a program, against a crash-safe throw-away cluster, migrated and seeded."""
    script = CHECKOUT / "bench" / f"{arguments.name}.py"
    if not script.is_file():
        names = sorted(path.stem for path in (CHECKOUT / "bench").glob("*.py") if not path.stem.startswith("_"))
        raise Mishap(f"There is no bench {arguments.name!r}; there are: {', '.join(names) or 'none yet'}")
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
        runpy.run_path(str(script), run_name="__main__")
    return 0
