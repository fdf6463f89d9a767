"""Each fence holds by itself, also where another one stands before it."""

from __future__ import annotations

import time

import pytest
from peewee import PeeweeException

from reachly.database import execute, scope, sqlstate
from reachly.engine.claim import take
from reachly.engine.lease import Keeper
from reachly.settings import settings
from tests.engine.work import ask, job, lose_lease

_PAGE = """
SELECT * FROM deliver_page(%s, %s, 'lusha', '[]', ARRAY['email'], 5, 0, '{}'::jsonb, '{"moved": true}')
"""


def test_a_page_of_a_worker_that_lost_its_job_is_refused_by_the_database(team) -> None:
    job_id = ask(team).job_id
    late = take(job_id, "late")
    lose_lease(team, job_id)
    assert take(job_id, "heir") is not None
    with pytest.raises(PeeweeException) as refused, scope(team.workspace_id, team.user_id):
        execute(_PAGE, (job_id, late.attempt))
    assert sqlstate(refused.value) == "RL409"
    assert job(team, job_id)["checkpoint"] == {}


def test_a_lease_is_renewed_while_its_step_takes_longer_than_it(team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "job_lease", 1.5)
    job_id = ask(team).job_id
    claim = take(job_id, "slow")
    with Keeper().keeping(claim):
        first = job(team, job_id)["lease_until"]
        ends = time.monotonic() + 15
        while job(team, job_id)["lease_until"] <= first and time.monotonic() < ends:
            time.sleep(0.05)
        assert job(team, job_id)["lease_until"] > first
