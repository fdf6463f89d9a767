"""Streams over the wire: nothing missed, nothing twice, whatever happens to Redis, the server or the viewer."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from reachly import accounts
from reachly.embedded import Home, Valkey
from reachly.engine.stop import cancel
from reachly.web.streams.story import story
from tests.web.browsing import TOKEN, Browser
from tests.web.jobs_made import claimed, made, tell
from tests.web.serving import Server, Viewer, cookies, served


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The product's own server; it has four threads."""
    with served() as running:
        yield running


def page_stream(server: Server, browser: Browser, job_id: Any, **headers: str) -> Viewer:
    """A browser that looks at a job's page."""
    return Viewer(f"{server.url}/jobs/{job_id}/stream", {"cookies": cookies(browser), "headers": headers})


def event_stream(server: Server, team: Any, job_id: Any, **headers: str) -> Viewer:
    """A program that listens to a job's events."""
    token, _ = accounts.issue_token(team.user_id, team.workspace_id)
    told = {"Authorization": f"Bearer {token}", "Accept": "text/event-stream"} | headers
    return Viewer(f"{server.url}/api/jobs/{job_id}/events", {"headers": told})


def test_a_page_gets_every_fragment_first_and_then_those_that_change(
    server: Server, browser: Browser, team: Any
) -> None:
    job_id = made(team)
    viewer = page_stream(server, browser, job_id)
    viewer.wait(lambda seen: len(seen.told) == 4)
    assert [one.event for one in viewer.told] == ["status", "leads", "events", "balance"]
    assert 'id="status"' in viewer.latest("status")
    assert "hx-trigger" not in viewer.latest("status")
    tell(team, job_id, "Lusha sent a page")
    viewer.wait(lambda seen: "Lusha sent a page" in seen.latest("events"))
    assert [one.event for one in viewer.told[4:]] == ["events"]
    cancel(team.workspace_id, team.user_id, job_id)
    viewer.wait(lambda seen: seen.ended)
    assert viewer.told[-1].event == "done"
    assert "Cancelled" in viewer.latest("status")
    assert "Available" in viewer.latest("balance")


def test_the_token_in_a_streamed_form_is_the_viewers_own(server: Server, team: Any) -> None:
    first, second = Browser(team), Browser(team)
    job_id = made(team)
    for browser in (first, second):
        browser.token()
    viewers = [page_stream(server, browser, job_id) for browser in (first, second)]
    for viewer in viewers:
        viewer.wait(lambda seen: len(seen.told) == 4)
    tokens = [TOKEN.search(viewer.latest("status"))[1] for viewer in viewers]  # type: ignore[index]
    assert first.post(f"/jobs/{job_id}/cancel", token=tokens[1]).status_code == 400
    assert first.post(f"/jobs/{job_id}/cancel", token=tokens[0]).status_code == 303


def test_changes_reach_whoever_watches_within_moments(server: Server, browser: Browser, team: Any) -> None:
    # The quarter of a second that is promised is measured by bench/stream; a busy machine must not fail a test.
    job_id = made(team)
    viewer = page_stream(server, browser, job_id)
    viewer.wait(lambda seen: len(seen.told) == 4)
    took = []
    for number in range(12):
        time.sleep(0.25)
        began = time.monotonic()
        tell(team, job_id, f"Line {number} of twelve")
        viewer.wait(lambda seen, text=f"Line {number} of twelve": text in seen.latest("events"))
        took.append(viewer.told[-1].at - began)
    assert sorted(took)[6] < 2.5, took


def test_a_burst_is_sent_a_few_times_a_second_and_ends_with_its_last_line(
    server: Server, browser: Browser, team: Any
) -> None:
    job_id = made(team)
    viewer = page_stream(server, browser, job_id)
    viewer.wait(lambda seen: len(seen.told) == 4)
    began = time.monotonic()
    for number in range(60):
        tell(team, job_id, f"Line {number} of sixty")
    viewer.wait(lambda seen: "Line 59 of sixty" in seen.latest("events"))
    assert len(viewer.told) - 4 <= (time.monotonic() - began) / 0.2 + 2


def test_a_resumed_stream_misses_nothing_and_repeats_nothing_while_events_are_written(
    server: Server, team: Any
) -> None:
    job_id = made(team, hold=0)
    last = tell(team, job_id, "before anybody listens")
    writing = threading.Thread(target=lambda: [tell(team, job_id, f"line {number}") for number in range(200)])
    writing.start()
    heard: list[int | None] = []
    while len(heard) < last + 200:
        viewer = event_stream(server, team, job_id, **({"Last-Event-ID": str(heard[-1])} if heard else {}))
        enough = min(17, last + 200 - len(heard))
        viewer.wait(lambda seen, enough=enough: len(seen.told) >= enough)
        viewer.leave()
        heard += viewer.ids()
    writing.join()
    assert heard == list(range(1, last + 201))


def test_every_one_of_many_viewers_gets_every_event(server: Server, team: Any) -> None:
    job_id = made(team, hold=0)
    viewers = [event_stream(server, team, job_id) for _ in range(40)]
    for viewer in viewers:
        viewer.wait(lambda seen: seen.told)
    for number in range(30):
        tell(team, job_id, f"line {number}")
    cancel(team.workspace_id, team.user_id, job_id)
    for viewer in viewers:
        viewer.wait(lambda seen: seen.ended)
        assert viewer.ids() == list(range(1, 33))
        assert json.loads(viewer.told[-1].data)["status"] == "cancelled"


