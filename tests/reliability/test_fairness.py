"""One workspace that asks for far too much, and another that asks for a little."""

from __future__ import annotations

import pytest

from jobs.broker import connect, send
from reachly.database import one, scope
from reachly.settings import settings
from tests.conftest import new_team
from tests.generate.finding import find
from tests.reliability.workers import until, worker


def test_a_small_search_is_done_long_before_the_queue_of_a_large_workspace_is(outside) -> None:
    whale, small = new_team(10_000), new_team()
    outside.play(latency_ms=60)
    for limit in (1500, *[20] * 40):
        send("bulk" if limit > 500 else "interactive", find(whale, limit))
    with worker(outside):
        mine = find(small, 10)
        send("interactive", mine)
        row = until(small, mine, lambda row: row["finished_at"])
        with scope(whale.workspace_id, whale.user_id):
            left = one("SELECT count(*) AS open FROM jobs WHERE finished_at IS NULL")
    assert row["status"] == "succeeded"
    assert left
    assert left["open"] > 20


@pytest.mark.parametrize(("queue", "held"), [("interactive", 4), ("bulk", 2)])
def test_a_worker_with_fewer_threads_than_set_holds_no_more_messages_than_it_has_threads(queue, held) -> None:
    """Else interactive messages lie in front of every free thread, and bulk jobs wait for the end of the line."""
    broker = connect()
    broker.declare_queue(queue)
    threads = 4
    assert settings().worker_threads > threads
    assert broker.consume(queue, prefetch=threads * 2).prefetch == held
