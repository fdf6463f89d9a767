"""The pages of jobs: the list, one job, its fragments, stopping it and going on with it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from reachly.database import as_json, one, scope
from reachly.engine import look
from reachly.engine.stop import cancel
from reachly.models import Job
from reachly.web.jobs.words import time_left
from tests.planted import as_owner, people, plant
from tests.planted import found as planted_job
from tests.web.browsing import Browser, words
from tests.web.jobs_made import claimed, jobs_of, made, source_state, tell

FRAGMENTS = ("status", "leads", "events")


def available(team: Any) -> int:
    with scope(team.workspace_id, team.user_id):
        return one("SELECT balance FROM accounts WHERE name = 'available'")["balance"]


def titles(page: Any) -> list[str]:
    return re.findall(r"data-row-link>([^<]+)<", page.text)


def test_a_new_workspace_is_told_what_to_do(browser: Browser) -> None:
    page = browser.get("/jobs")
    assert "No jobs here" in words(page)
    assert 'href="/find"' in page.text


def test_jobs_are_listed_newest_first_and_chosen_by_state_and_kind(browser: Browser, team: Any) -> None:
    made(team, "First")
    stopped = made(team, "Second")
    made(team, "A file", hold=0, kind="export_leads")
    cancel(team.workspace_id, team.user_id, stopped)
    assert titles(browser.get("/jobs")) == ["A file", "Second", "First"]
    assert titles(browser.get("/jobs?state=open")) == ["A file", "First"]
    assert titles(browser.get("/jobs?state=cancelled")) == ["Second"]
    assert titles(browser.get("/jobs?kind=export_leads&state=open")) == ["A file"]
    assert titles(browser.get("/jobs?state=nonsense&kind=x&before=y&after=-1")) == ["A file", "Second", "First"]
    assert "All 3" in words(browser.get("/jobs"))


def test_pages_of_jobs_neither_skip_nor_repeat_while_new_ones_come(browser: Browser, team: Any) -> None:
    for number in range(1, 61):
        made(team, f"Search {number}", hold=0)
    first = browser.get("/jobs")
    assert "1–50 of 60" in words(first)
    made(team, "New", hold=0)
    following = re.search(r'href="(/jobs\?before=\d+)"', first.text)
    assert following
    second = browser.get(following[1])
    assert titles(first) + titles(second) == [f"Search {number}" for number in range(60, 0, -1)]
    assert "52–61 of 61" in words(second)
    back = re.search(r'href="(/jobs\?after=\d+)"', second.text)
    assert back
    assert titles(browser.get(back[1])) == [f"Search {number}" for number in range(60, 10, -1)]


def test_a_job_that_ended_leads_on_to_its_file_and_to_the_same_search(browser: Browser, team: Any) -> None:
    job_id = planted_job(team, "Firms", 2)
    asked = {"filters": {"industries": ["Software & data"]}, "limit": 7, "sources": ["lusha"], "reveal": ["phone"]}
    as_owner("UPDATE jobs SET params = %s WHERE id = %s", (as_json(asked), job_id))
    page = browser.get(f"/jobs/{job_id}")
    assert f'href="/exports/new?job_id={job_id}">Export these leads<' in page.text
    again = re.search(r'href="([^"]+)">Search again<', page.text)
    assert again
    form = browser.get(unescape(again[1])).text
    assert 'value="Software &amp; data"' in form
    assert re.search(r'name="limit"[^>]* value="7"|value="7"[^>]* name="limit"', form)


def test_a_job_shows_its_numbers_sources_and_story(browser: Browser, team: Any) -> None:
    job_id = made(team, "Carriers <script>", total=10)
    claim = claimed(job_id)
    resumes = datetime.now(UTC) + timedelta(minutes=4)
    source_state(team, job_id, state="waiting", message="Lusha asked us to slow down.", resumes_at=resumes)
    with claim.transaction():
        claim.tell("Lusha, page 1", detail="6 new, 1 miss, not charged")
    plant(team, *people(2, job_id=job_id, industry="Software"))
    page = browser.get(f"/jobs/{job_id}")
    said = words(page)
    assert "Carriers <script>" in said
    assert "<script>" not in page.text.replace("</script>", "").split("<h1>")[1].split("</h1>")[0]
    assert "0 / 10 leads found" in said
    assert f"Paused until {resumes:%H:%M}" in said
    assert "Lusha asked us to slow down. It goes on by itself." in said
    assert "Held at start 10" in said
    assert "6 new, 1 miss, not charged" in said
    assert "2 so far" in said
    assert f'sse-connect="/jobs/{job_id}/stream"' in page.text


def test_a_pause_that_is_over_is_not_told_as_a_time_gone_by(browser: Browser, team: Any) -> None:
    job_id = made(team, total=10)
    claimed(job_id)
    for seconds in (20, -20):
        resumes = datetime.now(UTC) + timedelta(seconds=seconds)
        source_state(team, job_id, state="waiting", message="Lusha asked us to slow down.", resumes_at=resumes)
        said = words(browser.get(f"/jobs/{job_id}"))
        assert "Resumes in a moment" in said
        assert "Paused until" not in said


def test_a_job_of_another_workspace_does_not_exist(browser: Browser, other_browser: Browser, team: Any) -> None:
    job_id = made(team)
    for path in ("", "/row", "/status", "/leads", "/events", "/stream"):
        assert other_browser.get(f"/jobs/{job_id}{path}").status_code == 404
        assert browser.get(f"/jobs/{uuid4()}{path}").status_code == 404
    for act in ("cancel", "retry"):
        assert other_browser.post(f"/jobs/{job_id}/{act}").status_code == 404
    assert browser.get("/jobs/none-of-ours").status_code == 404
    assert jobs_of(team)[0]["status"] == "queued"
    assert "Carriers" not in other_browser.get("/jobs").text


@pytest.mark.parametrize("part", FRAGMENTS)
def test_a_poll_gets_the_fragment_only_when_something_changed(browser: Browser, team: Any, part: str) -> None:
    job_id = made(team)
    first = browser.get(f"/jobs/{job_id}/{part}?poll=1", HX_Request="true")
    assert first.status_code == 200
    assert "HX-Request" in first.headers["Vary"]
    assert first.headers["Cache-Control"] == "private, no-store"
    again = re.search(rf'hx-get="(/jobs/{job_id}/{part}\?poll=1&amp;seen=\w+)" hx-trigger="every 1s"', first.text)
    assert again
    address = again[1].replace("&amp;", "&")
    assert browser.get(address, HX_Request="true").status_code == 204
    tag = first.headers["ETag"]
    unchanged = browser.get(f"/jobs/{job_id}/{part}?poll=1", HX_Request="true", If_None_Match=tag)
    assert (unchanged.status_code, unchanged.data, unchanged.headers["ETag"]) == (304, b"", tag)
    tell(team, job_id, "Something new")
    changed = browser.get(address, HX_Request="true")
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_polling_slows_down_with_age_and_ends_with_the_job(browser: Browser, team: Any) -> None:
    job_id = made(team)
    as_owner("UPDATE jobs SET created_at = now() - interval '1 hour' WHERE id = %s", (job_id,))
    assert 'hx-trigger="every 5s"' in browser.get(f"/jobs/{job_id}/status?poll=1").text
    cancel(team.workspace_id, team.user_id, job_id)
    assert "every" not in browser.get(f"/jobs/{job_id}/status?poll=1").text


def test_the_balance_is_polled_with_the_number_of_running_jobs(browser: Browser, team: Any) -> None:
    before = browser.get("/credits/balance")
    assert "credits 100 credits" in words(before)
    assert browser.get("/credits/balance", If_None_Match=before.headers["ETag"]).status_code == 304
    made(team, hold=40)
    after = browser.get("/credits/balance", If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert "credits 60 credits" in words(after)
    assert "1 running" in words(after)
    assert 'hx-swap-oob="true"' in after.text


def test_cancelling_a_waiting_job_ends_it_and_brings_the_credits_back(browser: Browser, team: Any) -> None:
    job_id = made(team, hold=30, total=30)
    question = browser.get(f"/jobs/{job_id}").text
    assert 'data-ask="Stop this job?"' in question
    assert "30 credits held for the rest will come back." in question
    answer = browser.post(f"/jobs/{job_id}/cancel", at=f"/jobs/{job_id}")
    assert answer.status_code == 200
    assert "Cancelled" in words(answer)
    assert "Stopped before anything was found. 30 credits came back." in words(answer)
    assert available(team) == 100
    twice = browser.post(f"/jobs/{job_id}/cancel")
    assert twice.status_code == 303
    assert "This job has ended already." in words(browser.get(f"/jobs/{job_id}"))


def test_cancelling_a_running_job_says_that_it_stops_at_the_next_step(browser: Browser, team: Any) -> None:
    job_id = made(team)
    claim = claimed(job_id)
    answer = browser.post(f"/jobs/{job_id}/cancel", at=f"/jobs/{job_id}")
    assert "Stopping after this step" in words(answer)
    assert f"/jobs/{job_id}/cancel" not in answer.text
    claim.end("cancelled")
    assert "Cancelled" in words(browser.get(f"/jobs/{job_id}"))


def test_a_failed_job_says_what_to_do_and_goes_on_as_one_new_job(browser: Browser, team: Any) -> None:
    job_id = made(team, hold=10)
    claim = claimed(job_id)
    failed = {"code": "provider_key_refused", "message": "x"}
    with claim.transaction():
        claim.save({"sources": {"lusha": {"cursor": "page 3", "failed": failed}}})
    source_state(team, job_id, state="failed", message="Lusha refused our key (401).")
    claim.end("failed", code="provider_key_refused", text="Lusha refused our key.")
    page = browser.get(f"/jobs/{job_id}")
    said = words(page)
    assert "Key refused" in said
    assert "Lusha refused our key. Put a working key in under Sources, then go on from here." in said
    assert "Go on from here" in said
    places = {browser.post(f"/jobs/{job_id}/retry").headers["Location"] for _ in range(3)}
    assert len(places) == 1
    old, new = jobs_of(team)
    assert new["retry_of"] == old["id"]
    assert new["checkpoint"]["sources"]["lusha"] == {"cursor": "page 3"}
    assert (new["credits_held"], available(team)) == (10, 90)
    scripted = browser.post(f"/jobs/{job_id}/retry", at=f"/jobs/{job_id}")
    assert (scripted.status_code, scripted.headers["HX-Redirect"]) == (204, places.pop())


def test_going_on_without_the_credits_for_it_is_refused_in_words(browser: Browser, team: Any) -> None:
    job_id = made(team, hold=60, total=60)
    cancel(team.workspace_id, team.user_id, job_id)
    made(team, hold=70, total=70)
    assert browser.post(f"/jobs/{job_id}/retry").headers["Location"] == f"/jobs/{job_id}"
    assert "Going on may cost 60 and 30 are available: 30 credits short." in words(browser.get(f"/jobs/{job_id}"))
    assert len(jobs_of(team)) == 2


def test_a_job_that_brought_all_is_not_gone_on_with(browser: Browser, team: Any) -> None:
    job_id = made(team)
    claim = claimed(job_id)
    claim.end("succeeded")
    page = browser.get(f"/jobs/{job_id}")
    assert "Nobody new matched, so it cost nothing." in words(page)
    assert "Go on from here" not in words(page)
    browser.post(f"/jobs/{job_id}/retry")
    assert "nothing to go on with" in words(browser.get(f"/jobs/{job_id}"))
    assert len(jobs_of(team)) == 1


def test_a_job_that_has_ended_has_nothing_that_renews_itself(browser: Browser, team: Any) -> None:
    job_id = made(team)
    cancel(team.workspace_id, team.user_id, job_id)
    page = browser.get(f"/jobs/{job_id}").text
    assert "sse-connect" not in page
    assert "http-equiv" not in page


def test_an_open_job_renews_itself_without_a_script(browser: Browser, team: Any) -> None:
    page = browser.get(f"/jobs/{made(team)}").text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page


def test_the_etag_of_a_job_changes_with_what_is_shown_of_it(team: Any) -> None:
    job_id = made(team)

    def tag() -> str:
        with scope(team.workspace_id, team.user_id):
            job = look.job(job_id)
        assert job is not None
        return look.etag(job)

    seen = [tag()]
    claim = claimed(job_id)
    seen.append(tag())
    with claim.transaction():
        claim.tell("A line")
    seen.append(tag())
    claim.end("succeeded")
    seen.append(tag())
    assert len(set(seen)) == 4


@pytest.mark.parametrize(
    ("done", "seconds", "said"),
    [
        (0, 60, None),
        (100, 1, None),
        (190, 60, "a few seconds left"),
        (100, 40, "about 40 s left"),
        (50, 60, "about 3 min left"),
        (1, 60, "about 3 h left"),
    ],
)
def test_the_time_left_follows_from_how_fast_it_has_been(done: int, seconds: int, said: str | None) -> None:
    now = datetime.now(UTC)
    job = Job(status="running", started_at=now - timedelta(seconds=seconds), progress_done=done, progress_total=200)
    assert time_left(job, now) == said
