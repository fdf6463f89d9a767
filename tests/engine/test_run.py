"""Working on a job: one at a time, fenced, and settled however it ends."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from reachly import database
from reachly.database import scope
from reachly.engine.claim import Claim, LeaseLost, take
from reachly.engine.outcomes import Continue, Failed, Outcome, Succeeded, Wait
from reachly.engine.run import run
from reachly.engine.stop import JobEnded, NoSuchJob, cancel
from reachly.engine.sweep import sweep
from reachly.settings import settings
from tests.engine.work import ask, balances, events, job, lose_lease


def counting(claim: Claim) -> Outcome:
    """Three steps, each saved."""
    at = claim.checkpoint.get("at", 0)
    if at == 3:
        return Succeeded({"at": at})
    with claim.transaction():
        claim.save({"at": at + 1})
        claim.progress(at + 1, 3)
    return Continue()


def test_a_job_is_worked_on_to_its_end_and_gives_back_what_it_held(team) -> None:
    asked = ask(team, hold=40)
    assert run(asked.job_id, {"generate_leads": counting}, "w1") == "succeeded"
    row = job(team, asked.job_id)
    assert (row["status"], row["result"], row["credits_released"], row["attempt"]) == ("succeeded", {"at": 3}, 40, 1)
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}
    assert [event["seq"] for event in events(team, asked.job_id)] == list(range(1, row["event_seq"] + 1))
    assert events(team, asked.job_id)[-1]["kind"] == "done"


def test_a_message_that_comes_twice_does_nothing_the_second_time(team) -> None:
    asked = ask(team)
    assert run(asked.job_id, {"generate_leads": counting}, "w1") == "succeeded"
    assert run(asked.job_id, {"generate_leads": counting}, "w2") == "gone"


def test_of_many_workers_one_gets_the_job(team) -> None:
    asked = ask(team)
    start = threading.Barrier(8)
    claims: list[Claim | None] = []

    def grab(number: int) -> None:
        start.wait()
        claims.append(take(asked.job_id, f"w{number}"))

    threads = [threading.Thread(target=grab, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(claim is not None for claim in claims) == 1


def test_a_worker_that_woke_up_late_can_change_nothing(team) -> None:
    asked = ask(team, hold=10)
    zombie = take(asked.job_id, "zombie")
    assert zombie is not None
    lose_lease(team, asked.job_id)
    heir = take(asked.job_id, "heir")
    assert heir is not None
    assert heir.crashes == 1
    with pytest.raises(LeaseLost), zombie.transaction():
        zombie.save({"at": 99})
    assert zombie.renew() is False
    with pytest.raises(LeaseLost):
        zombie.end("failed", code="x", text="x")
    with pytest.raises(LeaseLost):
        zombie.wait(datetime.now(UTC), "x")
    assert job(team, asked.job_id)["checkpoint"] == {}
    assert job(team, asked.job_id)["status"] == "running"
    heir.end("succeeded", {})
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}


def test_the_heir_goes_on_from_the_checkpoint_and_says_so(team) -> None:
    asked = ask(team)
    first = take(asked.job_id, "w1")
    assert first is not None
    counting(first)
    lose_lease(team, asked.job_id)
    assert run(asked.job_id, {"generate_leads": counting}, "w2") == "succeeded"
    texts = [event["data"].get("text") for event in events(team, asked.job_id)]
    assert "Another worker took over" in texts
    assert job(team, asked.job_id)["result"] == {"at": 3}


def test_a_job_that_kills_its_workers_is_given_up_and_settled(team) -> None:
    asked = ask(team, hold=20)
    for number in range(settings().job_crashes):
        assert take(asked.job_id, f"w{number}") is not None
        lose_lease(team, asked.job_id)
    assert run(asked.job_id, {"generate_leads": counting}, "last") == "failed"
    row = job(team, asked.job_id)
    assert (row["status"], row["error_code"]) == ("failed", "crashed_repeatedly")
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}


def test_a_step_that_raises_is_tried_again_and_at_last_given_up(team) -> None:
    asked = ask(team, hold=5)

    def broken(_claim: Claim) -> Outcome:
        raise RuntimeError("a bug")

    for _ in range(settings().job_crashes):
        assert run(asked.job_id, {"generate_leads": broken}, "w") == "stumbled"
        with scope(team.workspace_id, team.user_id):
            database.execute("UPDATE jobs SET wake_at = clock_timestamp() WHERE id = %s", (asked.job_id,))
    assert run(asked.job_id, {"generate_leads": broken}, "w") == "failed"
    assert balances(team)["held"] == 0


def test_a_waiting_job_holds_no_worker_and_wakes_in_time(team) -> None:
    asked = ask(team)
    until = datetime.now(UTC) + timedelta(hours=1)
    assert run(asked.job_id, {"generate_leads": lambda _claim: Wait(until, "rate limit")}, "w") == "waiting"
    assert run(asked.job_id, {"generate_leads": counting}, "w") == "gone"
    sent: list = []
    sweep(lambda queue, job_id: sent.append(job_id), most=100_000)
    assert asked.job_id not in sent
    with scope(team.workspace_id, team.user_id):
        database.execute("UPDATE jobs SET wake_at = clock_timestamp() WHERE id = %s", (asked.job_id,))
    sweep(lambda queue, job_id: sent.append(job_id), most=100_000)
    assert asked.job_id in sent
    assert run(asked.job_id, {"generate_leads": counting}, "w") == "succeeded"


def test_a_failed_job_says_why_and_gives_back(team) -> None:
    asked = ask(team, hold=9)
    run(asked.job_id, {"generate_leads": lambda _claim: Failed("nobody", "Nobody is left")}, "w")
    row = job(team, asked.job_id)
    assert (row["status"], row["error_code"], row["error_message"]) == ("failed", "nobody", "Nobody is left")
    assert balances(team)["available"] == 100


def test_stopping_hands_the_job_back_after_the_step(team) -> None:
    asked = ask(team)
    steps = iter([False, True])
    assert run(asked.job_id, {"generate_leads": counting}, "w1", lambda: next(steps)) == "handed back"
    row = job(team, asked.job_id)
    assert (row["status"], row["checkpoint"], row["lease_until"]) == ("queued", {"at": 1}, None)
    sent: list = []
    sweep(lambda queue, job_id: sent.append(job_id), most=100_000)
    assert asked.job_id in sent
    assert run(asked.job_id, {"generate_leads": counting}, "w2") == "succeeded"
    assert job(team, asked.job_id)["crashes"] == 0


def test_cancelling_a_queued_job_ends_it_at_once(team) -> None:
    asked = ask(team, hold=10)
    assert cancel(team.workspace_id, team.user_id, asked.job_id) == "cancelled"
    assert balances(team)["available"] == 100
    with pytest.raises(JobEnded):
        cancel(team.workspace_id, team.user_id, asked.job_id)


def test_cancelling_a_running_job_ends_it_at_its_next_step(team) -> None:
    asked = ask(team, hold=10)

    def cancelled_meanwhile(claim: Claim) -> Outcome:
        if not claim.checkpoint:
            assert cancel(team.workspace_id, team.user_id, asked.job_id) == "cancelling"
        return counting(claim)

    assert run(asked.job_id, {"generate_leads": cancelled_meanwhile}, "w") == "cancelled"
    row = job(team, asked.job_id)
    assert (row["status"], row["progress_done"]) == ("cancelled", 1)
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}


def test_a_job_that_was_cancelled_while_its_step_decided_to_wait_does_not_wait(team) -> None:
    asked = ask(team, hold=10)

    def waits(claim: Claim) -> Outcome:
        assert cancel(team.workspace_id, team.user_id, asked.job_id) == "cancelling"
        return Wait(claim.now() + timedelta(hours=1), "the provider is busy")

    assert run(asked.job_id, {"generate_leads": waits}, "w") == "waiting"
    sent: list[UUID] = []
    sweep(lambda _queue, job_id: sent.append(job_id), most=100_000)
    assert asked.job_id in sent
    assert run(asked.job_id, {"generate_leads": waits}, "w") == "cancelled"
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}


def test_another_workspace_cannot_cancel(team, other_team) -> None:
    asked = ask(team)
    with pytest.raises(NoSuchJob):
        cancel(other_team.workspace_id, other_team.user_id, asked.job_id)
    assert job(team, asked.job_id)["cancel_requested_at"] is None


def test_the_sweep_sends_what_was_never_sent_and_not_again_at_once(team) -> None:
    asked = ask(team)
    sent: list = []
    sweep(lambda queue, job_id: sent.append(job_id), most=100_000)
    assert asked.job_id not in sent  # younger than the grace period: its own message is on its way
    with scope(team.workspace_id, team.user_id):
        database.execute(
            "UPDATE jobs SET updated_at = clock_timestamp() - interval '5 s' WHERE id = %s", (asked.job_id,)
        )
    sweep(lambda queue, job_id: sent.append(job_id), most=100_000)
    sweep(lambda queue, job_id: sent.append(job_id), most=100_000)
    assert sent.count(asked.job_id) == 1


def test_a_sweep_that_cannot_send_stops_trying_and_a_later_one_sends_all(make_team, monkeypatch) -> None:
    mine = {ask(make_team()).job_id for _ in range(3)}
    monkeypatch.setattr(settings(), "job_send_after", 0.01)
    monkeypatch.setattr(settings(), "job_resend_after", 0.01)
    time.sleep(0.02)
    tried: list[object] = []
    sent: list[object] = []

    def away(_queue: str, job_id: object) -> bool:
        tried.append(job_id)
        return False

    sweep(away, most=100_000)
    assert len(tried) == 1
    time.sleep(0.02)
    sweep(lambda _queue, job_id: sent.append(job_id), most=100_000)
    assert mine <= set(sent)


def test_many_sweeps_at_once_send_each_job_once(make_team) -> None:
    teams = [make_team() for _ in range(10)]
    jobs = {ask(team).job_id for team in teams for _ in range(settings().workspace_running_interactive)}
    for team in teams:
        with scope(team.workspace_id, team.user_id):
            database.execute("UPDATE jobs SET updated_at = clock_timestamp() - interval '5 s'")
    sent: list = []
    threads = [threading.Thread(target=sweep, args=(lambda _queue, job_id: sent.append(job_id),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one for one in sent if one in jobs) == sorted(jobs)


def test_losing_the_database_for_a_while_is_no_crash(team) -> None:
    asked = ask(team)
    for _ in range(settings().job_crashes + 1):
        assert take(asked.job_id, "the same worker") is not None
        lose_lease(team, asked.job_id)
    assert job(team, asked.job_id)["crashes"] == 0
    assert run(asked.job_id, {"generate_leads": counting}, "the same worker") == "succeeded"
