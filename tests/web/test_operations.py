"""The operators' pages: for administrators only, without a script, each act once and said in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest

from reachly import mail
from reachly.database import scope
from reachly.engine.stop import cancel
from tests.conftest import new_team
from tests.engine.work import balances, job
from tests.oversight.made import acts_on, aged, call, claimed
from tests.planted import as_owner
from tests.web.browsing import Browser, words

PAGES = ("", "/stuck", "/waiting", "/unknown", "/unknown?looked=yes", "/duplicates", "/mail", "/record")
POSTS = ("/retry", "/release", "/looked", "/merge", "/split")


@pytest.fixture
def operator() -> Any:
    """Olga, who runs this server."""
    team = new_team()
    as_owner("UPDATE users SET role = 'admin' WHERE id = %s", (team.user_id,))
    return team


@pytest.fixture
def desk(operator: Any) -> Browser:
    """Olga's browser."""
    return Browser(operator)


@pytest.fixture
def stuck(team: Any) -> Any:
    """A job of Alice's whose worker is gone."""
    claim = claimed(team, hold=10, name="People of secret.example")
    aged(claim.id, lease_until="1 minute")
    return claim


def pick(page: str, job_id: Any) -> str:
    found = re.search(rf'name="jobs" value="({job_id}:\d+)"', page)
    assert found, "the job is on the page"
    return found[1]


def everywhere(desk: Browser, path: str) -> str:
    """What all pages of a list say together."""
    said, following = "", f"/operations{path}"
    while following:
        page = desk.get(following)
        said += page.text
        found = re.search(r'href="([^"]+)" aria-label="Next page"', page.text)
        following = unescape(found[1]) if found else ""
    return said


def test_pages_and_acts_are_for_administrators_only(browser: Browser, stranger: Browser, stuck: Any) -> None:
    for path in PAGES:
        assert browser.get(f"/operations{path}").status_code == 403
        assert "/login" in stranger.get(f"/operations{path}").headers["Location"]
    for path in POSTS:
        data = {"jobs": f"{stuck.id}:1", "calls": str(stuck.id), "note": "x", "reason": "x"}
        assert browser.post(f"/operations{path}", data).status_code == 403
    assert acts_on(stuck.id) == []
    assert 'href="/operations"' not in browser.get("/jobs").text


def test_whoever_stops_being_an_administrator_sees_nothing_more(desk: Browser, operator: Any) -> None:
    assert desk.get("/operations").status_code == 200
    assert 'href="/operations"' in desk.get("/jobs").text
    as_owner("UPDATE users SET role = 'member' WHERE id = %s", (operator.user_id,))
    assert desk.get("/operations").status_code == 403


def test_the_overview_tells_queues_workers_providers_and_stores(desk: Browser, team: Any) -> None:
    claimed(team, hold=5, worker="host-a.example.org:77")
    said = words(desk.get("/operations"))
    assert "host-a:77 1" in said
    assert "Interactive" in said
    assert "PostgreSQL Answers Redis Answers Storage Answers" in said


def test_a_stuck_job_is_shown_with_why_and_nothing_about_leads(desk: Browser, stuck: Any) -> None:
    page = everywhere(desk, "/stuck")
    assert str(stuck.id) in page
    assert "Worker gone" in page
    assert "secret.example" not in page


def test_a_waiting_job_is_shown_with_its_reason_and_tried_again_at_once(desk: Browser, team: Any) -> None:
    claim = claimed(team)
    claim.wait(datetime.now(UTC) + timedelta(hours=1), "Lusha <asked> us to slow down.")
    page = everywhere(desk, "/waiting")
    assert "Lusha &lt;asked&gt; us to slow down." in page
    wanted = {"jobs": f"{claim.id}:1", "back": "waiting"}
    for said in ("1 job on the way now.", "1 job on the way already."):
        answer = desk.post("/operations/retry", wanted)
        assert answer.headers["Location"] == "/operations/waiting"
        assert said in words(desk.get("/operations/waiting"))
    assert job(team, claim.id)["wake_at"] <= datetime.now(UTC)
    assert len(acts_on(claim.id)) == 1


def test_giving_up_asks_first_naming_what_will_happen_and_wants_a_reason(desk: Browser, team: Any, stuck: Any) -> None:
    wanted = {"jobs": pick(everywhere(desk, "/stuck"), stuck.id), "back": "stuck"}
    question = desk.post("/operations/release", wanted)
    said = words(question)
    assert question.status_code == 200
    assert "Give 1 job up?" in said
    assert "Find leads, running: keeps 0 leads, 10 credits go back" in said
    assert job(team, stuck.id)["status"] == "running"
    refused = desk.post("/operations/release", wanted | {"reason": " "})
    assert refused.status_code == 422
    assert "Say why" in words(refused)
    answer = desk.post("/operations/release", wanted | {"reason": "Its provider is gone"})
    assert answer.headers["Location"] == "/operations/stuck"
    assert "1 job given up. 10 credits went back." in words(desk.get("/operations/stuck"))
    desk.post("/operations/release", wanted | {"reason": "Its provider is gone"})
    assert "1 job ended already." in words(desk.get("/operations/stuck"))
    assert balances(team)["available"] == 100
    record = words(desk.get("/operations/record"))
    assert "Given up Job 1" in record
    assert "0 leads kept, 10 credits back Its provider is gone" in record


