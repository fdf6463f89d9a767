"""`doctor`: looks at every setting and store, and says what to do about what it finds."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Iterator

from reachly.operator.findings import Finding, fail
from reachly.operator.line import say
from reachly.operator.mishaps import first_line
from reachly.settings import Settings, settings

Check = Callable[[Settings], Iterator[Finding]]


def main(arguments: argparse.Namespace) -> int:
    """One line for each finding; 1 when something must be mended, 0 otherwise."""
    del arguments
    from reachly.operator import doctor_providers, doctor_settings, doctor_stores

    say(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    checks: tuple[tuple[str, Check], ...] = (
        ("settings", doctor_settings.check),
        ("postgresql", doctor_stores.postgresql),
        ("redis", doctor_stores.redis),
        ("storage", doctor_stores.storage),
        ("providers", doctor_providers.check),
    )
    worst = 0
    for subject, check in checks:
        for finding in _guarded(check):
            say(f"{finding.level:<5} {subject:<11} {finding.words}")
            if finding.remedy:
                say(f"{'':<17} -> {finding.remedy}")
            worst = max(worst, finding.level == "fail")
    return int(worst)


def _guarded(check: Check) -> Iterator[Finding]:
    """A check that breaks is a finding, too: the others still run."""
    try:
        yield from check(settings())
    except Exception as wrong:
        yield fail(f"could not be checked: {type(wrong).__name__}: {first_line(wrong)}", "see the setting's address")
