"""The control address: sets, tells, forgets, and refuses what makes no sense."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from reachly.sandbox.messages import Request
from reachly.sandbox.server import Running
from tests.sandbox.conftest import Control


def test_settings_are_kept_one_by_one(control: Control) -> None:
    control.set(latency_ms=5, credits=7, rate_limits={"minute": 9})
    told = control.set(page_cap=25)
    assert told["settings"]["latency_ms"] == 5
    assert told["settings"]["lusha_credits"] == 7
    assert told["settings"]["page_cap"] == 25
    assert told["rate_limits"]["minute"]["limit"] == 9


def test_forgetting_starts_afresh(control: Control, lusha: httpx.Client) -> None:
    control.set(latency_ms=1)
    lusha.get("/v3/contacts/prospecting/filters")
    assert control.told()["calls"] == 1
    control.forget()
    told = control.told()
    assert told["calls"] == 0
    assert told["settings"]["latency_ms"] == 0


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"mood": 1}, "unknown settings: mood"),
        ({"latency_ms": "fast"}, "latency_ms is of another type"),
        ({"faults": [{"kind": "earthquake"}]}, "kind must be one of"),
        ({"faults": [{"kind": "5xx", "loud": True}]}, "a fault has no loud"),
        ({"rate_limits": {"yearly": 1}}, "rate_limits has"),
        ({"rate_limits": {"minute_seconds": 0}}, "a minute must last"),
        ({"webhook": {"url": "http://x.example"}}, "webhook has id, url and secret"),
    ],
)
def test_what_makes_no_sense_is_refused(control: Control, settings: dict[str, Any], complaint: str) -> None:
    assert complaint in control.refuse(**settings)


def test_a_key_of_no_account_cannot_be_controlled(sandbox: Running) -> None:
    assert httpx.get(f"{sandbox.url}/_control/live_key").status_code == 404


def test_only_this_machine_may_control(sandbox: Running) -> None:
    request = Request("GET", "/_control/sandbox-x", {}, {}, b"", "203.0.113.9")
    assert sandbox.application(request).status == 403


def test_the_world_tells_of_itself(sandbox: Running) -> None:
    told = httpx.get(f"{sandbox.url}/_control/_world").json()
    assert told["people"] == 50_000
    assert told["organizations"] == 5_000
    assert told["lusha_contacts"] + told["clay_people"] - told["known_to_both"] == 50_000
    assert all(len(people) == 5 for people in told["people_of_kind"].values())


def test_health_is_told_and_nothing_else_is_there(sandbox: Running) -> None:
    assert httpx.get(f"{sandbox.url}/healthz").json()["status"] == "ok"
    assert httpx.get(f"{sandbox.url}/").status_code == 404


def test_a_body_too_large_is_refused(sandbox: Running) -> None:
    answer = httpx.post(f"{sandbox.url}/v3/contacts/enrich", content=b"x" * 2_000_001)
    assert answer.status_code == 413
