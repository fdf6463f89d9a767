"""What is written down of outside calls belongs to the run that holds the job."""

from __future__ import annotations

import pytest

from reachly.database import rows, scope
from reachly.engine.claim import LeaseLost, take
from reachly.engine.journal import Journal
from reachly.providers.failures import ProviderBusy
from reachly.providers.values import Answer, Call
from tests.engine.work import ask, lose_lease

PAGE = Call("search", "POST", "/people", json={"page": 0}, repeat="charged")


@pytest.mark.parametrize("broke", [False, True])
def test_an_answer_to_a_worker_that_lost_its_job_changes_nothing(team, broke) -> None:
    first = take(ask(team).job_id, "one")
    assert first is not None

    def late(_call: Call) -> Answer:
        lose_lease(team, first.id)
        second = take(first.id, "two")
        assert second is not None
        Journal(second, "search:0", "lusha", False, lambda _call: Answer(200, {}, b"second", 1))(PAGE)
        if broke:
            raise ProviderBusy("The connection broke.")
        return Answer(200, {}, b"first", 1)

    with pytest.raises(LeaseLost):
        Journal(first, "search:0", "lusha", False, late)(PAGE)
    with scope(team.workspace_id, team.user_id):
        kept = rows("SELECT attempt, status, error, body FROM provider_calls ORDER BY requested_at")
    assert [(one["attempt"], one["status"], one["error"], one["body"] and bytes(one["body"])) for one in kept] == [
        (1, "unknown", None, None),
        (2, "answered", None, b"second"),
    ]
