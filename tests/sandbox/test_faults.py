"""Faults on request: each looks on the wire as the real one would, and is counted."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Control

USAGE, ME, TYPES = "/v3/account/usage", "/public/v0/me", "/v3/contacts/prospecting/filters"
SEARCH = "/v3/contacts/prospecting"
ASKED: dict[str, Any] = {"pagination": {"page": 0, "size": 10}, "filters": {}}


@pytest.fixture
def raw(sandbox: Any, key: str) -> Any:
    """A caller that does not hold answers against the contract, for answers that are meant to be broken."""
    with httpx.Client(base_url=sandbox.url, headers={"api_key": key, "clay-api-key": key}, timeout=5) as client:
        yield client


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("429", 429),
        ("429_without_hint", 429),
        ("5xx", 500),
        ("out_of_credits", 402),
        ("key_refused", 401),
        ("451", 451),
    ],
)
def test_a_refusal_is_worded_as_the_provider_would(
    lusha: httpx.Client, clay: httpx.Client, control: Control, kind: str, status: int
) -> None:
    control.set(faults=[{"kind": kind, "times": 2}])
    answer = lusha.get(TYPES)
    assert answer.status_code == answer.json()["statusCode"] == status
    answer = clay.get(ME)
    assert answer.status_code == status
    assert set(answer.json()) == {"message"}
    assert lusha.get(TYPES).status_code == clay.get(ME).status_code == 200


def test_a_429_hints_when_to_return_unless_told_not_to(
    lusha: httpx.Client, clay: httpx.Client, control: Control
) -> None:
    control.set(faults=[{"kind": "429", "times": 2}, {"kind": "429_without_hint", "times": 2}])
    assert lusha.get(TYPES).headers["x-minute-requests-left"] == "0"
    assert clay.get(ME).headers["retry-after"] == "1"
    for answer in (lusha.get(TYPES), clay.get(ME)):
        assert answer.status_code == 429
        assert not [name for name in answer.headers if name.startswith("x-") or name == "retry-after"]
    control.set(faults=[{"kind": "429", "retry_after": 2.5}])
    assert clay.get(ME).headers["retry-after"] == "2.5"


def test_another_status_can_be_asked_for(lusha: httpx.Client, control: Control) -> None:
    control.set(faults=[{"kind": "5xx", "status": 503}, {"kind": "key_refused", "status": 403}])
    assert lusha.get(TYPES).status_code == 503
    answer = lusha.get(TYPES)
    assert answer.status_code == 403
    assert answer.json()["message"].startswith("Your account is not active")


def test_a_fault_meets_its_operation_after_some_calls_and_so_often(raw: httpx.Client, control: Control) -> None:
    control.set(faults=[{"kind": "5xx", "operation": "lusha.search", "after": 1, "times": 2}])
    statuses = [raw.post(SEARCH, json=ASKED).status_code for _ in range(4)]
    assert statuses == [200, 500, 500, 200]
    assert raw.get(ME).status_code == 200
    told = control.told()["operations"]["lusha.search"]
    assert told["calls"] == 4
    assert told["faults"] == {"5xx": 2}
    assert told["statuses"] == {"200": 2, "500": 2}
    assert told["credits"] == 2


@pytest.mark.parametrize(("operation", "hit"), [("filters", 500), ("lusha", 500), ("clay", 200), (None, 500)])
def test_a_fault_is_aimed_by_name_part_or_provider(
    raw: httpx.Client, control: Control, operation: str | None, hit: int
) -> None:
    control.set(faults=[{"kind": "5xx", "operation": operation, "times": None}])
    assert [raw.get(TYPES).status_code for _ in range(3)] == [hit] * 3


def test_a_hanging_provider_says_nothing_and_charges_nothing(raw: httpx.Client, control: Control) -> None:
    control.set(faults=[{"kind": "hang", "seconds": 30}])
    before = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        raw.post(SEARCH, json=ASKED, timeout=0.3)
    assert time.monotonic() - before < 2
    assert control.told()["lusha"]["used"] == 0


def test_a_hang_ends_in_a_dead_line(raw: httpx.Client, control: Control) -> None:
    control.set(faults=[{"kind": "hang", "seconds": 0.1, "processed": True}])
    with pytest.raises(httpx.RemoteProtocolError):
        raw.post(SEARCH, json=ASKED)
    assert control.told()["lusha"]["used"] == 1


@pytest.mark.parametrize(("processed", "used"), [(None, 1), (False, 0)])
def test_a_cut_line_loses_an_answer_that_was_paid_for(
    raw: httpx.Client, control: Control, processed: bool | None, used: int
) -> None:
    control.set(faults=[{"kind": "cut", "processed": processed}])
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        raw.post(SEARCH, json=ASKED)
    assert control.told()["lusha"]["used"] == used
    assert control.told()["operations"]["lusha.search"]["statuses"] == {"cut": 1}


def test_a_malformed_answer_is_a_200_that_cannot_be_read(raw: httpx.Client, control: Control) -> None:
    control.set(faults=[{"kind": "malformed", "times": 2}])
    for answer in (raw.post(SEARCH, json=ASKED), raw.get(ME)):
        assert answer.status_code == 200
        with pytest.raises(ValueError, match=r".+"):
            answer.json()


def test_a_lost_page_of_clay_is_gone(raw: httpx.Client, control: Control) -> None:
    made = raw.post("/public/v0/search/filters-mode", json={"source_type": "people", "filters": {}}).json()
    path = f"/public/v0/search/filters-mode/{made['search_id']}/run"
    control.set(faults=[{"kind": "cut", "operation": "run_search"}])
    with pytest.raises(httpx.RemoteProtocolError):
        raw.post(path, json={"limit": 10})
    assert raw.post(path, json={"limit": 10}).json()["period_quota"]["used"] == 20


def test_latency_delays_every_answer(raw: httpx.Client, control: Control) -> None:
    control.set(latency_ms=120)
    before = time.monotonic()
    raw.get(TYPES)
    assert time.monotonic() - before >= 0.12


def test_a_table_and_its_polling_can_fail_too(raw: httpx.Client, control: Control) -> None:
    control.set(faults=[{"kind": "5xx", "operation": "table_row"}])
    path = control.told()["table_path"]
    assert raw.post(path, json={}).status_code == 500
    assert raw.post(path, json={}).status_code == 200
