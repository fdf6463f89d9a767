"""How many jobs of one workspace run, who is next, and that nobody's line keeps others waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from reachly import database
from reachly.database import scope
from reachly.engine import run as engine_run
from reachly.engine.claim import Claim, take
from reachly.engine.outcomes import Continue, Outcome, Succeeded
from reachly.engine.places import next_after, others_wait
from reachly.engine.request import TooManyOpen
from reachly.engine.run import run
from reachly.engine.sweep import sweep
from reachly.settings import settings
from tests.conftest import Team
from tests.engine.work import ask, events, job, lose_lease


@pytest.fixture(autouse=True)
def _limits(monkeypatch) -> None:
    """Three of a workspace at a time, of which two interactive and two bulk."""
    for name, value in (("", 3), ("_interactive", 2), ("_bulk", 2)):
        monkeypatch.setattr(settings(), f"workspace_running{name}", value)


def claimed(jobs: list[UUID]) -> list[Claim]:
    """Those that a worker gets when it comes for each."""
    return [claim for claim in (take(job_id, "w") for job_id in jobs) if claim]


def swept(mine: list[UUID]) -> list[UUID]:
    """What a sweep sends of these, in its order."""
    sent: list[UUID] = []
    sweep(lambda _queue, job_id: sent.append(job_id), most=100_000)
    return [job_id for job_id in sent if job_id in mine]


def age(team: Team, seconds: float = 5) -> None:
    """Let the jobs of the team have been there for a while."""
    with scope(team.workspace_id, team.user_id):
        for column in ("updated_at", "turn_at", "dispatched_at"):
            database.execute(f"UPDATE jobs SET {column} = {column} - make_interval(secs => %s)", (seconds,))


def many(team: Team, number: int, **more) -> list[UUID]:
    """So many jobs of one workspace."""
    return [ask(team, **more).job_id for _ in range(number)]


def test_no_more_jobs_of_a_workspace_run_than_may_and_the_others_stay_in_line(team) -> None:
    jobs = many(team, 5)
    assert [claim.id for claim in claimed(jobs)] == jobs[:2]
    row = job(team, jobs[2])
    assert (row["status"], row["attempt"], row["wait_reason"]) == (
        "queued",
        0,
        "waits for a free place (2 of 2 running)",
    )
    assert all(job(team, job_id)["status"] == "queued" for job_id in jobs[2:])


def test_the_queues_have_places_of_their_own_and_together_no_more_than_the_workspace(team) -> None:
    assert len(claimed(many(team, 3, queue="bulk"))) == 2
    small = many(team, 2)
    assert len(claimed(small)) == 1
    assert job(team, small[1])["wait_reason"] == "waits for a free place (3 of 3 running)"


def test_workers_that_come_at_the_same_instant_do_not_get_more_than_there_is_room_for(team) -> None:
    for _ in range(5):
        jobs = many(team, 12)
        start = threading.Barrier(12)

        def claim(job_id: UUID, start: threading.Barrier = start) -> Claim | None:
            start.wait()
            return take(job_id, "w")

        with ThreadPoolExecutor(12) as pool:
            got = [one for one in pool.map(claim, jobs) if one]
        assert len(got) == 2
        for one in got:
            one.end("succeeded")
        with scope(team.workspace_id, team.user_id):
            for job_id in jobs:
                database.execute("SELECT job_end(%s, NULL, 'cancelled', NULL, NULL, NULL)", (job_id,))


def test_what_waits_for_a_place_is_not_sent_again_and_again(team) -> None:
    jobs = many(team, 6)
    running = claimed(jobs)
    age(team)
    assert swept(jobs) == []
    running[0].end("succeeded")
    assert swept(jobs) == [jobs[2]]
    assert swept(jobs) == []


def test_the_next_one_is_called_as_soon_as_a_job_ends_or_waits(team) -> None:
    jobs = many(team, 6)
    running = claimed(jobs)
    assert next_after(jobs[0]) == []
    running[0].end("succeeded")
    assert [found.id for found in next_after(jobs[0])] == [jobs[2]]
    assert next_after(jobs[0]) == []  # it is on its way
    running[1].wait(datetime.now(UTC) + timedelta(hours=1), "a while")
    assert [found.id for found in next_after(jobs[1])] == [jobs[3]]
    assert len(claimed(jobs[2:4])) == 2


def test_a_job_whose_worker_died_keeps_its_place_and_is_taken_over_in_a_full_workspace(team) -> None:
    jobs = many(team, 3)
    claimed(jobs)
    lose_lease(team, jobs[0])
    assert take(jobs[2], "w") is None
    assert swept(jobs) == [jobs[0]]
    assert take(jobs[0], "another") is not None


def test_the_sweep_goes_round_the_workspaces_and_takes_interactive_before_bulk(make_team) -> None:
    whale, *small = [make_team() for _ in range(4)]
    bulk = many(whale, 2, queue="bulk")
    first = many(whale, 50)
    others = [many(team, 2) for team in small]
    for team in (whale, *small):
        age(team)
    mine = [*bulk, *first, *(job_id for jobs in others for job_id in jobs)]
    sent = swept(mine)
    assert sent[:4] == [first[0], *(jobs[0] for jobs in others)]
    assert sent[4:8] == [first[1], *(jobs[1] for jobs in others)]
    assert sent[8:] == bulk[:1]  # the third place of the whale; its other small ones stay in line


def test_a_long_job_yields_to_whoever_waits_and_goes_to_the_end_of_the_line(make_team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "job_turn", 0.05)
    monkeypatch.setattr(engine_run, "_LOOK_EVERY", 0.01)
    whale, other = make_team(), make_team()
    long = ask(whale, total=10_000, queue="bulk").job_id
    waiting = ask(other, queue="bulk").job_id

    def slow(_claim: Claim) -> Outcome:
        time.sleep(0.02)
        return Continue()

    age(other)
    assert run(long, {"generate_leads": slow}, "w") == "yielded"
    row = job(whale, long)
    assert (row["status"], row["crashes"], row["lease_until"]) == ("queued", 0, None)
    assert row["turn_at"] > job(other, waiting)["turn_at"]
    sent = swept([long, waiting])
    assert sent == [waiting, long]


def test_a_long_job_goes_on_while_nobody_waits(make_team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "job_turn", 0.02)
    monkeypatch.setattr(engine_run, "_LOOK_EVERY", 0.01)
    long = ask(make_team(), queue="bulk").job_id
    seen: list[bool] = []

    def look(claim: Claim) -> Outcome:
        time.sleep(0.03)
        seen.append(True)
        return Succeeded({}) if len(seen) == 4 else Continue()

    with_nobody(lambda: run(long, {"generate_leads": look}, "w"), "succeeded")


def with_nobody(act: Callable[[], str], expected: str) -> None:
    """Act while no job of any other test stands in line."""
    from reachly.database import owner_database

    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql(
            "UPDATE jobs SET turn_at = clock_timestamp() + interval '1 hour' WHERE status IN ('queued', 'waiting')"
        )
    assert act() == expected


def test_who_waits_for_a_place_of_another_workspace_ends_nobodys_turn(make_team) -> None:
    whale, other = make_team(), make_team()
    parked = many(whale, 3)
    claimed(parked)
    mine = ask(other).job_id
    assert take(mine, "w")
    age(whale)

    def asked() -> str:
        with scope(whale.workspace_id, whale.user_id):
            database.execute("UPDATE jobs SET turn_at = clock_timestamp() - interval '5 s' WHERE id = %s", (parked[2],))
        return str(others_wait(mine))

    with_nobody(asked, "False")
    assert others_wait(parked[0])  # whoever has one of its workspace's places is waited for


def test_a_workspace_has_only_so_many_jobs_open_however_many_ask_at_once(team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "workspace_open_jobs", 5)
    first = many(team, 2)
    start = threading.Barrier(50)

    def want(_number: int) -> UUID | TooManyOpen:
        start.wait()
        try:
            return ask(team, hold=1).job_id
        except TooManyOpen as full:
            return full

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(want, range(50)))
    made = [answer for answer in answers if isinstance(answer, UUID)]
    refused = [answer for answer in answers if isinstance(answer, TooManyOpen)]
    assert (len(made), len(refused)) == (3, 47)
    assert {(full.open, full.most) for full in refused} == {(5, 5)}
    assert claimed(first[:1])[0].end("succeeded") is None
    assert ask(team).job_id
    assert [event["data"]["text"] for event in events(team, made[0])][-1] == "1 credits held"


def test_the_same_request_again_is_its_first_job_even_when_there_is_no_room(team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "workspace_open_jobs", 1)
    first = ask(team, "a key")
    again = ask(team, "a key")
    assert (again.job_id, again.replayed) == (first.job_id, True)
    with pytest.raises(TooManyOpen):
        ask(team, "another key")
