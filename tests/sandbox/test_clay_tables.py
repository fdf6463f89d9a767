"""Clay's tables: rows go in at a secret address, results come back one by one to the row's own."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx
import pytest

from reachly.sandbox.accounts import DEMO_TABLE
from reachly.sandbox.world import World
from reachly.sandbox.world import columns as c
from tests.sandbox.conftest import Control, Inbox, until


def post(clay: httpx.Client, control: Control, row: dict[str, Any], **headers: str) -> httpx.Response:
    return clay.post(control.told()["table_path"], json=row, headers=headers)


def row(inbox: Inbox, **content: Any) -> dict[str, Any]:
    return {"run_id": "r1", "item_id": "i1", "callback_url": f"{inbox.url}/hooks/clay/token?x=1", **content}


def letters(inbox: Inbox, count: int) -> list[dict[str, Any]]:
    return [json.loads(body) for _, _, body in inbox.wait_for(count)]


def test_a_lead_comes_back_enriched(clay: httpx.Client, control: Control, inbox: Inbox) -> None:
    control.set(table_delay_ms=20, callback_token="typed-in-the-column")
    known = control.people("known_to_both")[0]
    answer = post(clay, control, row(inbox, lead={"linkedin_url": known["linkedin"]}))
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    path, headers, body = inbox.wait_for(1)[0]
    assert path == "/hooks/clay/token?x=1"
    assert headers["x-callback-token"] == "typed-in-the-column"
    told = json.loads(body)
    assert (told["run_id"], told["item_id"], told["status"]) == ("r1", "i1", "ok")
    assert told["email"] == known["work_email"]
    assert told["sample"] is True


def test_the_acknowledgement_does_not_wait_for_the_result(clay: httpx.Client, control: Control, inbox: Inbox) -> None:
    control.set(table_delay_ms=400)
    before = time.monotonic()
    post(clay, control, row(inbox, lead={"email": "nobody@nowhere.example"}))
    assert time.monotonic() - before < 0.35
    assert inbox.letters == []
    assert letters(inbox, 1)[0]["status"] == "not_found"


def test_a_row_of_filters_comes_back_as_many_people(
    clay: httpx.Client, everyone: World, control: Control, inbox: Inbox
) -> None:
    control.set(table_delay_ms=0, callback_gap_ms=1)
    filters = {
        "job_titles": ["sales"],
        "locations": ["Germany"],
        "company_sizes": ["1-10", "11-50", "51-200", "201-500"],
        "seniorities": ["manager", "senior"],
        "departments": ["Sales"],
        "exclude_industries": ["Software"],
    }
    post(clay, control, row(inbox, filters=filters, limit=8))
    told = letters(inbox, 8)
    assert len({one["linkedin_url"] for one in told}) == 8
    assert {one["of"] for one in told} == {8}
    for one in told:
        person = everyone.by_linkedin(one["linkedin_url"])
        assert person is not None
        assert everyone.columns.known_to[person.index] != c.LUSHA
        assert person.country.code == "DE"
        assert person.seniority in ("manager", "senior")
        assert person.organization.headcount <= 500
        assert person.organization.industry.name != "Software"


def test_without_a_limit_a_row_of_filters_brings_what_the_table_is_set_to(
    clay: httpx.Client, control: Control, inbox: Inbox
) -> None:
    control.set(table_delay_ms=0, callback_gap_ms=0, table_rows=3)
    post(clay, control, row(inbox, filters={"locations": ["France"]}))
    assert len(letters(inbox, 3)) == 3
    assert control.told()["operations"]["clay.callback"]["statuses"] == {"sent": 3}


def test_callbacks_can_be_lost_and_doubled(clay: httpx.Client, control: Control, inbox: Inbox) -> None:
    control.set(table_delay_ms=0, callback_gap_ms=0, table_rows=4, callbacks_lost=1, callback_copies=2)
    post(clay, control, row(inbox, filters={"locations": ["France"]}))
    told = letters(inbox, 6)
    assert sorted(one["row"] for one in told) == [1, 1, 2, 2, 3, 3]
    assert control.told()["operations"]["clay.callback"]["statuses"] == {"lost": 1, "sent": 3}


def test_a_table_can_want_a_token(clay: httpx.Client, control: Control, inbox: Inbox) -> None:
    control.set(table_token="open sesame", table_delay_ms=0)
    assert post(clay, control, row(inbox)).status_code == 401
    assert post(clay, control, row(inbox), **{"x-clay-webhook-auth": "open sesame"}).status_code == 200


@pytest.mark.parametrize(("body", "status"), [(b"nonsense", 400), (b"[]", 400), (b'{"x":"' + b"y" * 100_001, 413)])
def test_a_bad_row_is_refused(clay: httpx.Client, control: Control, body: bytes, status: int) -> None:
    assert clay.post(control.told()["table_path"], content=body).status_code == status


def test_a_row_without_callback_goes_nowhere(clay: httpx.Client, control: Control) -> None:
    assert post(clay, control, {"lead": {"email": "x@y.example"}}).status_code == 200
    assert "clay.callback" not in control.told()["operations"]


def test_an_unknown_table_is_not_there(clay: httpx.Client) -> None:
    path = "/v3/sources/webhook/pull-in-data-from-a-webhook-"
    assert clay.post(f"{path}5a4db0c5-0000-4000-8000-0000000000ff", json={}).status_code == 404
    assert clay.get(f"{path}{DEMO_TABLE}").status_code == 404
    assert clay.post(f"{path}{DEMO_TABLE}", json={}).status_code == 200


def test_a_dead_callback_address_troubles_nobody(clay: httpx.Client, control: Control, inbox: Inbox) -> None:
    control.set(table_delay_ms=0)
    dead = {"callback_url": "http://127.0.0.1:9/x", "lead": {"email": "x@y.example"}}
    assert post(clay, control, dead).status_code == 200
    assert post(clay, control, dead | {"callback_url": "file:///etc/passwd"}).status_code == 200
    post(clay, control, row(inbox, lead={}))
    until(lambda: len(inbox.letters) == 1)
    assert json.loads(inbox.letters[0][2])["status"] == "error"
