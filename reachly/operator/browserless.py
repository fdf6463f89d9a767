"""A pytest plugin for machines without a Chromium: leaves the browser tests out, and says so loudly at the end."""

from __future__ import annotations

from typing import Any

import pytest

_left_out: list[int] = []


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Take the browser tests out of the run."""
    browser = [item for item in items if item.get_closest_marker("browser")]
    if browser:
        config.hook.pytest_deselected(items=browser)
        items[:] = [item for item in items if item not in browser]
    output = getattr(config, "workeroutput", None)  # set in the workers of xdist
    if output is None:
        _left_out.append(len(browser))
    else:
        output["browser_left_out"] = len(browser)


@pytest.hookimpl(optionalhook=True)  # without xdist there is no such hook
def pytest_testnodedown(node: Any, error: object) -> None:
    """Hear from a worker of xdist how many it left out; every worker collects the whole suite."""
    _left_out.append(getattr(node, "workeroutput", {}).get("browser_left_out", 0))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was not run and why."""
    count = max(_left_out, default=0)
    if count:
        terminalreporter.section("NOT RUN", sep="!", red=True)
        terminalreporter.line(
            f"NOT RUN: {count} browser tests: no Chromium on this machine. Install one, or set CHROMIUM_PATH.", red=True
        )
