"""A worker leaves alone what only another version's workers know."""

from __future__ import annotations

import time

from reachly import database
from reachly.database import owner_database, scope
from reachly.engine.claim import Claim
from reachly.engine.outcomes import Continue, Outcome, Succeeded
from reachly.engine.run import run
from reachly.engine.steps import Versioned
from reachly.engine.sweep import sweep
from reachly.settings import settings
from tests.engine.work import ask, events, job, lose_lease


def one_more(claim: Claim) -> Outcome:
    """Two steps, the first of which is saved."""
    if claim.checkpoint.get("at"):
        return Succeeded({})
    with claim.transaction():
        claim.save(claim.checkpoint | {"at": 1})
    return Continue()


OLD = {"generate_leads": one_more}
NEW = {"generate_leads": Versioned(one_more, 2), "export_leads": one_more}


def _untouched(row: dict) -> bool:
    return (row["status"], row["attempt"], row["crashes"], row["waits"]) == ("queued", 0, 0, 0)


def _sent(job_id) -> bool:
    sent: list = []
    sweep(lambda _queue, found: sent.append(found), most=100_000)
    return job_id in sent


def test_a_kind_that_is_not_known_here_costs_the_job_nothing(team) -> None:
    asked = ask(team, kind="export_leads", hold=5)
    told = len(events(team, asked.job_id))
    for _ in range(settings().job_crashes + 2):
        assert run(asked.job_id, OLD, "old") == "left"
    assert _untouched(job(team, asked.job_id))
    assert len(events(team, asked.job_id)) == told
    assert run(asked.job_id, NEW, "new") == "succeeded"
    assert job(team, asked.job_id)["attempt"] == 1


def test_newer_parameters_and_newer_checkpoints_are_left_to_who_knows_them(team) -> None:
    owner = owner_database(settings())
    asked = ask(team)
    with owner.connection_context():
        owner.execute_sql("UPDATE jobs SET params_version = 2 WHERE id = %s", (asked.job_id,))
    written = ask(team, version=2)
    for found in (asked, written):
        assert run(found.job_id, OLD, "old") == "left"
        assert _untouched(job(team, found.job_id))
        assert run(found.job_id, NEW, "new") == "succeeded"


def test_a_job_that_a_newer_worker_began_is_not_taken_over_by_an_older_one(team) -> None:
    asked = ask(team)
    assert run(asked.job_id, NEW, "new", stopping=_second_time()) == "handed back"
    row = job(team, asked.job_id)
    assert row["checkpoint"] == {"at": 1, "version": 2}
    assert run(asked.job_id, OLD, "old") == "left"
    assert (job(team, asked.job_id)["attempt"], job(team, asked.job_id)["crashes"]) == (1, 0)
    assert run(asked.job_id, NEW, "new") == "succeeded"


def test_a_job_whose_newer_worker_died_waits_for_a_newer_one_and_only_it_counts_the_crash(team) -> None:
    from reachly.engine.claim import take

    asked = ask(team, version=2)
    assert take(asked.job_id, "dies", {"generate_leads": 2}) is not None
    lose_lease(team, asked.job_id)
    assert run(asked.job_id, OLD, "old") == "left"
    assert job(team, asked.job_id)["crashes"] == 0
    assert run(asked.job_id, NEW, "new") == "succeeded"
    assert job(team, asked.job_id)["crashes"] == 1


def test_what_was_begun_by_an_older_worker_is_carried_on_by_a_newer_one(team) -> None:
    asked = ask(team)
    assert run(asked.job_id, OLD, "old", stopping=_second_time()) == "handed back"
    assert job(team, asked.job_id)["checkpoint"] == {"at": 1}
    assert run(asked.job_id, NEW, "new") == "succeeded"


def test_a_job_that_was_left_is_sent_again_at_once_at_first_and_more_seldom_later(team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "job_resend_after", 600.0)
    asked = ask(team, kind="export_leads")
    assert run(asked.job_id, OLD, "old") == "left"
    assert not _sent(asked.job_id)
    time.sleep(0.6)
    assert _sent(asked.job_id)
    with scope(team.workspace_id, team.user_id):
        database.execute(
            "UPDATE jobs SET updated_at = clock_timestamp() - interval '1 hour' WHERE id = %s", (asked.job_id,)
        )
    assert run(asked.job_id, OLD, "old") == "left"
    time.sleep(0.6)
    assert not _sent(asked.job_id)


def _second_time():
    """Says that the worker is being stopped from the second time on that it is asked."""
    asked: list[None] = []

    def stopping() -> bool:
        asked.append(None)
        return len(asked) > 1

    return stopping
