"""Finding a Chromium for the browser tests, or fetching Playwright's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from reachly.operator.line import say

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def found() -> str | None:
    """The path of a Chromium on this machine: CHROMIUM_PATH, the usual names, or the one Playwright keeps."""
    chosen = os.environ.get("CHROMIUM_PATH")
    if chosen:
        return chosen if Path(chosen).is_file() else None
    for name in _NAMES:
        path = shutil.which(name)
        if path:
            return path
    return next((path for path in (*_PLACES, _playwrights()) if path and Path(path).is_file()), None)


def fetched() -> str | None:
    """Ask Playwright to fetch its own Chromium; None when that does not work here."""
    say("No Chromium found: asking Playwright for one.")
    try:
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, timeout=300, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    return found()


def wanted(rest: list[str]) -> bool:
    """Whether these pytest arguments can choose a browser test at all."""
    return "not browser" not in " ".join(rest)


def _playwrights() -> str | None:
    script = "from playwright.sync_api import sync_playwright as p\nwith p() as q: print(q.chromium.executable_path)"
    asked = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    return asked.stdout.strip() or None
