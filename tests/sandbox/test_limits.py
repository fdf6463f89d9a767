"""Keys and request limits of both providers, and the headers that tell of them."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.sandbox.conftest import Control

HEADERS = {
    "x-rate-limit-minute",
    "x-minute-requests-left",
    "x-minute-usage",
    "x-rate-limit-hourly",
    "x-hourly-requests-left",
    "x-hourly-usage",
    "x-rate-limit-daily",
    "x-daily-requests-left",
    "x-daily-usage",
}


def test_every_answer_of_lusha_carries_nine_headers(lusha: httpx.Client) -> None:
    for answer in (
        lusha.get("/v3/account/usage"),
        lusha.post("/v3/contacts/enrich", json={}),
        lusha.get("/v3/nowhere"),
        lusha.get("/v3/account/usage", headers={"api_key": "wrong"}),
    ):
        assert set(answer.headers) >= HEADERS


@pytest.mark.parametrize("key", ["", "live_123", "Sandbox-x"])
def test_an_unknown_key_is_refused_in_each_providers_words(sandbox: object, lusha: httpx.Client, key: str) -> None:
    answer = lusha.get("/v3/account/usage", headers={"api_key": key})
    assert (answer.status_code, answer.json()) == (401, {"statusCode": 401, "message": "Invalid API key"})
    answer = lusha.get("/public/v0/me", headers={"clay-api-key": key})
    assert (answer.status_code, answer.json()) == (401, {"message": "Authentication failed"})


def test_lusha_says_what_is_left_and_then_stops(lusha: httpx.Client, control: Control) -> None:
    control.set(rate_limits={"minute": 3})
    types = "/v3/contacts/prospecting/filters"
    left = [lusha.get(types).headers["x-minute-requests-left"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    refused = lusha.get(types)
    assert refused.status_code == 429
    assert refused.json()["message"] == "Too many requests. Please wait before making another request."
    assert refused.headers["x-minute-requests-left"] == "0"
    assert "retry-after" not in refused.headers


def test_a_window_ends(lusha: httpx.Client, control: Control) -> None:
    control.set(rate_limits={"minute": 1, "minute_seconds": 0.2})
    types = "/v3/contacts/prospecting/filters"
    assert 429 in {lusha.get(types).status_code for _ in range(3)}
    time.sleep(0.25)
    assert lusha.get(types).status_code == 200


@pytest.mark.parametrize("window", ["hourly", "daily"])
def test_longer_windows_count_too(lusha: httpx.Client, control: Control, window: str) -> None:
    control.set(rate_limits={window: 1})
    assert lusha.get("/v3/contacts/prospecting/filters").status_code == 200
    refused = lusha.get("/v3/contacts/prospecting/filters")
    assert refused.status_code == 429
    assert refused.headers[f"x-{window}-requests-left"] == "0"
    assert refused.headers["x-minute-requests-left"] != "0"


def test_usage_may_be_asked_five_times_a_minute(lusha: httpx.Client, control: Control) -> None:
    control.set(rate_limits={"minute_seconds": 3600})
    statuses = [lusha.get("/v3/account/usage").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert lusha.get("/v3/contacts/prospecting/filters").status_code == 200


def test_clay_says_when_to_come_again(clay: httpx.Client, control: Control) -> None:
    control.set(rate_limits={"minute": 1, "minute_seconds": 3600})
    assert clay.get("/public/v0/me").status_code == 200
    refused = clay.get("/public/v0/me")
    assert refused.status_code == 429
    assert set(refused.json()) == {"message"}
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.headers["x-ratelimit-limit"] == "1"
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert int(refused.headers["x-ratelimit-reset"]) > time.time() - 1
