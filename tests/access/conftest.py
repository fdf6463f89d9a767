"""How many are asked: some by default, all with ``python3 -m reachly test tests/access --probes 10000``."""

from __future__ import annotations

import pytest

SOME = 1_000


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known where this folder is named on the command line; elsewhere the default holds."""
    parser.addoption("--probes", type=int, default=SOME, help="requests for what is another's; ten times as many reads")


@pytest.fixture
def many(request: pytest.FixtureRequest) -> int:
    """At least how many requests for another's things are made."""
    return int(request.config.getoption("--probes", SOME))