def test_many_viewers_leave_the_pages_their_threads(server: Server, browser: Browser, team: Any) -> None:
    job_id = made(team)
    viewers = [page_stream(server, browser, job_id) for _ in range(30)]
    for viewer in viewers:
        viewer.wait(lambda seen: len(seen.told) == 4)
    assert httpx.get(f"{server.url}/jobs", cookies=cookies(browser), timeout=5).status_code == 200
    assert psutil.Process(server.pid).children()[0].num_threads() < 15
    cancel(team.workspace_id, team.user_id, job_id)
    for viewer in viewers:
        viewer.wait(lambda seen: seen.ended)


def test_a_viewer_who_left_is_let_go(server: Server, browser: Browser, team: Any) -> None:
    job_id = made(team)
    process = psutil.Process(server.pid).children()[0]

    with httpx.stream("GET", f"{server.url}/jobs/{job_id}/stream", cookies=cookies(browser)) as response:
        lines = response.iter_lines()
        next(lines)
        mine = response.extensions["network_stream"].get_extra_info("client_addr")[1]
        assert mine in _connected(process)
    ends = time.monotonic() + 3
    while mine in _connected(process) and time.monotonic() < ends:
        time.sleep(0.05)
    assert mine not in _connected(process)


def test_a_quiet_stream_is_pinged_and_one_of_a_finished_job_ends_at_once(
    server: Server, browser: Browser, team: Any
) -> None:
    job_id = made(team)
    quiet = page_stream(server, browser, job_id)
    quiet.wait(lambda seen: seen.comments >= 2)
    assert len(quiet.told) == 4
    quiet.leave()
    cancel(team.workspace_id, team.user_id, job_id)
    late = page_stream(server, browser, job_id)
    late.wait(lambda seen: seen.ended)
    assert [one.event for one in late.told] == ["status", "leads", "events", "balance", "done"]


def test_a_stream_of_another_workspaces_job_does_not_exist(server: Server, other_browser: Browser, team: Any) -> None:
    job_id = made(team)
    viewer = page_stream(server, other_browser, job_id)
    viewer.wait(lambda seen: seen.ended)
    assert (viewer.status, viewer.told) == (404, [])


def test_beyond_the_configured_number_of_streams_pages_are_told_to_poll(browser: Browser, team: Any) -> None:
    job_id = made(team)
    with served(WEB_STREAMS="2") as few:
        viewers = [page_stream(few, browser, job_id) for _ in range(2)]
        for viewer in viewers:
            viewer.wait(lambda seen: len(seen.told) == 4)
        refused = httpx.get(f"{few.url}/jobs/{job_id}/stream", cookies=cookies(browser))
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        polled = httpx.get(f"{few.url}/jobs/{job_id}/status?poll=1", cookies=cookies(browser))
        assert 'hx-trigger="every 1s"' in polled.text


def test_losing_redis_in_the_middle_loses_no_event(team: Any, tmp_path: Path) -> None:
    home = Home(tmp_path / "stores")
    home.claim()
    valkey = Valkey(home)
    valkey.start()
    job_id = made(team, hold=0)
    try:
        with served(REDIS_URL=valkey.url()) as server:
            viewer = event_stream(server, team, job_id)
            viewer.wait(lambda seen: seen.told)
            valkey.stop()
            for number in range(5):
                tell(team, job_id, f"without Redis {number}")
            viewer.wait(lambda seen: len(seen.told) == 6, 5)
            valkey.start()
            tell(team, job_id, "with Redis again")
            viewer.wait(lambda seen: len(seen.told) == 7, 5)
            late = event_stream(server, team, job_id, **{"Last-Event-ID": "3"})
            claimed(job_id).end("succeeded")
            for one in (viewer, late):
                one.wait(lambda seen: seen.ended)
            assert viewer.ids() == list(range(1, 9))
            assert late.ids() == list(range(4, 9))
    finally:
        valkey.stop()


def test_a_server_that_is_told_to_stop_does_so_with_streams_open(browser: Browser, team: Any) -> None:
    job_id = made(team)
    with served() as server:
        viewer = page_stream(server, browser, job_id)
        viewer.wait(lambda seen: len(seen.told) == 4)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    viewer.wait(lambda seen: seen.ended)


def test_a_stream_ends_after_a_while_so_that_whoever_was_signed_out_sees_no_more(
    browser: Browser, team: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reachly.web.streams.answer.LONGEST", 0.5)
    job_id = made(team)
    read = browser.get(f"/jobs/{job_id}/stream").data
    assert b"event: balance" in read
    assert b"event: done" not in read
    assert story.count() == 0


def test_without_our_server_a_stream_is_served_by_a_thread(browser: Browser, team: Any) -> None:
    job_id = made(team)
    response = browser.client.get(f"/jobs/{job_id}/stream", buffered=False)
    pieces = iter(response.response)
    read = b""
    while b"event: balance" not in read:
        read += next(pieces)
    cancel(team.workspace_id, team.user_id, job_id)
    for piece in pieces:
        read += piece
    assert b"event: done" in read


def _connected(process: psutil.Process) -> set[int]:
    """The ports of those whose connection to the process is open at its end."""
    return {one.raddr.port for one in process.net_connections() if one.raddr}
