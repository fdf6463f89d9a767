"""Providers that misbehave on the wire: the job waits, goes on elsewhere, or says what to do."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from reachly import retry
from reachly.engine.run import run
from reachly.settings import settings
from tests.engine.work import balances, events, job
from tests.generate.finding import KINDS, find, rows, sources, work


@pytest.mark.parametrize("kind", ["429_without_hint", "5xx", "cut"])
def test_what_passes_is_waited_for_and_nothing_is_lost(team, outside, kind) -> None:
    settings().provider_backoff = 0.05
    outside.play(faults=[{"kind": kind, "operation": "search", "times": 1}])
    job_id = find(team, 12)
    assert work(job_id, 60) == "succeeded"
    assert job(team, job_id)["progress_done"] == 12
    assert job(team, job_id)["waits"] >= 1
    assert balances(team) == {"available": 88, "held": 0, "spent": 12}
    assert "Lusha has to be waited for" in [event["data"].get("text") for event in events(team, job_id)]


def test_a_rate_limit_is_waited_out_as_the_provider_says_without_holding_a_worker(team, outside) -> None:
    outside.play(faults=[{"kind": "429", "operation": "search", "times": 1}])
    job_id = find(team, 12)
    assert run(job_id, KINDS, "test") == "waiting"
    row = job(team, job_id)
    assert 0 < (row["wake_at"] - datetime.now(UTC)).total_seconds() <= 61
    assert "slow down" in row["wait_reason"]
    assert row["lease_until"] is None
    assert sources(team, job_id)["lusha"]["resumes_at"] is not None
    assert balances(team)["held"] == 12


def test_a_long_pause_of_one_source_lets_the_next_one_go_on(team, outside) -> None:
    outside.play(faults=[{"kind": "429", "operation": "search", "times": 1}])
    job_id = find(team, 12, "lusha", "clay")
    assert work(job_id) == "succeeded"
    assert sources(team, job_id)["clay"]["found"] == 12


def test_a_provider_that_hangs_is_left_after_its_time_and_asked_again(team, outside) -> None:
    settings().provider_read_timeout = 0.4
    settings().provider_backoff = 0.05
    outside.play(faults=[{"kind": "hang", "operation": "enrich", "times": 1}])
    job_id = find(team, 6)
    assert work(job_id) == "succeeded"
    unknown = rows(team, "SELECT operation FROM provider_calls WHERE status = 'unknown'")
    assert unknown == [{"operation": "enrich"}]
    assert len(rows(team, "SELECT 1 AS x FROM leads")) == 6


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("key_refused", "provider_key_refused", "key"),
        ("out_of_credits", "provider_quota_spent", "credits"),
        ("malformed", "provider_contract_broken", "cannot be read"),
    ],
)
def test_what_does_not_pass_fails_the_job_with_words_and_gives_everything_back(
    team, outside, kind, code, words
) -> None:
    outside.play(faults=[{"kind": kind, "operation": "search", "times": 5}])
    job_id = find(team, 10)
    assert work(job_id) == "failed"
    row = job(team, job_id)
    assert row["error_code"] == code
    assert words in row["error_message"]
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}


def test_a_source_that_gives_up_midway_leaves_the_rest_to_the_next(make_team, outside) -> None:
    team = make_team(200)
    outside.play(faults=[{"kind": "out_of_credits", "operation": "enrich", "after": 1, "times": 50}])
    job_id = find(team, 80, "lusha", "clay")
    assert work(job_id, 60) == "succeeded"
    told = sources(team, job_id)
    assert told["lusha"]["state"] == "failed"
    assert 0 < told["lusha"]["found"] < 80
    assert told["clay"]["found"] == 80 - told["lusha"]["found"]
    assert balances(team)["spent"] == 80


def test_whom_an_empty_account_did_not_serve_is_still_there_for_who_goes_on(make_team, outside) -> None:
    """Of two calls for one chunk the second is refused: what the first brought is there, nobody is called a miss for
    want of credits, the source says why it ended, and going on asks for them.
    """
    team = make_team(3000)
    outside.play(faults=[{"kind": "out_of_credits", "operation": "enrich", "after": 1, "times": 1}])
    job_id = find(team, 60, reveal=("email", "phone"), filters={"seniorities": ["c_level", "vp", "director"]})
    assert work(job_id) == "succeeded"
    sent = "SELECT step, status, request FROM provider_calls WHERE operation = 'enrich' AND job_id = %s"
    calls = rows(team, f"{sent} ORDER BY requested_at", job_id)
    assert [call["status"] for call in calls] == ["answered", "failed"], "both are of the first chunk"
    assert len({call["step"].rsplit("/", 2)[0] for call in calls}) == 1
    source = sources(team, job_id)["lusha"]
    first = len(rows(team, "SELECT id FROM leads"))
    assert (source["state"], 0 < first < 60) == ("failed", True)
    assert "credits" in source["message"]
    refused = set(calls[1]["request"]["json"]["ids"])
    page = rows(team, "SELECT id FROM provider_calls WHERE operation = 'search' AND job_id = %s", job_id)
    assert source["misses"] <= len(page) * 50 - first - len(refused)
    again = retry.retry(team.workspace_id, team.user_id, job_id).job_id
    assert work(again) == "succeeded"
    asked = {one for call in rows(team, sent, again) for one in call["request"]["json"]["ids"]}
    assert refused <= asked
    assert len(rows(team, "SELECT id FROM leads")) == first + job(team, again)["progress_done"] > first
    assert balances(team)["held"] == 0


def test_who_must_not_be_contacted_is_not_delivered_and_not_charged(make_team, outside) -> None:
    team = make_team(1000)
    job_id = find(team, 900)
    work(job_id)
    assert sources(team, job_id)["lusha"]["suppressed"] > 0
    assert rows(team, "SELECT 1 AS x FROM leads l JOIN contacts c ON c.id = l.contact_id WHERE c.suppressed") == []


def test_people_of_a_chunk_that_had_to_wait_are_asked_for_again(make_team, outside) -> None:
    settings().provider_backoff = 0.05
    team = make_team(1000)
    patient = make_team(1000)
    whole = find(patient, 900)
    assert work(whole) == "succeeded"
    outside.play(faults=[{"kind": "5xx", "operation": "enrich", "times": 3}])
    job_id = find(team, 900)
    assert work(job_id) == "succeeded"
    assert job(team, job_id)["progress_done"] == job(patient, whole)["progress_done"]


def test_a_run_that_the_provider_forgot_costs_its_people_and_not_the_job(make_team, outside) -> None:
    team = make_team(1000)
    outside.play(routine_delay_ms=1500)
    job_id = find(team, 70, "clay")
    while not job(team, job_id)["checkpoint"].get("sources", {}).get("clay", {}).get("pending"):
        run(job_id, KINDS, "test")
    # As after a restart of the simulated outside: the same key, and nothing it was working on.
    httpx.delete(f"{outside.url}/_control/{outside.key}").raise_for_status()
    assert work(job_id, 60) == "succeeded"
    row = job(team, job_id)
    assert row["progress_done"] == 70
    assert any("was lost" in str(event["data"].get("text")) for event in events(team, job_id))
    assert balances(team)["spent"] == 70
