"""A provider that slows down: jobs wait without a thread, are told why, and give nobody up."""

from __future__ import annotations

from reachly.cache import shared
from reachly.engine.run import run
from reachly.providers.registry import _slots, config_for
from reachly.settings import settings
from reachly.sources import source_of
from tests.engine.work import job
from tests.generate.finding import KINDS, find, sources, work


def test_a_job_waits_while_the_provider_bears_no_further_call_and_goes_on_then(team, outside, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "provider_in_flight", 1)
    monkeypatch.setattr(settings(), "provider_waits", 1)
    config = config_for("lusha", settings())
    assert config
    other = _slots(config, shared(), "Lusha")
    token = other.take()
    job_id = find(team, 5)
    for _ in range(3):  # more often than a provider that failed would be waited for
        assert run(job_id, KINDS, "w") in ("waiting", "gone")
    row = job(team, job_id)
    assert (row["status"], row["wait_reason"]) == (
        "waiting",
        "Lusha is slow at the moment, so fewer calls are made at a time.",
    )
    assert sources(team, job_id)["lusha"]["state"] == "waiting"
    other.give(token, 60_000)
    assert source_of(team.workspace_id, team.user_id, "lusha").slow is False  # one call at a time is all there may be
    assert work(job_id) == "succeeded"


def test_a_source_that_was_slow_says_so_before_a_search(team, outside) -> None:
    config = config_for("lusha", settings())
    assert config
    room = _slots(config, shared(), "Lusha")
    assert source_of(team.workspace_id, team.user_id, "lusha").slow is False
    room.give(room.take(), 60_000)
    assert source_of(team.workspace_id, team.user_id, "lusha").slow is True
