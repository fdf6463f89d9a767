"""What is stuck, what waits, and which calls nobody got an answer to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from reachly.engine.claim import take
from reachly.engine.stop import cancel
from reachly.oversight import Desk, Picked
from reachly.settings import settings
from tests.engine.work import ask
from tests.oversight.made import aged, call, claimed
from tests.planted import as_owner


def why(desk: Desk, job_id: UUID) -> list[str] | None:
    """Why the job is among the stuck ones; ``None`` where it is not."""
    return {job.job_id: job.why for job in desk.jobs("stuck", most=10_000)}.get(job_id)


def test_a_job_that_goes_well_is_not_stuck(team, desk) -> None:
    working, queued = claimed(team), ask(team)
    sleeping = claimed(team)
    sleeping.wait(datetime.now(UTC) + timedelta(hours=1), "rate limit")
    assert [why(desk, one) for one in (working.id, queued.job_id, sleeping.id)] == [None, None, None]


@pytest.mark.parametrize("found", ["lease", "queued", "wake", "cancel", "crashes"])
def test_each_way_of_being_stuck_is_found_and_named(team, desk, found: str) -> None:
    if found == "queued":
        job_id = ask(team).job_id
        aged(job_id, updated_at="3 minutes")
    else:
        claim = claimed(team)
        job_id = claim.id
        if found == "lease":
            aged(job_id, lease_until="1 minute")
        elif found == "wake":
            claim.wait(datetime.now(UTC), "rate limit")
            aged(job_id, wake_at="1 minute")
        elif found == "cancel":
            cancel(team.workspace_id, team.user_id, job_id)
            aged(job_id, cancel_requested_at="3 minutes")
        else:
            claim.wait(datetime.now(UTC) + timedelta(hours=1), "trying again")
            as_owner("UPDATE jobs SET crashes = 2 WHERE id = %s", (job_id,))
    assert why(desk, job_id) == [found]


def test_a_job_in_line_for_a_place_of_its_workspace_is_not_stuck_and_not_hurried(team, desk) -> None:
    for _ in range(settings().workspace_running_interactive):
        claimed(team)
    parked = ask(team).job_id
    assert take(parked, "host:1") is None
    aged(parked, updated_at="1 hour", turn_at="1 hour")
    assert why(desk, parked) is None
    assert desk.retry(Picked(parked, 0)).outcome == "in_line"
    assert sum(queue["parked"] for queue in desk.overview()["queues"]) >= 1


def test_a_waiting_job_is_listed_with_its_reason_and_until_when(team, desk) -> None:
    claim = claimed(team, hold=10)
    until = datetime.now(UTC) + timedelta(minutes=4)
    with claim.transaction():
        claim.tell("Lusha has to be waited for")
    claim.wait(until, "Lusha asked us to slow down.")
    [job] = [job for job in desk.jobs("waiting", most=10_000) if job.job_id == claim.id]
    assert (job.wait_reason, job.wake_at, job.worker) == ("Lusha asked us to slow down.", until, "host:1")
    assert (job.credits_left, job.last_event) == (10, "Lusha has to be waited for")


def test_pages_of_open_jobs_neither_skip_nor_repeat(team, desk) -> None:
    made = [ask(team).job_id for _ in range(5)]
    found: list[UUID] = []
    after = None
    while page := desk.jobs("open", after, most=2):
        found += [job.job_id for job in page]
        after = found[-1]
    assert [job_id for job_id in found if job_id in made] == made
    assert len(found) == len(set(found))


def test_a_call_without_an_answer_says_what_it_may_have_cost_until_somebody_looked(team, desk) -> None:
    claim = claimed(team)
    ours = f"provider {uuid4()}"  # what a call may cost is told by the latest of its provider, of whichever test
    call(team, claim.id, "answered", credits=25, provider=ours)
    lost, out = call(team, claim.id, provider=ours), call(team, claim.id, "intent", ago="1 second")
    hung = call(team, claim.id, "intent", ago="10 minutes")
    found = {one.call_id: one for one in desk.unknown(most=10_000)}
    assert {lost, hung} <= set(found)
    assert out not in found
    assert (found[lost].may_have_cost, found[lost].repeat, found[lost].number) == (25, "charged", 1)
    assert desk.look(lost, "the provider says it never came").outcome == "noted"
    assert desk.look(lost, "once more").outcome == "looked"
    assert desk.look(call(team, claim.id, "answered"), "?").outcome == "answered"
    assert lost not in {one.call_id for one in desk.unknown(most=10_000)}
    [looked] = [one for one in desk.unknown(looked=True, most=10_000) if one.call_id == lost]
    assert looked.look_note == "the provider says it never came"
    assert [act.act for act in desk.acts() if act.reason == looked.look_note] == ["look"]


def test_the_overview_counts_what_is_open_and_tells_who_works(team, desk) -> None:
    before = desk.overview()
    claim = claimed(team, hold=7, worker="overview:1")
    late = ask(team).job_id
    aged(late, updated_at="1 hour")
    lost = call(team, claim.id)
    told = desk.overview()
    assert told["open"] - before["open"] == 2
    assert told["held"] - before["held"] == 7
    assert told["stuck"] - before["stuck"] == 1
    assert told["unknown"] - before["unknown"] == 1
    assert {"overview:1": 1}.items() <= {one["worker"]: one["jobs"] for one in told["workers"]}.items()
    assert told["sweep_late_s"] > 3000
    assert "lusha" in {one["provider"] for one in told["providers"]}
    claim.end("succeeded", {})
    assert desk.overview()["ended"]["succeeded"] >= 1
    desk.look(lost, "seen")
