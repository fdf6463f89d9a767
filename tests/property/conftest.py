"""How long the machines look, and a database of their own, so that the audit of every step sees only their books.

The quick profile repeats the same examples each time; ``--hypothesis-profile=long`` looks at new ones for minutes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg2
import pytest
from hypothesis import HealthCheck, Phase, settings
from structlog.testing import capture_logs

from tests.property.books import Books
from tests.property.jobs_model import ALL_PLACES, CRASHES, PLACES

pytest.register_assert_rewrite("tests.property.jobs_machine", "tests.property.jobs_wanted")
_ANY = {
    "deadline": None,
    "database": None,
    "report_multiple_bugs": False,
    "suppress_health_check": list(HealthCheck),
    "phases": (Phase.explicit, Phase.generate, Phase.shrink),
}
settings.register_profile("quick", max_examples=25, stateful_step_count=30, derandomize=True, **_ANY)
settings.register_profile(
    "dev", max_examples=25, stateful_step_count=30, derandomize=True, **(_ANY | {"phases": [Phase.generate]})
)
settings.register_profile("long", max_examples=1500, stateful_step_count=60, print_blob=True, **_ANY)
_SMALL = {
    "JOB_CRASHES": str(CRASHES),
    "JOB_SEND_AFTER": "1e-6",
    "JOB_RESEND_AFTER": "1e-6",
    "JOB_TURN": "3600",
    "WORKSPACE_RUNNING": str(ALL_PLACES),
    "WORKSPACE_RUNNING_INTERACTIVE": str(PLACES["interactive"]),
    "WORKSPACE_RUNNING_BULK": str(PLACES["bulk"]),
}
"""Limits that a short example meets; nothing waits to be sent, and nothing but the machine makes a job yield."""


@pytest.fixture
def looking(request: pytest.FixtureRequest) -> settings:
    """How many examples of how many steps."""
    return settings.get_profile(request.config.getoption("--hypothesis-profile") or "quick")


@pytest.fixture(scope="session")
def _own_name(_database: None) -> Iterator[str]:
    name = f"{os.environ['REACHLY_TEST_DATABASE']}_property"
    admin = psycopg2.connect(os.environ["REACHLY_TEST_ADMIN_URL"])
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7239012)")
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE reachly_template OWNER reachly_owner STRATEGY file_copy')
        cursor.execute("SELECT pg_advisory_unlock(7239012)")
    yield name
    with admin.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    admin.close()


@pytest.fixture
def books(_own_name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    """The machines' own database, which the product works on during the test; empty at first."""
    from reachly.database import db
    from reachly.migrating import migrate
    from reachly.seed import seed
    from reachly.settings import settings as product

    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        monkeypatch.setenv(variable, f"{os.environ[variable].rpartition('/')[0]}/{_own_name}")
    for variable, value in _SMALL.items():
        monkeypatch.setenv(variable, value)
    _turn(product, db)
    migrate()
    seed()
    mine = Books()
    with capture_logs():  # workers that are killed a thousand times have much to say
        yield mine
    mine.close()
    monkeypatch.undo()
    _turn(product, db)


@pytest.fixture
def roomy(books: Books, monkeypatch: pytest.MonkeyPatch) -> Books:
    """The books, where any number of jobs may run."""
    from reachly.settings import settings as product

    for variable in _SMALL:
        if variable.startswith("WORKSPACE"):
            monkeypatch.setenv(variable, "1000")
    product.cache_clear()
    return books


def _turn(product, db) -> None:
    """Forget where the database was; the next connection reads the settings again."""
    if not db.deferred:
        db.close_all()
        db.init(None)
    product.cache_clear()
