"""Redis away: what could not be sent is not taken for sent, so that whoever works straight from the rows has it."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

import pytest

from jobs import actors, direct
from reachly import database
from reachly.database import scope
from reachly.engine.claim import take
from reachly.engine.sweep import sweep
from reachly.settings import settings
from tests.conftest import Team
from tests.engine.work import ask


def _swept(most: int = 100_000) -> list[UUID]:
    sent: list[UUID] = []
    sweep(lambda _queue, job_id: sent.append(job_id), most=most)
    return sent


def _old(team: Team) -> UUID:
    job_id = ask(team).job_id
    with scope(team.workspace_id, team.user_id):
        database.execute("UPDATE jobs SET updated_at = clock_timestamp() - interval '5 s' WHERE id = %s", (job_id,))
    return job_id


def test_what_a_sweep_could_not_send_is_sent_by_the_very_next_one(make_team: Callable[[], Team]) -> None:
    mine = {_old(make_team()) for _ in range(5)}
    tried: list[UUID] = []

    def takes_two(_queue: str, job_id: UUID) -> bool:
        tried.append(job_id)
        return len(tried) <= 2

    sweep(takes_two, most=100_000)
    assert len(tried) == 3
    assert mine - set(tried[:2]) <= set(_swept())


def test_who_is_next_and_cannot_be_called_is_found_by_the_next_sweep(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "workspace_running_interactive", 1)
    running, following = _old(team), _old(team)
    claim = take(running, "w")
    assert claim is not None
    assert take(following, "w") is None
    claim.end("succeeded")
    called: list[UUID] = []
    monkeypatch.setattr(actors, "send", lambda _queue, job_id: called.append(job_id) or False)
    actors._call_next(str(running))
    assert called == [following]
    assert following in _swept()


def test_a_redis_that_is_away_is_tried_with_no_more_jobs_than_there_are_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    back = False
    monkeypatch.setattr(direct, "send", lambda *_: back)
    monkeypatch.setattr(direct, "work", lambda _job_id: time.sleep(0.2))
    monkeypatch.setattr(direct, "_ASK_AGAIN", 0.0)
    monkeypatch.setattr(settings(), "worker_threads", 2)
    ways = direct.Direct()
    assert ways.room(500) == 500
    assert ways.take("interactive", UUID(int=1))
    assert ways.room(500) == 1
    assert ways.take("interactive", UUID(int=2))
    assert not ways.take("interactive", UUID(int=3))
    assert ways.room(500) == 1, "one job is still tried, to hear whether Redis is back"
    back = True
    assert ways.take("interactive", UUID(int=3))
    assert ways.room(500) == 500
    ways.wait(5)
