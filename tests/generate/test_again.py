"""A job that stopped is started again where it got to: nobody is bought twice, nobody is left out."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from reachly.database import owner_database
from reachly.engine.claim import Claim
from reachly.engine.forget import forget
from reachly.engine.outcomes import Outcome
from reachly.engine.run import run
from reachly.engine.stop import cancel
from reachly.generate.step import step
from reachly.retry import NothingToRetry, retry
from reachly.settings import settings
from tests.conftest import Team
from tests.engine.work import ask, balances, events, job
from tests.generate.finding import find, rows, work


def stopped(team: Team, limit: int, steps: int) -> UUID:
    """A job that was cancelled after so many steps."""
    job_id = find(team, limit)
    taken: list[Outcome] = []

    def some(claim: Claim) -> Outcome:
        taken.append(step(claim))
        if len(taken) == steps:
            cancel(team.workspace_id, team.user_id, job_id)
        return taken[-1]

    assert run(job_id, {"generate_leads": some}, "test") == "cancelled"
    return job_id


def test_the_new_job_brings_what_the_stopped_one_did_not_without_searching_again(team, outside) -> None:
    first = stopped(team, 50, steps=2)
    brought = job(team, first)["progress_done"]
    assert 0 < brought < 50
    second = retry(team.workspace_id, team.user_id, first).job_id
    assert work(second) == "succeeded"
    assert brought + job(team, second)["progress_done"] == 50
    assert balances(team) == {"available": 50, "held": 0, "spent": 50}
    assert len(rows(team, "SELECT contact_id FROM leads")) == 50
    searches = rows(team, "SELECT DISTINCT step FROM provider_calls WHERE operation = 'search' AND job_id = %s", first)
    again = rows(team, "SELECT DISTINCT step FROM provider_calls WHERE operation = 'search' AND job_id = %s", second)
    assert not {each["step"] for each in searches} & {each["step"] for each in again}


def test_a_job_whose_answers_were_forgotten_searches_again_and_skips_who_is_owned(team, outside) -> None:
    first = stopped(team, 50, steps=2)
    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql("UPDATE jobs SET finished_at = finished_at - %s WHERE id = %s", (timedelta(days=99), first))
    forget()
    second = retry(team.workspace_id, team.user_id, first).job_id
    assert work(second) == "succeeded"
    assert "A page of Lusha was lost" in [event["data"].get("text") for event in events(team, second)]
    assert balances(team) == {"available": 50, "held": 0, "spent": 50}
    assert len(rows(team, "SELECT contact_id FROM leads")) == 50


def test_a_kind_that_nobody_can_start_again_is_refused(team) -> None:
    made = ask(team, kind="sync_source").job_id
    cancel(team.workspace_id, team.user_id, made)
    with pytest.raises(NothingToRetry):
        retry(team.workspace_id, team.user_id, made)
