"""`test`: the whole suite on its own throw-away cluster, with pytest's own arguments."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import subprocess
import sys
import threading
from pathlib import Path

from reachly.embedded import Stores, throwaway
from reachly.embedded.postgres import APP, OWNER
from reachly.operator import chromium
from reachly.operator.line import say
from reachly.settings import Settings


def main(arguments: argparse.Namespace) -> int:
    """Run pytest and return its exit code; SIGTERM and Ctrl-C end it and the cluster."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with throwaway() as stores:
        variables = cluster(stores)
        if arguments.shell_env:
            for name, value in variables.items():
                say(f"export {name}={shlex.quote(value)}")
            threading.Event().wait()
        return _pytest(list(arguments.rest), variables)


def cluster(stores: Stores) -> dict[str, str]:
    """How the tests find their servers."""
    key = stores.postgres.home.key
    return {
        "REACHLY_TEST_ADMIN_URL": stores.admin_url,
        "REACHLY_TEST_OWNER": f"{OWNER}:{key(OWNER)}",
        "REACHLY_TEST_APP": f"{APP}:{key(APP)}",
        "REACHLY_TEST_REDIS_URL": stores.valkey.url(),
    }


def _pytest(rest: list[str], variables: dict[str, str]) -> int:
    command = [sys.executable, "-m", "pytest", *parallel(rest), *rest]
    browser = chromium.found()
    if browser is None and chromium.wanted(rest) and os.environ.get("CHROMIUM_PATH") is None:
        browser = chromium.fetched()
    if browser:
        variables = variables | {"REACHLY_CHROMIUM": browser}
    elif os.environ.get("CI") == "true":
        say("The browser tests need a Chromium, and CI insists on them: install one, or set CHROMIUM_PATH.")
        return 1
    else:
        command += ["-p", "reachly.operator.browserless"]
    with subprocess.Popen(command, env=surroundings() | variables) as pytest:  # noqa: S603
        try:
            return pytest.wait()
        except BaseException:
            pytest.send_signal(signal.SIGINT)
            pytest.wait(10)
            raise


def parallel(rest: list[str]) -> list[str]:
    """Two workers, unless the arguments choose a number, a single test or a debugger."""
    single = any("::" in word for word in rest) or len([word for word in rest if Path(word).is_file()]) == 1
    chosen = any(word.startswith(("-n", "--numprocesses", "--pdb", "--trace", "--collect-only")) for word in rest)
    return [] if single or chosen else ["-n", "2"]


def surroundings() -> dict[str, str]:
    """Our environment without any setting of Reachly's: what the person has set must not colour the tests."""
    settings = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name.upper() not in settings}
