"""`doctor`: looks at every setting and store, and says what to do about what it finds."""

from __future__ import annotations

import argparse
import logging
import platform
from collections.abc import Callable, Iterator
from functools import partial

import structlog

from reachly.operator.findings import Finding, fail
from reachly.operator.line import say
from reachly.operator.mishaps import first_line
from reachly.settings import Settings, settings

Check = Callable[[Settings], Iterator[Finding]]


def main(arguments: argparse.Namespace) -> int:
    """One line for each finding; 1 when something must be mended, 0 otherwise."""
    from reachly.operator import doctor_providers, doctor_settings, doctor_stores

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # calls are not findings
    say(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    checks: tuple[tuple[str, Check, str], ...] = (
        ("settings", partial(doctor_settings.check, given=arguments.given), ""),
        ("postgresql", doctor_stores.postgresql, "look at DATABASE_URL and DATABASE_OWNER_URL"),
        ("redis", doctor_stores.redis, "look at REDIS_URL"),
        ("storage", doctor_stores.storage, "look at STORAGE_URL"),
        ("providers", doctor_providers.check, ""),
    )
    worst = 0
    for subject, check, remedy in checks:
        for finding in _guarded(check, remedy):
            say(f"{finding.level:<5} {subject:<11} {finding.words}")
            if finding.remedy:
                say(f"{'':<17} -> {finding.remedy}")
            worst = max(worst, finding.level == "fail")
    return int(worst)


def _guarded(check: Check, remedy: str) -> Iterator[Finding]:
    """A check that breaks is a finding, too: the others still run."""
    try:
        yield from check(settings())
    except Exception as wrong:
        yield fail(f"could not be checked: {type(wrong).__name__}: {first_line(wrong)}", remedy)
