"""Clay's functions: started once, polled while they work, told of by a signed notice, paid by what they find."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest

from reachly.sandbox.world import World
from tests.sandbox.conftest import Control, Inbox, until

ROOT = "/public/v0/routines"


def start(clay: httpx.Client, routine: str, items: list[dict[str, Any]], **more: Any) -> str:
    answer = clay.post(f"{ROOT}/{routine.replace(':', '%3A')}/run", json={"items": items, **more})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["routine_run_id"])


def results(clay: httpx.Client, run_id: str, **query: Any) -> httpx.Response:
    return clay.get(f"{ROOT}/run/{run_id}/results", params=query)


def item(name: str, **inputs: Any) -> dict[str, Any]:
    return {"id": name, "inputs": inputs}


def test_a_run_is_in_progress_and_then_complete(clay: httpx.Client, control: Control) -> None:
    control.set(routine_delay_ms=150)
    known = control.people("known_to_both")
    items = [item(str(place), **{"Social Profile URL": one["linkedin"]}) for place, one in enumerate(known)]
    run_id = start(clay, "function:t_work_email", items)
    first = results(clay, run_id)
    assert first.status_code == 202
    assert first.json()["status"] == "in_progress"
    assert first.json()["finished"] < first.json()["total"] == 5
    until(lambda: results(clay, run_id).status_code == 200)
    done = results(clay, run_id).json()
    assert done["finished"] == done["total"] == 5
    assert [one["result"]["Work Email"] for one in done["data"]] == [one["work_email"] for one in known]
    assert control.told()["clay"]["data_credits_spent"] == pytest.approx(5 * 0.6)


def test_results_come_in_pages_and_can_be_read_again(clay: httpx.Client, control: Control) -> None:
    control.set(routine_delay_ms=0)
    items = [item(str(place), **{"Company Domain": "nordlicht-bank.example"}) for place in range(45)]
    run_id = start(clay, "function:t_industry", items)
    for _ in range(2):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = results(clay, run_id, limit=20, **cursor).json()
            seen += [one["id"] for one in page["data"]]
            if "cursor" not in page:
                break
            cursor = {"cursor": page["cursor"]}
        assert seen == [str(place) for place in range(45)]


def test_a_miss_is_empty_and_a_bad_item_fails_alone(clay: httpx.Client, control: Control) -> None:
    control.set(routine_delay_ms=0)
    restricted = control.people("restricted")
    items = [
        item("hit", **{"Social Profile URL": control.people("known_to_both")[0]["linkedin"]}),
        item("miss", **{"Social Profile URL": control.people("without_email_at_clay")[0]["linkedin"]}),
        item("unknown", **{"Social Profile URL": control.people("known_to_lusha_alone")[0]["linkedin"]}),
        item("nothing"),
        *(item(f"opted-{place}", Email=one["work_email"]) for place, one in enumerate(restricted)),
    ]
    data = results(clay, start(clay, "function:t_work_email", items)).json()["data"]
    assert [one["status"] for one in data[:4]] == ["complete", "complete", "complete", "failed"]
    assert data[1]["result"] == data[2]["result"] == {}
    assert "Missing required input" in data[3]["error"]["message"]
    assert any(one["status"] == "failed" for one in data[4:])


def test_a_mobile_costs_ten_and_a_miss_half(clay: httpx.Client, everyone: World, control: Control) -> None:
    control.set(routine_delay_ms=0)
    known = [everyone.by_linkedin(one["linkedin"]) for one in control.people("known_to_both")]
    hit = known[0]
    assert hit is not None
    items = [item("a", **{"LinkedIn URL": hit.linkedin}), item("b", Email="nobody@nowhere.example")]
    data = results(clay, start(clay, "function:t_mobile_phone", items)).json()["data"]
    assert data[0]["result"] == {"Mobile Phone": hit.mobile}
    assert data[1]["result"] == {}
    assert control.told()["operations"]["clay.run_routine"]["credits"] == pytest.approx(10.5)


def test_a_person_is_enriched_by_name_and_company(clay: httpx.Client, everyone: World, control: Control) -> None:
    control.set(routine_delay_ms=0)
    person = everyone.person(control.people("known_to_both")[1]["number"])
    inputs = {"Full Name": person.full_name, "Company Domain": person.organization.domain}
    row = results(clay, start(clay, "function:t_enrich_person", [item("x", **inputs)])).json()["data"][0]["result"]
    assert row["Title"] == person.title
    assert row["Social Profile URL"].rstrip("/").endswith(person.linkedin.rsplit("/", 1)[-1])
    assert row["Sample"] is True


def test_without_data_credits_items_fail(clay: httpx.Client, control: Control) -> None:
    control.set(routine_delay_ms=0, clay_data_credits=1)
    items = [item(str(place), **{"Company Domain": "nordlicht-bank.example"}) for place in range(3)]
    data = results(clay, start(clay, "function:t_employee_count", items)).json()["data"]
    assert [one["status"] for one in data] == ["complete", "failed", "failed"]
    assert data[1]["error"]["message"] == "Insufficient credits"


def test_starting_twice_runs_and_charges_twice(clay: httpx.Client, control: Control) -> None:
    items = [item("same", **{"Company Domain": "nordlicht-bank.example"})]
    first, second = (start(clay, "function:t_industry", items) for _ in range(2))
    assert first != second
    assert control.told()["clay"]["data_credits_spent"] == 2


def test_a_finished_run_is_told_of_with_a_signature(clay: httpx.Client, control: Control, inbox: Inbox) -> None:
    control.set(routine_delay_ms=30, webhook={"id": "wh_1", "url": f"{inbox.url}/clay", "secret": "whsec_x"})
    run_id = start(clay, "function:t_industry", [item("1")], webhook_id="wh_1")
    path, headers, body = inbox.wait_for(1)[0]
    assert path == "/clay"
    assert json.loads(body)["data"] == {"routine_run_id": run_id}
    assert json.loads(body)["webhookId"] == "wh_1"
    signature = hmac.new(b"whsec_x", body, hashlib.sha256).hexdigest()
    assert headers["x-clay-signature"] == f"sha256={signature}"
    assert results(clay, run_id).status_code == 200


@pytest.mark.parametrize(
    ("routine", "body", "status"),
    [
        ("function:t_nonsense", {"items": [{"id": "1", "inputs": {}}]}, 404),
        ("t_work_email", {"items": [{"id": "1", "inputs": {}}]}, 404),
        ("function:t_industry", {"items": []}, 400),
        ("function:t_industry", {"items": [{"id": str(n), "inputs": {}} for n in range(101)]}, 400),
        ("function:t_industry", {"items": [{"id": "x" * 65, "inputs": {}}]}, 400),
        ("function:t_industry", {"items": [{"id": "1", "inputs": {}, "extra": 1}]}, 400),
        ("function:t_industry", {"items": [{"id": "1", "inputs": {}}], "webhook_id": "wh_none"}, 400),
    ],
)
def test_a_run_outside_the_contract_is_refused(
    clay: httpx.Client, routine: str, body: dict[str, Any], status: int
) -> None:
    answer = clay.post(f"{ROOT}/{routine}/run", json=body)
    assert answer.status_code == status
    assert set(answer.json()) == {"message"}


def test_results_of_nothing_are_refused(clay: httpx.Client, control: Control) -> None:
    control.set(routine_delay_ms=0)
    run_id = start(clay, "function:t_industry", [item("1")])
    assert results(clay, "run_unknown").status_code == 404
    assert results(clay, run_id, limit=101).status_code == 400
    assert results(clay, run_id, cursor="nonsense").status_code == 400


def test_who_one_is_can_be_asked(clay: httpx.Client) -> None:
    assert clay.get("/public/v0/me").json()["user"]["name"] == "Sample User"
