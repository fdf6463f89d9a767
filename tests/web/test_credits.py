"""Credits on the page: what there is, what is held, every movement, and the same as a file."""

from __future__ import annotations

import csv
import io
import re
from itertools import pairwise
from typing import Any

import pytest

from reachly.credits import balance
from reachly.engine.run import run
from reachly.filters import Filters
from reachly.generate.asking import Search, ask
from reachly.generate.step import step
from tests.conftest import grant
from tests.web.browsing import Browser, words


def found(team: Any, limit: int = 12, finish: bool = True) -> Any:
    """A job that looks for software people; done, unless only its hold is wanted."""
    asked = ask(team.workspace_id, team.user_id, Search(Filters.of({"industries": ["Software"]}), limit, ("lusha",)))
    if finish:
        for _ in range(20):
            if run(asked.job_id, {"generate_leads": step}, "test") == "succeeded":
                break
    return asked.job_id


def spreadsheet(browser: Browser, url: str = "/credits/history.csv") -> list[dict[str, str]]:
    answer = browser.get(url)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_a_new_workspace_sees_its_grant(browser: Browser) -> None:
    told = words(browser.get("/credits"))
    assert "Available 100 ready to spend" in told
    assert "Held 0 for no job" in told
    assert "Grant 100 credits Trial plan" in told


def test_held_is_told_apart_from_spent_and_named_by_job(browser: Browser, team, outside) -> None:
    found(team, 40, finish=False)
    told = words(browser.get("/credits"))
    assert "Available 60 ready to spend" in told
    assert "Held 40 Job 1 40" in told
    assert "Spent this month 0" in told


def test_captures_say_which_lead_and_add_up(browser: Browser, team, outside) -> None:
    job_id = found(team)
    told = words(browser.get("/credits"))
    assert re.search(r"Capture Job 1 \d+ e-mails? Lusha", told)
    assert re.search(r"\d+ movements, captures of a job folded", told)
    assert "captures of a job folded" not in words(browser.get("/credits?kind=grant"))
    assert "What things cost" in told
    assert re.search(r"What things cost .*", told)[0].count(" credit") == 2  # type: ignore[index]
    closer = browser.get("/credits?kind=capture&job=1")
    spent = balance(team.workspace_id, team.user_id).spent
    assert closer.text.count('data-kind="active"') >= spent
    assert re.search(r'href="/leads/[0-9a-f-]{36}">[^<]+, e-mail</a>', closer.text)
    by_id = browser.get(f"/credits?job={job_id}")
    assert "Release" in words(by_id)
    rows = spreadsheet(browser)
    assert int(rows[0]["Available after"]) == balance(team.workspace_id, team.user_id).available
    for above, below in pairwise(rows):
        assert int(above["Available after"]) - int(above["Available change"]) == int(below["Available after"])
        assert int(above["Held after"]) - int(above["Held change"]) == int(below["Held after"])


def test_filters_narrow_the_list_and_the_file(browser: Browser, team, outside) -> None:
    found(team)
    page = browser.get("/credits?kind=grant")
    assert 'href="/credits/history.csv?kind=grant"' in page.text
    assert 'data-kind="active">Capture' not in page.text
    assert {row["Movement"] for row in spreadsheet(browser, "/credits/history.csv?kind=grant")} == {"Grant"}
    assert spreadsheet(browser, "/credits/history.csv?until=2020-01-01") == []
    assert "No movement matches this" in words(browser.get("/credits?q=nobodyatall"))
    assert "No movement matches this" in words(browser.get("/credits?job=99"))


def test_with_htmx_only_the_movements_come_with_their_address(browser: Browser) -> None:
    answer = browser.fragment("/credits?kind=hold&q=&since=", at="/credits")
    assert answer.text.startswith('<section class="card" id="movements"')
    assert answer.headers["HX-Push-Url"] == "/credits?kind=hold"
    assert 'id="history-file" href="/credits/history.csv?kind=hold" download hx-swap-oob="true"' in answer.text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/credits?kind=theft", "There is no movement “theft”."),
        ("/credits?since=yesterday", "Give a day such as"),
        ("/credits?job=first", "Give a job's number."),
        (f"/credits?q={'x' * 201}", "at most 200 characters"),
    ],
)
def test_what_cannot_be_read_is_said(browser: Browser, address: str, said: str) -> None:
    page = browser.get(address)
    assert page.status_code == 200
    assert said in words(page)
    assert browser.get(address.replace("/credits", "/credits/history.csv")).status_code == 200


def test_pages_go_on_and_back(browser: Browser, team) -> None:
    for _ in range(109):
        grant(team, 1)
    pages = [browser.get("/credits")]
    while link := re.search(r'href="([^"]+)" aria-label="Next page"', pages[-1].text):
        pages.append(browser.get(link[1].replace("&amp;", "&")))
    assert [page.text.count("for a test") for page in pages] == [50, 50, 9]
    back = re.search(r'href="([^"]+)" aria-label="Previous page"', pages[-1].text)
    assert back is not None
    assert words(browser.get(back[1].replace("&amp;", "&"))) == words(pages[1])
    assert browser.get("/credits?after=nonsense").headers["Location"] == "/credits"


def test_nobody_sees_anothers_credits(browser: Browser, other_browser: Browser, team, outside) -> None:
    job_id = found(team)
    assert "Job 1" not in words(other_browser.get("/credits"))
    assert "No movement matches this" in words(other_browser.get(f"/credits?job={job_id}"))
    assert len(spreadsheet(other_browser)) == 1


def test_credits_are_for_whoever_is_signed_in(stranger: Browser) -> None:
    assert stranger.get("/credits").status_code == 302
    assert stranger.get("/credits/history.csv").status_code == 302
