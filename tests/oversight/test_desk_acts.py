"""Retry now, and give up and release: once however often it is pressed, and never against a page that has come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import peewee
import pytest

from reachly import audit
from reachly.database import as_json, one, rows, scope
from reachly.engine.claim import LeaseLost, take
from reachly.engine.run import run
from reachly.generate.rows import row
from reachly.oversight import Done, Picked, as_owner, picked
from reachly.providers.values import Company, Person
from reachly.retry import retry
from tests.engine.work import ask, balances, events, job, lose_lease
from tests.oversight.made import acts_on, aged, claimed, seen

FIND = {"params": {"limit": 3, "filters": {"industries": ["Software"]}, "sources": ["lusha"], "reveal": ["email"]}}


def together(times: int, act: Any) -> list[Any]:
    """What ``act`` gives, called so many times at once."""
    outcomes: list[Any] = []
    threads = [Thread(target=lambda: outcomes.append(act())) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_retry_now_wakes_a_waiting_job_and_its_sources_once(team, operator, desk) -> None:
    claim = claimed(team, sources=(("lusha", False),))
    later = datetime.now(UTC) + timedelta(hours=1)
    with claim.transaction():
        claim.save({"sources": {"lusha": {"cursor": "p2", "resumes_at": later.isoformat()}}, "version": 1})
    claim.wait(later, "Lusha asked us to slow down.")
    outcomes = together(20, lambda: desk.retry(seen(team, claim.id), "they are back").outcome)
    assert sorted(set(outcomes)) == ["sent", "under_way"]
    assert outcomes.count("sent") == 1
    assert acts_on(claim.id) == [("retry", operator.user_id, "they are back")]
    told = [event["data"] for event in events(team, claim.id)]
    assert "they are back" in [data.get("detail") for data in told]
    woken = take(claim.id, "host:2")
    assert woken is not None
    assert woken.checkpoint == {"sources": {"lusha": {"cursor": "p2"}}, "version": 1}


def test_retry_now_does_nothing_to_a_job_that_somebody_works_on_or_that_moved_on_or_ended(team, desk) -> None:
    claim = claimed(team)
    assert desk.retry(Picked(claim.id, 1)).outcome == "working"
    assert desk.retry(Picked(claim.id, 7)).outcome == "moved"
    lose_lease(team, claim.id)
    assert desk.retry(Picked(claim.id, 1)) == Done("sent", team.workspace_id, claim.id, 1, "interactive", 0)
    heir = take(claim.id, "host:2")
    assert heir is not None
    heir.end("succeeded", {})
    assert desk.retry(Picked(claim.id, 2)).outcome == "ended"
    assert desk.retry(Picked(uuid4(), 1)).outcome == "gone"
    assert len(acts_on(claim.id)) == 1


@pytest.mark.parametrize("state", ["queued", "running", "waiting", "lease over"])
def test_giving_up_ends_a_job_in_any_state_and_gives_its_credits_back(team, operator, desk, state: str) -> None:
    if state == "queued":
        job_id = ask(team, hold=10, **FIND).job_id
    else:
        claim = claimed(team, hold=10, **FIND)
        job_id = claim.id
        if state == "waiting":
            claim.wait(datetime.now(UTC) + timedelta(hours=1), "rate limit")
        elif state == "lease over":
            lose_lease(team, job_id)
    done = desk.release(seen(team, job_id), "The provider is gone for good.")
    assert (done.outcome, done.credits) == ("released", 10)
    ended = job(team, job_id)
    assert (ended["status"], ended["error_code"]) == ("failed", "given_up")
    assert "gave the job up: The provider is gone for good. What it brought is yours." in ended["error_message"]
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}
    told = events(team, job_id)
    assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
    assert (told[-2]["data"]["text"], told[-1]["kind"]) == ("An operator gave the job up", "done")
    assert acts_on(job_id) == [("release", operator.user_id, "The provider is gone for good.")]
    assert retry(team.workspace_id, team.user_id, job_id).replayed is False


def test_a_worker_whose_job_was_given_up_can_change_nothing(team, desk) -> None:
    claim = claimed(team, hold=10)
    desk.release(Picked(claim.id, 1), "stuck")
    with pytest.raises(LeaseLost), claim.transaction():
        claim.save({"at": 99})
    with pytest.raises(LeaseLost):
        claim.end("succeeded", {})
    assert claim.renew() is False
    assert run(claim.id, {}, "host:2") == "gone"
    assert job(team, claim.id)["checkpoint"] == {}


def test_twenty_clicks_at_once_give_up_once(team, operator, desk) -> None:
    claim = claimed(team, hold=30)
    outcomes = together(20, lambda: desk.release(Picked(claim.id, 1), "stuck").outcome)
    assert sorted(outcomes) == ["ended"] * 19 + ["released"]
    assert len(acts_on(claim.id)) == 1
    assert [event["kind"] for event in events(team, claim.id)].count("done") == 1
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}


def test_an_attempt_that_was_not_on_the_screen_is_not_given_up(team, desk) -> None:
    claim = claimed(team)
    lose_lease(team, claim.id)
    assert take(claim.id, "host:2") is not None
    assert desk.release(Picked(claim.id, 1), "stuck").outcome == "moved"
    assert job(team, claim.id)["status"] == "running"


def test_giving_up_wants_a_reason(team, desk) -> None:
    claim = claimed(team)
    with pytest.raises(peewee.IntegrityError, match="wants a reason"):
        desk.release(Picked(claim.id, 1), "  ")


def page_of(number: int) -> list[dict[str, Any]]:
    """Leads as a page brings them."""
    mark = uuid4().hex[:8]
    firm = Company(f"Firm {mark}", f"{mark}.example", "Software", "51-200", 120, "Germany")
    return [
        row(
            Person(f"{mark}{n}", "A", f"Number{n}", email=f"{n}@{mark}.example", email_grade="A", company=firm),
            "lusha",
            uuid4(),
            n,
            True,
        )
        for n in range(number)
    ]


@pytest.mark.parametrize("first", ["the worker", "the operator"])
def test_a_page_that_comes_while_the_job_is_given_up_is_kept_and_paid_whole_or_not_at_all(
    team, desk, first: str
) -> None:
    claim = claimed(team, hold=5, total=5, prices={"email": 1}, sources=(("lusha", False),))
    delivered, released, lost = Event(), Event(), []

    def deliver() -> None:
        try:
            with claim.transaction():
                one(
                    "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, '{email}', 5, 0, %s::jsonb, '{}')",
                    (claim.id, claim.attempt, as_json(page_of(3)), as_json({"email": 1})),
                )
                delivered.set()
                released.wait(0.5)  # the operator cannot be done before this transaction is
        except LeaseLost as error:
            lost.append(error)

    worker = Thread(target=deliver)
    if first == "the worker":
        worker.start()
        assert delivered.wait(10)
        done = desk.release(Picked(claim.id, 1), "stuck")
        released.set()
    else:
        done = desk.release(Picked(claim.id, 1), "stuck")
        worker.start()
    worker.join()
    kept = 3 if first == "the worker" else 0
    ended = job(team, claim.id)
    assert (len(lost), done.outcome) == (0 if kept else 1, "released")
    assert (ended["status"], ended["progress_done"], ended["credits_spent"]) == ("failed", kept, kept)
    assert done.credits == ended["credits_released"] == 5 - kept
    assert balances(team) == {"available": 100 - kept, "held": 0, "spent": kept}
    with scope(team.workspace_id, team.user_id):
        assert len(rows("SELECT FROM leads WHERE job_id = %s AND deleted_at IS NULL", (claim.id,))) == kept


def test_the_books_are_right_after_all_that(team, desk) -> None:
    claim = claimed(team, hold=10)
    desk.release(Picked(claim.id, 1), "stuck")
    assert [breach for breach in audit.run() if str(claim.id) in str(breach)] == []


def test_the_command_lines_acts_are_nobodys(team) -> None:
    claim = claimed(team)
    aged(claim.id, lease_until="1 minute")
    desk = as_owner()
    assert claim.id in {one.job_id for one in desk.jobs("stuck", most=10_000)}
    assert desk.release(Picked(claim.id, 1), "stuck").outcome == "released"
    assert acts_on(claim.id) == [("release", None, "stuck")]
    assert desk.acts()[0].who is None


def test_what_is_picked_is_read_with_care() -> None:
    good = uuid4()
    words = [f"{good}:3", f"{good}:4", "nonsense", f"{uuid4()}:x", f"{uuid4()}:-1", f"{uuid4()}:{2**40}", ""]
    assert picked(words) == [Picked(good, 3)]
