"""The ground every test stands on: a database of its own per worker on the run's throw-away cluster."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import psycopg2
import pytest
import structlog

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.outside import Outside

MISSING = "Run the tests with `python3 -m reachly test`: it starts the servers they need."


def _number() -> int:
    """Which xdist worker this is, from 0."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0)


def _point_settings() -> None:
    """Tell settings where this worker's stores are, before anything of the product is imported."""
    admin = os.environ.get("REACHLY_TEST_ADMIN_URL")
    if not admin:
        pytest.exit(MISSING, returncode=2)
    host = admin.rsplit("@", 1)[1].split("/")[0]
    name = f"reachly_test_{os.environ.get('PYTEST_XDIST_TESTRUNUID', 'x')[:8]}_{_number()}"
    os.environ["DATABASE_OWNER_URL"] = f"postgresql://{os.environ['REACHLY_TEST_OWNER']}@{host}/{name}"
    os.environ["DATABASE_URL"] = f"postgresql://{os.environ['REACHLY_TEST_APP']}@{host}/{name}"
    os.environ["REDIS_URL"] = os.environ["REACHLY_TEST_REDIS_URL"].rsplit("/", 1)[0] + f"/{_number() * 4}"
    os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 32
    os.environ["REACHLY_TEST_DATABASE"] = name
    os.environ["STORAGE_URL"] = (Path(tempfile.gettempdir()) / f"reachly-files-{name}").as_uri()


if os.environ.get("PYTEST_XDIST_WORKER") or not os.environ.get("REACHLY_TEST_XDIST_MASTER"):
    _point_settings()


def _unkept_loggers() -> None:
    """Let every line be written by a logger made for it: one that a module kept writes to the standard error of a test
    that has ended, which is closed by now, and nobody else can listen to it.
    """
    configure = structlog.configure
    structlog.configure = lambda **chosen: configure(  # type: ignore[assignment]
        **chosen | {"cache_logger_on_first_use": False, "logger_factory": lambda *_: structlog.PrintLogger(sys.stderr)}
    )


_unkept_loggers()


@pytest.fixture(scope="session", autouse=True)
def _database() -> Iterator[None]:
    """A fresh, migrated and seeded database for this worker."""
    from reachly.database import db
    from reachly.migrating import migrate
    from reachly.seed import seed

    name = os.environ["REACHLY_TEST_DATABASE"]
    admin = psycopg2.connect(os.environ["REACHLY_TEST_ADMIN_URL"])
    admin.autocommit = True
    with admin.cursor() as cursor:
        # Two workers must not copy the template at the same instant.
        cursor.execute("SELECT pg_advisory_lock(7239012)")
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE reachly_template OWNER reachly_owner STRATEGY file_copy')
        cursor.execute("SELECT pg_advisory_unlock(7239012)")
    migrate()
    seed()
    files = Path(os.environ["STORAGE_URL"].removeprefix("file://"))
    files.mkdir(exist_ok=True)
    yield
    if not db.deferred:
        db.close_all()
    with admin.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    admin.close()
    shutil.rmtree(files, ignore_errors=True)


@pytest.fixture(autouse=True)
def _settings_as_before() -> Iterator[None]:
    """Fail the test that leaves other settings behind, not the ones after it, which would work with them."""
    from reachly.settings import settings

    before = settings().model_dump()
    yield
    assert settings().model_dump() == before


@dataclass(frozen=True)
class Team:
    """A workspace and the person it belongs to."""

    workspace_id: UUID
    user_id: UUID
    email: str


def new_team(credits: int = 0) -> Team:
    """A freshly registered person with the trial's 100 credits and ``credits`` more."""
    from reachly import database

    email = f"{uuid4().hex[:12]}@team.example"
    with database.transaction():
        made = database.one("SELECT * FROM account_register(%s, 'Alice', 'no-hash', 'test', false)", (email,))
        assert made is not None
        with database.scope(made["workspace_id"], made["user_id"]):
            database.one("SELECT account_verify(%s)", (email,))
    team = Team(made["workspace_id"], made["user_id"], email)
    if credits:
        grant(team, credits)
    return team


def grant(team: Team, credits: int) -> None:
    """Give the workspace credits as an operator would."""
    from reachly.database import owner_database
    from reachly.settings import settings

    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql(
            "SELECT ledger_grant(%s, %s, %s, NULL, 'for a test')", (team.workspace_id, credits, f"test:{uuid4()}")
        )


@pytest.fixture
def team() -> Team:
    """Alice's workspace, with the trial's 100 credits."""
    return new_team()


@pytest.fixture
def other_team() -> Team:
    """Bob's workspace, which has nothing to do with Alice's."""
    return new_team()


@pytest.fixture
def make_team() -> Callable[..., Team]:
    """Make as many workspaces as a test needs."""
    return new_team


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    """The simulated outside of this worker."""
    from tests.outside import running

    with running() as url:
        yield url


@pytest.fixture
def outside(sandbox_url: str) -> Iterator[Outside]:
    """A fresh account at the simulated providers, which this process's settings point at during the test."""
    from reachly.settings import settings
    from tests.outside import use

    config = settings()
    before = {name: getattr(config, name) for name in type(config).model_fields}
    yield use(sandbox_url)
    for name, value in before.items():
        setattr(config, name, value)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this worker, shared by all that drive one."""
    from tests.chromium import launched

    with launched() as browser:
        yield browser
