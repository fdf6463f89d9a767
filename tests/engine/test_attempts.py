"""Who took a job up again and why is written with the claim itself, and only where there is something to tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from uuid import UUID

from reachly import database
from reachly.database import scope
from reachly.engine import look
from reachly.engine.attempts import attempts, related, unanswered
from reachly.engine.claim import take
from reachly.engine.outcomes import Succeeded
from reachly.engine.run import run
from reachly.engine.stop import cancel
from reachly.models import Job
from reachly.retry import retry
from tests.engine.work import ask, events, lose_lease


def row(team: Any, job_id: UUID) -> Job:
    found = look.job(job_id)
    assert found is not None
    return found


def taken(team: Any, job_id: UUID) -> list[tuple[Any, ...]]:
    with scope(team.workspace_id, team.user_id):
        return [(one.attempt, one.worker, one.found, one.found_worker) for one in attempts(row(team, job_id))]


def test_a_job_of_one_attempt_leaves_no_row(team) -> None:
    asked = ask(team)
    claim = take(asked.job_id, "host:1")
    assert claim is not None
    claim.end("succeeded", {})
    with scope(team.workspace_id, team.user_id):
        assert database.rows("SELECT * FROM job_attempts") == []
        assert attempts(row(team, asked.job_id)) == []


def test_each_way_of_taking_a_job_up_again_is_told_with_who_had_it_before(team) -> None:
    asked = ask(team)
    first = take(asked.job_id, "host:1")
    assert first is not None
    first.hand_back()
    second = take(asked.job_id, "host:2")
    assert second is not None
    second.wait(datetime.now(UTC) - timedelta(seconds=1), "the provider said 429")
    assert take(asked.job_id, "host:3") is not None
    lose_lease(team, asked.job_id)
    assert take(asked.job_id, "host:4") is not None
    assert taken(team, asked.job_id) == [
        (4, "host:4", "running", "host:3"),
        (3, "host:3", "waiting", "host:2"),
        (2, "host:2", "queued", "host:1"),
    ]
    with scope(team.workspace_id, team.user_id):
        [crashed, woke, _] = attempts(row(team, asked.job_id))
    assert (crashed.crashes, woke.crashes, woke.found_reason) == (1, 0, "the provider said 429")
    assert crashed.taken_at > crashed.found_due_at
    told = events(team, asked.job_id)
    assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
    assert {"attempt": 1, "handed_back": True} in [event["data"] for event in told]
    assert "the provider said 429" in [event["data"].get("reason") for event in told]


def test_many_who_want_the_same_job_at_once_write_one_attempt(team) -> None:
    asked = ask(team)
    assert take(asked.job_id, "gone:1") is not None
    lose_lease(team, asked.job_id)
    threads = [Thread(target=take, args=(asked.job_id, f"host:{number}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [(number, _, found, before)] = taken(team, asked.job_id)
    assert (number, found, before) == (2, "running", "gone:1")


def test_whoever_takes_over_says_why_with_the_number_of_the_attempt(team) -> None:
    asked = ask(team)
    assert take(asked.job_id, "host:1") is not None
    lose_lease(team, asked.job_id)
    assert run(asked.job_id, {"generate_leads": lambda _claim: Succeeded({})}, "host:2") == "succeeded"
    [told] = [event["data"] for event in events(team, asked.job_id) if "before" in event["data"]]
    assert (told["attempt"], told["worker"], told["before"]) == (2, "host:2", "host:1")
    assert told["lease_over_for_s"] >= 1


def test_a_call_that_is_out_is_not_unanswered_until_its_worker_is_gone(team) -> None:
    asked = ask(team)
    claim = take(asked.job_id, "host:1")
    assert claim is not None
    with claim.transaction():
        database.execute(
            "INSERT INTO provider_calls (workspace_id, job_id, attempt, step, provider, operation, repeat)"
            " VALUES (%s, %s, 1, 's', 'lusha', 'enrich', 'charged')",
            (team.workspace_id, asked.job_id),
        )
    with scope(team.workspace_id, team.user_id):
        assert unanswered(row(team, asked.job_id)) == []
    lose_lease(team, asked.job_id)
    assert take(asked.job_id, "host:2") is not None
    with scope(team.workspace_id, team.user_id):
        [call] = unanswered(row(team, asked.job_id))
    assert (call.provider, call.attempt, call.repeat) == ("lusha", 1, "charged")


def test_a_retry_is_linked_both_ways(team) -> None:
    asked = ask(team, params={"limit": 3, "filters": {"industries": ["Software"]}, "sources": ["lusha"], "reveal": []})
    cancel(team.workspace_id, team.user_id, asked.job_id)
    again = retry(team.workspace_id, team.user_id, asked.job_id)
    with scope(team.workspace_id, team.user_id):
        assert related(row(team, asked.job_id)).after == (again.job_id, 2)
        assert related(row(team, again.job_id)).before == (asked.job_id, 1)


def test_asking_twenty_times_to_stop_a_running_job_is_one_line_of_its_story(team) -> None:
    asked = ask(team)
    assert take(asked.job_id, "host:1") is not None
    for _ in range(20):
        assert cancel(team.workspace_id, team.user_id, asked.job_id) == "cancelling"
    lines = [event["data"] for event in events(team, asked.job_id) if "Stopping" in event["data"].get("text", "")]
    assert [line["detail"] for line in lines] == ["Alice asked for it"]
