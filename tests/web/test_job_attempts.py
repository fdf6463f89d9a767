"""The fold "Attempts" of a job's page: who took over and why, in words, and nothing where there is nothing to tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from reachly.database import execute
from reachly.engine.claim import take
from reachly.engine.stop import cancel
from tests.engine.work import lose_lease
from tests.web.browsing import Browser, words
from tests.web.jobs_made import jobs_of, made


def test_an_ordinary_job_has_no_such_fold(browser: Browser, team: Any) -> None:
    job_id = made(team)
    claim = take(job_id, "host:1")
    assert claim is not None
    assert 'id="attempts"' not in browser.get(f"/jobs/{job_id}").text
    claim.end("succeeded")
    assert 'id="attempts"' not in browser.get(f"/jobs/{job_id}").text


def test_the_fold_tells_who_took_over_and_why_and_what_is_waited_for(browser: Browser, team: Any) -> None:
    job_id = made(team)
    first = take(job_id, "web-1.example.org:41")
    assert first is not None
    with first.transaction():
        execute(
            "INSERT INTO provider_calls (workspace_id, job_id, attempt, step, provider, operation, repeat)"
            " VALUES (%s, %s, 1, 's', 'lusha', 'enrich', 'charged')",
            (team.workspace_id, job_id),
        )
    lose_lease(team, job_id)
    second = take(job_id, "web-2.example.org:42")
    assert second is not None
    second.wait(datetime.now(UTC) + timedelta(minutes=5), "Lusha <asked> us to slow down.")
    said = words(browser.get(f"/jobs/{job_id}/events"))
    assert "Attempts 2 1 crash · 1 wait · 1 lost call" in said
    assert "Attempt 2 web-2:42 Took over: web-1:41 stopped answering, its lease had run out 1 s before" in said
    assert "Attempt 1 web-1:41 Taken up for the first time" in said
    assert "Waiting: Lusha <asked> us to slow down. until" in said
    assert "Lusha, enrich in attempt 1" in said
    assert "you pay only for what arrives" in said


def test_a_job_handed_back_says_so_until_the_next_worker_has_it(browser: Browser, team: Any) -> None:
    job_id = made(team)
    first = take(job_id, "host:1")
    assert first is not None
    first.hand_back()
    assert take(job_id, "host:2") is not None
    assert "Taken up again: host:1 was shut down and handed it back" in words(browser.get(f"/jobs/{job_id}/events"))


def test_the_pages_of_a_retry_and_of_what_it_goes_on_from_lead_to_each_other(browser: Browser, team: Any) -> None:
    job_id = made(team)
    cancel(team.workspace_id, team.user_id, job_id)
    browser.post(f"/jobs/{job_id}/retry")
    old, new = jobs_of(team)
    assert f'went on as <a href="/jobs/{new["id"]}">Job 2</a>' in browser.get(f"/jobs/{old['id']}").text
    assert f'goes on from <a href="/jobs/{old["id"]}">Job 1</a>' in browser.get(f"/jobs/{new['id']}").text


def test_nobody_else_sees_the_attempts(browser: Browser, other_browser: Browser, team: Any) -> None:
    job_id = made(team)
    assert take(job_id, "host:1") is not None
    lose_lease(team, job_id)
    assert take(job_id, "host:2") is not None
    assert other_browser.get(f"/jobs/{job_id}/events").status_code == 404
