"""A job that a workspace's own key was to pay for is never paid for by the house's."""

from __future__ import annotations

from reachly import provider_keys
from reachly.retry import retry
from tests.engine.work import balances, job
from tests.generate.finding import find, rows, work


def test_taking_the_key_away_stops_the_job_before_the_house_pays(team, outside) -> None:
    provider_keys.save(team.workspace_id, team.user_id, "lusha", outside.key)
    job_id = find(team, 10)
    assert job(team, job_id)["credits_held"] == 0
    provider_keys.remove(team.workspace_id, team.user_id, "lusha")
    assert work(job_id) == "failed"
    assert "Put it in again" in job(team, job_id)["error_message"]
    assert outside.told()["lusha"]["used"] == 0
    assert rows(team, "SELECT 1 FROM leads") == []

    again = retry(team.workspace_id, team.user_id, job_id).job_id
    assert work(again) == "failed"
    assert outside.told()["lusha"]["used"] == 0

    provider_keys.save(team.workspace_id, team.user_id, "lusha", outside.key)
    assert work(retry(team.workspace_id, team.user_id, again).job_id) == "succeeded"
    assert len(rows(team, "SELECT 1 FROM leads")) == 10
    assert balances(team)["spent"] == 0
