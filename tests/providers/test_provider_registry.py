"""Every provider is put together from settings and a key, and from nothing else."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest
from pydantic import SecretStr

from reachly.filters import Filters
from reachly.providers.registry import (
    PROVIDERS,
    breaker_state,
    client_for,
    config_for,
    provider_for,
    table_client_for,
)
from reachly.providers.values import Call
from reachly.settings import Settings


def settings(**values: object) -> Settings:
    return Settings(_env_file=None, lusha_api_key=None, clay_api_key=None, **values)


@pytest.mark.parametrize("name", list(PROVIDERS))
def test_every_provider_can_be_made_and_has_what_pages_show(name):
    entry = PROVIDERS[name]
    config = config_for(name, settings(), key="a-key-that-is-long")
    provider = provider_for(config, client_for(config).send)
    assert (provider.name, provider.label) == (name, entry.label)
    assert len(entry.mark) == 2
    assert entry.homepage.startswith("https://")
    assert entry.note.endswith(".")
    assert provider.page_limit >= 1
    assert provider.enrich_limit >= 1
    assert breaker_state(config).state == "closed"
    assert "a-key-that-is-long" not in repr(config)


def test_without_a_key_there_is_no_provider_and_an_unknown_name_is_an_error():
    assert config_for("lusha", settings()) is None
    with pytest.raises(KeyError):
        config_for("nobody", settings())


def test_a_webhook_of_ours_is_not_named_to_the_account_behind_somebody_elses_key():
    ours = Settings(_env_file=None, clay_api_key=SecretStr("our-own-key"), clay_webhook_id="wh_ours")
    assert [config_for("clay", ours, key).webhook_id for key in (None, "a-key-of-theirs")] == ["wh_ours", ""]


def test_settings_reach_the_provider():
    told = Settings(
        _env_file=None,
        clay_api_key=SecretStr("clay-key"),
        clay_email_routine="function:t_mail",
        clay_page_size=200,
        job_lease=10,
    )
    config = config_for("clay", told)
    assert (config.key, config.page_size, config.total_timeout) == ("clay-key", 200, 4.5)
    assert provider_for(config, lambda call: None).fields() == ("email",)


@pytest.mark.parametrize(("name", "header"), [("lusha", "api_key"), ("clay", "clay-api-key")])
def test_the_key_goes_into_the_header_that_the_contract_names(name, header):
    seen: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(401, json={"message": "no"})

    config = config_for(name, settings(), key="a-key-that-is-long")
    client_for(config, transport=httpx.MockTransport(reply)).send(Call("account", "GET", "/me"))
    assert seen[0].headers[header] == "a-key-that-is-long"


def test_the_table_has_a_client_of_its_own_with_its_token():
    assert table_client_for(settings()) is None
    seen: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, text="OK")

    address = "https://tables.test/v3/sources/webhook/pull-1"
    told = settings(clay_table_url=SecretStr(address), clay_table_token=SecretStr("table-token"))
    table_client_for(told, transport=httpx.MockTransport(reply)).send(Call("table_row", "POST", "", json={"a": 1}))
    assert (str(seen[0].url), seen[0].headers["x-clay-webhook-auth"]) == (address, "table-token")


def test_a_base_url_alone_tells_the_sandbox_from_the_real_thing():
    asked: list[str] = []

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(200, json={"results": []})

    for base in ("https://api.lusha.com", "http://127.0.0.1:9/lusha"):
        config = config_for("lusha", settings(lusha_base_url=base), key="a-key-that-is-long")
        provider_for(config, client_for(config, transport=httpx.MockTransport(reply)).send).search(Filters(), None, 25)
    assert asked == [
        base + "/v3/contacts/prospecting" for base in ("https://api.lusha.com", "http://127.0.0.1:9/lusha")
    ]


def test_this_floor_knows_no_tables_no_web_and_no_queue():
    source = (
        "import sys, reachly.providers.registry; print([n for n in sys.modules if n in {'flask','peewee','dramatiq'}])"
    )
    told = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