def test_the_people_of_the_workspace_read_what_was_done_and_go_on(
    desk: Browser, browser: Browser, team: Any, stuck: Any
) -> None:
    as_owner("UPDATE jobs SET progress_total = 10 WHERE id = %s", (stuck.id,))
    desk.post("/operations/release", {"jobs": f"{stuck.id}:1", "reason": "Its provider is gone."})
    page = words(browser.get(f"/jobs/{stuck.id}"))
    assert "Whoever runs this server gave the job up: Its provider is gone. What it brought is yours." in page
    assert "Attempt 2 operator An operator gave the job up" in page
    assert "Go on from here" in page


def test_many_are_given_up_together_and_those_that_moved_on_are_left_alone(desk: Browser, team: Any) -> None:
    cancelled = claimed(team)
    cancelled.end("cancelled")
    first, second, third = (claimed(team, hold=5) for _ in range(3))
    wanted = [("jobs", f"{one.id}:1") for one in (first, second, cancelled)] + [("jobs", f"{third.id}:9")]
    question = words(desk.post("/operations/release", wanted))
    assert "Give 2 jobs up?" in question
    assert "2 jobs of those picked moved on or ended meanwhile, and are left alone." in question
    desk.post("/operations/release", [*wanted, ("reason", "All of one batch")])
    said = words(desk.get("/operations/stuck"))
    assert "2 jobs given up; 1 job ended already; 1 job taken up by a worker meanwhile. 10 credits went back." in said
    assert job(team, third.id)["status"] == "running"


def test_picking_nothing_says_so(desk: Browser) -> None:
    assert "Pick jobs in the list first." in words(desk.post("/operations/release", {"back": "waiting"}))
    desk.post("/operations/retry", {"jobs": "nonsense"})
    assert "No job was picked." in words(desk.get("/operations/stuck"))


def test_a_call_without_an_answer_is_looked_into_with_a_note(desk: Browser, team: Any) -> None:
    claim = claimed(team)
    provider = f"p{uuid4().hex[:12]}"  # what a call may have cost is read off the other calls of its provider
    call(team, claim.id, "answered", credits=25, provider=provider)
    lost = call(team, claim.id, provider=provider)
    page = everywhere(desk, "/unknown")
    [line] = [row for row in page.split("<tr>") if str(lost) in row]
    assert "up to 25 credits there" in line
    desk.post("/operations/looked", {"calls": str(lost), "note": ""})
    assert "Write down what you found" in words(desk.get("/operations/unknown"))
    desk.post("/operations/looked", {"calls": str(lost), "note": "Their log has no such request"})
    assert str(lost) not in everywhere(desk, "/unknown")
    assert "Their log has no such request" in everywhere(desk, "/unknown?looked=yes")


def test_with_a_script_the_question_is_a_fragment_and_the_answer_leads_back(desk: Browser, stuck: Any) -> None:
    wanted = {"jobs": f"{stuck.id}:1", "back": "stuck"}
    question = desk.post("/operations/release", wanted, at="/operations/stuck")
    assert question.text.lstrip().startswith('<form id="release"')
    answer = desk.post("/operations/release", wanted | {"reason": "Gone"}, at="/operations/stuck")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/operations/stuck")


def test_pages_with_nothing_on_them_say_what_would_stand_there(desk: Browser, team: Any) -> None:
    made = claimed(team)
    cancel(team.workspace_id, team.user_id, made.id)
    for path in PAGES:
        assert desk.get(f"/operations{path}?after=nonsense&before=x").status_code == 200


def test_mail_that_did_not_go_out_is_shown_without_whom_it_is_for_and_what_it_says(desk: Browser, team: Any) -> None:
    secret = f"{uuid4().hex[:8]}"
    with scope(team.workspace_id, team.user_id):
        made = mail.post(f"{secret}@halden.example", "test.made", "Hush", "https://x.example/token")
    as_owner("UPDATE mails SET error = %s WHERE id = %s", (f"450 {secret}@halden.example is full", made))
    shown = desk.get("/operations/mail").text
    assert "450 …@halden.example is full" in shown
    assert secret not in shown
    assert "Hush" not in shown
    as_owner("DELETE FROM mails WHERE id = %s", (made,))


def test_duplicates_of_the_catalogue_are_merged_and_taken_back_on_the_page(desk: Browser) -> None:
    mark = uuid4().hex[:10]
    for number, domain in enumerate((f"{mark}.example", f"{mark}.test")):
        as_owner(
            "INSERT INTO organizations (name, domain, country) VALUES (%s, %s, 'Austria')",
            (f"Merged {mark}{' GmbH' if number else ''}", domain),
        )
    page = desk.get("/operations/duplicates").text
    row = next(row for row in page.split("<tr>") if mark in row)
    ids = dict(re.findall(r'name="(kept|gone)" value="([^"]+)"', row.split("</form>")[0]))
    desk.post("/operations/merge", {"kind": "companies", "reason": "the same name"} | ids)
    page = desk.get("/operations/duplicates")
    assert "Merged. 0 leads of 0 workspaces followed." in words(page)
    standing = next(row for row in page.text.split("<tr>") if mark in row)
    merge_id = re.search(r'name="merge" value="([^"]+)"', standing)
    assert merge_id
    desk.post("/operations/split", {"kind": "companies", "merge": merge_id[1]})
    assert "Two again." in words(desk.get("/operations/duplicates"))
    said = words(desk.get("/operations/record"))
    assert "Split again" in said
    assert "Two companies" in said
    desk.post("/operations/merge", {"kind": "people", "kept": "nobody"})
    assert "No pair was picked." in words(desk.get("/operations/duplicates?kind=people"))
