"""Asking for a job: it and its hold are written together, once, or not at all."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from reachly.engine.request import KeyReused, NotEnoughCredits
from tests.engine.work import ask, balances, events, job


def test_a_request_writes_the_job_and_holds_the_most_it_can_cost(team) -> None:
    asked = ask(team, hold=40)
    row = job(team, asked.job_id)
    assert (row["status"], row["number"], row["credits_held"]) == ("queued", 1, 40)
    assert balances(team) == {"available": 60, "held": 40, "spent": 0}
    assert [event["seq"] for event in events(team, asked.job_id)] == [1, 2]


def test_too_few_credits_leave_nothing_behind(team) -> None:
    with pytest.raises(NotEnoughCredits) as refused:
        ask(team, hold=101)
    assert (refused.value.required, refused.value.available) == (101, 100)
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}
    assert ask(team).job_id is not None
    assert job(team, ask(team, "first", hold=0).job_id)["number"] == 2


def test_the_same_key_gives_the_first_job_again_even_when_it_emptied_the_account(team) -> None:
    first = ask(team, "key", hold=100)
    again = ask(team, "key", hold=100)
    assert again.job_id == first.job_id
    assert (first.replayed, again.replayed) == (False, True)
    assert balances(team)["held"] == 100


def test_the_same_key_for_another_request_is_refused(team) -> None:
    ask(team, "key", total=3)
    with pytest.raises(KeyReused):
        ask(team, "key", total=4)


def test_fifty_equal_requests_at_once_make_one_job(make_team) -> None:
    team = make_team()
    with ThreadPoolExecutor(16) as pool:
        asked = list(pool.map(lambda _: ask(team, "one click", hold=7), range(50)))
    assert len({one.job_id for one in asked}) == 1
    assert Counter(one.replayed for one in asked) == {True: 49, False: 1}
    assert balances(team) == {"available": 93, "held": 7, "spent": 0}


def test_jobs_for_more_credits_than_there_are_never_hold_more_than_there_are(make_team) -> None:
    team = make_team()

    def try_one(number: int) -> bool:
        try:
            ask(team, f"click {number}", hold=30)
        except NotEnoughCredits:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        held = sum(pool.map(try_one, range(40)))
    assert held == 3
    assert balances(team) == {"available": 10, "held": 90, "spent": 0}


def test_another_workspace_does_not_see_the_job(team, other_team) -> None:
    asked = ask(team)
    with pytest.raises(AssertionError):
        job(other_team, asked.job_id)
