"""Credits at Lusha: what costs, what is free, and that nothing is charged that was not served."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Control

SEARCH, ENRICH = "/v3/contacts/prospecting", "/v3/contacts/enrich"


def search(lusha: httpx.Client, size: int = 25, **criteria: Any) -> httpx.Response:
    filters = {"contacts": {"include": criteria}}
    return lusha.post(SEARCH, json={"pagination": {"page": 0, "size": size}, "filters": filters})


def remaining(lusha: httpx.Client) -> int:
    return int(lusha.get("/v3/account/usage").json()["credits"]["remaining"])


@pytest.mark.parametrize(("size", "credits"), [(10, 1), (25, 1), (26, 2), (50, 2)])
def test_a_search_costs_one_for_every_started_25_results(lusha: httpx.Client, size: int, credits: int) -> None:
    answer = search(lusha, size, countries=["US"]).json()
    assert answer["billing"] == {"creditsCharged": credits, "resultsReturned": size}
    assert remaining(lusha) == 100_000 - credits


def test_finding_nothing_costs_one(lusha: httpx.Client) -> None:
    assert search(lusha, names=["Zzyzx"]).json()["billing"] == {"creditsCharged": 1, "resultsReturned": 0}


def test_a_reveal_costs_by_field_and_only_once(lusha: httpx.Client, control: Control) -> None:
    ids = [one["lusha_id"] for one in control.people("known_to_both")]
    for reveal, credits in ((["emails"], 5), (["emails"], 0), (["emails", "phones"], 25), (None, 0)):
        wanted = {"ids": ids} | ({"reveal": reveal} if reveal else {})
        answer = lusha.post(ENRICH, json=wanted).json()
        assert answer["billing"] == {"creditsCharged": credits, "resultsReturned": 5}
        assert all(("phones" in one) is (reveal != ["emails"]) for one in answer["results"])
    assert control.told()["lusha"] == {
        "used": 30,
        "remaining": 99_970,
        "revealed_first": 10,
        "revealed_again": 20,
    }


def test_what_is_revealed_already_is_shown_as_free(lusha: httpx.Client, control: Control) -> None:
    wanted = control.people("known_to_both")[0]["lusha_id"]

    def prices() -> dict[str, int]:
        shown = search(lusha, ids=[wanted]).json()["results"][0]
        return {one["field"]: one["credits"] for one in shown["canReveal"]}

    assert prices() == {"emails": 1, "phones": 5}
    lusha.post(ENRICH, json={"ids": [wanted], "reveal": ["phones"]})
    assert prices() == {"emails": 1, "phones": 0}


def test_an_account_pays_for_itself_alone(lusha: httpx.Client, control: Control) -> None:
    wanted = {"ids": [control.people("known_to_both")[0]["lusha_id"]]}
    assert lusha.post(ENRICH, json=wanted).json()["billing"]["creditsCharged"] == 6
    other = lusha.post(ENRICH, json=wanted, headers={"api_key": "sandbox-somebody-else"})
    assert other.json()["billing"]["creditsCharged"] == 6


def test_the_same_id_twice_in_a_batch_is_paid_once(lusha: httpx.Client, control: Control) -> None:
    wanted = control.people("known_to_both")[0]["lusha_id"]
    answer = lusha.post(ENRICH, json={"ids": [wanted, wanted]}).json()
    assert answer["billing"] == {"creditsCharged": 6, "resultsReturned": 2}


def test_a_missing_field_and_a_failed_item_are_free(lusha: httpx.Client, control: Control) -> None:
    bare = control.people("without_email_at_lusha")[0]["lusha_id"]
    answer = lusha.post(ENRICH, json={"ids": [bare, "v1.AAAAAAAAAAAAAAAA", "7"], "reveal": ["emails"]}).json()
    assert answer["billing"] == {"creditsCharged": 0, "resultsReturned": 1}
    assert answer["results"][0]["emails"] == []
    assert [one["error"]["code"] for one in answer["results"][1:]] == ["NOT_FOUND", "NOT_FOUND"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("restricted", "COMPLIANCE_RESTRICTED"), ("enrich_fails", "ENRICH_FAILED"), ("known_to_clay_alone", "NOT_FOUND")],
)
def test_trouble_with_one_does_not_spoil_the_batch(lusha: httpx.Client, control: Control, kind: str, code: str) -> None:
    bad, good = control.people(kind)[0]["lusha_id"], control.people("known_to_both")[0]["lusha_id"]
    first, second = lusha.post(ENRICH, json={"ids": [bad, good]}).json()["results"]
    assert first["id"] == bad
    assert first["error"]["code"] == code
    assert set(first) == {"id", "error"}
    assert second["emails"][0]["type"] == "work"


def test_without_credits_nothing_is_served_or_charged(lusha: httpx.Client, control: Control) -> None:
    control.set(credits=10)
    ids = [one["lusha_id"] for one in control.people("known_to_both")]
    refused = lusha.post(ENRICH, json={"ids": ids})
    assert refused.status_code == 402
    assert refused.json() == {"statusCode": 402, "message": "Insufficient credits for this operation"}
    assert remaining(lusha) == 10
    assert lusha.post(ENRICH, json={"ids": ids[:1]}).json()["billing"]["creditsCharged"] == 6
    control.set(credits=6)
    assert search(lusha, countries=["US"]).status_code == 402


def test_a_hundred_reveals_at_once_never_overspend(lusha: httpx.Client, control: Control) -> None:
    control.set(credits=50)
    ids = [one["id"] for one in search(lusha, 50, existingDataPoints=["work_email"]).json()["results"]]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: lusha.post(ENRICH, json={"ids": [one], "reveal": ["emails"]}), ids * 2))
    charged = sum(one.json()["billing"]["creditsCharged"] for one in answers if one.status_code == 200)
    told = control.told()["lusha"]
    assert charged + 2 == told["used"] <= 50
    assert {one.status_code for one in answers} <= {200, 402}


def test_usage_tells_credits_limits_plan_and_prices(lusha: httpx.Client) -> None:
    search(lusha, countries=["US"])
    told = lusha.get("/v3/account/usage").json()
    assert told["credits"] == {"total": 100_000, "used": 1, "remaining": 99_999}
    assert told["rateLimits"]["minute"]["used"] == 2
    assert told["pricing"]["revealPhone"] == {"credits": 5, "perQuantity": 1}
