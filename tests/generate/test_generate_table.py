"""Leads through a Clay table: a row goes out, people come back to an address that we signed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest
from pydantic import SecretStr

from reachly.engine.run import run
from reachly.engine.stop import cancel
from reachly.retry import retry
from reachly.settings import settings
from tests.engine.work import balances, job
from tests.generate.finding import KINDS, find, rows, sources


class _Silent(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """No line per request."""


@pytest.fixture
def table(outside) -> Iterator[None]:
    """The product's own door for callbacks on loopback, and the account's table pointed at it."""
    import threading

    from reachly.app import create_app

    server = make_server("127.0.0.1", 0, create_app(), handler_class=_Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = settings()
    config.public_url = f"http://127.0.0.1:{server.server_port}"
    config.clay_table_url = SecretStr(outside.url + outside.told()["table_path"])
    config.clay_table_token = SecretStr("typed-into-the-column")
    outside.play(table_delay_ms=50, table_token="typed-into-the-column")
    yield
    server.shutdown()
    server.server_close()


def _work(team, job_id, seconds: float = 30) -> str:
    """As a worker that the callbacks wake."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        came_to = run(job_id, KINDS, "test")
        if came_to in ("succeeded", "failed"):
            return came_to
        time.sleep(0.1)
    raise AssertionError(job(team, job_id))


def test_people_come_back_and_the_job_ends_at_its_number(team, table) -> None:
    job_id = find(team, 8, "clay_table")
    assert _work(team, job_id) == "succeeded"
    leads = rows(team, "SELECT source, email FROM leads")
    assert len(leads) == job(team, job_id)["progress_done"]
    assert 0 < len(leads) <= 8
    assert all(lead["source"] == "clay_table" and lead["email"] for lead in leads)
    assert balances(team)["spent"] == len(leads)


def test_a_quiet_period_ends_it_with_what_came(make_team, outside, table) -> None:
    settings().clay_table_quiet = 0.5
    outside.play(callbacks_lost=15)
    team = make_team()
    job_id = find(team, 20, "clay_table")
    assert _work(team, job_id) == "succeeded"
    told = sources(team, job_id)["clay_table"]
    assert told["found"] + told["misses"] == 5
    assert balances(team)["held"] == 0


def test_a_result_that_comes_twice_is_taken_once(make_team, outside, table) -> None:
    settings().clay_table_quiet = 0.5
    outside.play(callback_copies=3)
    team = make_team()
    job_id = find(team, 20, "clay_table")
    assert _work(team, job_id) == "succeeded"
    told = sources(team, job_id)["clay_table"]
    assert told["found"] + told["misses"] + told["suppressed"] == 20


def test_nothing_ever_comes_back_and_the_time_out_ends_it_free_of_charge(team, outside, table) -> None:
    settings().clay_table_timeout = 0.5
    outside.play(callbacks_lost=1000)
    job_id = find(team, 10, "clay_table")
    assert _work(team, job_id) == "succeeded"
    assert job(team, job_id)["result"]["delivered"] == 0
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}


def test_a_stopped_job_that_is_started_again_posts_a_row_of_its_own(team, outside, table) -> None:
    outside.play(callbacks_lost=1000)
    first = find(team, 5, "clay_table")
    assert run(first, KINDS, "test") == "waiting"
    cancel(team.workspace_id, team.user_id, first)
    outside.play(callbacks_lost=0)
    second = retry(team.workspace_id, team.user_id, first).job_id
    assert _work(team, second) == "succeeded"
    assert 0 < job(team, second)["progress_done"] <= 5


def test_an_address_that_we_did_not_sign_is_refused(table) -> None:
    address = f"{settings().public_url}/hooks/clay/v1.bm90LW91cnM.bm90LXNpZ25lZA"
    assert httpx.post(address, json={"email": "x@y.example"}).status_code == 404
