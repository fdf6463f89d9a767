"""The adapters against the made-up providers, over HTTP, through the very client that talks to the real ones."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from reachly.filters import FACETS, Filters
from reachly.providers.clay import table
from reachly.providers.failures import ContractBroken, KeyRefused, NotFound, ProviderBusy, QuotaSpent, Suppressed
from reachly.providers.registry import client_for, config_for, provider_for, table_client_for
from reachly.providers.values import Enrichment, Person, Provider
from reachly.settings import Settings

ROUTINES = {"clay_email_routine": "function:t_work_email", "clay_phone_routine": "function:t_mobile_phone"}
GERMANS = Filters(locations=("Germany", "Austria"))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    """The base URL of a small made-up world."""
    command = [sys.executable, "-m", "reachly.sandbox", "--port", "0", "--people", "2500"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    yield process.stdout.readline().split()[1]
    process.terminate()
    process.wait(10)


class Sandbox:
    """One account of its own, and what it did there."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.key = f"sandbox-{uuid4().hex}"

    def settings(self, **more: object) -> Settings:
        here = {"lusha_base_url": self.base, "clay_base_url": f"{self.base}/public/v0"}
        keys = {"lusha_api_key": None, "clay_api_key": None}
        patient = {"provider_breaker_failures": 100, "lusha_per_second": 10_000}
        return Settings(**{"_env_file": None, **here, **keys, **patient, **ROUTINES, **more})

    def provider(self, name: str, key: str | None = None, **more: object) -> Provider:
        config = config_for(name, self.settings(**more), key or self.key)
        return provider_for(config, client_for(config).send)

    def set(self, **values: object) -> None:
        httpx.put(f"{self.base}/_control/{self.key}", json=values).raise_for_status()

    def fault(self, kind: str, operation: str, **more: object) -> None:
        self.set(faults=[{"kind": kind, "operation": operation, **more}])

    def told(self) -> dict:
        return httpx.get(f"{self.base}/_control/{self.key}").json()


@pytest.fixture
def account(sandbox: str) -> Sandbox:
    return Sandbox(sandbox)


def finished(provider: Provider, current: Enrichment) -> Enrichment:
    """``current`` after waiting, quicker than a job would."""
    for _ in range(100):
        if not current.pending:
            return current
        time.sleep(min(current.wait, 0.1))
        current = provider.collect(current.pending)
    raise AssertionError("the enrichment never ended")


def everyone(provider: Provider, filters: Filters, most: int = 10_000) -> list[Person]:
    found: list[Person] = []
    cursor = None
    while True:
        page = provider.search(filters, cursor, 50)
        found += page.people
        cursor = page.cursor
        if cursor is None or len(found) >= most:
            return found


def test_lusha_finds_all_it_counted_each_once_and_says_what_it_cost(account):
    lusha = account.provider("lusha")
    estimate = lusha.estimate(GERMANS)
    found = everyone(lusha, GERMANS)
    assert len(found) == estimate.matches > 50
    assert len({one.provider_id for one in found}) == len(found)
    assert all(one.sample for one in found)
    told = account.told()
    assert told["lusha"]["used"] == sum(one["credits"] for one in told["operations"].values())
    full = [one for one in found if one.country]
    assert full
    assert {one.country for one in full} == {"Germany", "Austria"}


def test_lusha_reveals_what_it_promised_at_the_price_it_named_and_again_for_nothing(account):
    lusha = account.provider("lusha")
    people = [one for one in lusha.search(GERMANS, None, 50).people if "email" in one.reveal_costs][:20]
    before = account.told()["lusha"]["used"]
    first = lusha.enrich(people, ["email"])
    assert first.credits == account.told()["lusha"]["used"] - before <= sum(one.reveal_costs["email"] for one in people)
    assert sum(one.email is not None for one in first.people) >= len(people) // 2
    assert all(one.phone is None for one in first.people)
    again = lusha.enrich(people, ["email"])
    assert again.credits == 0
    assert {one.provider_id: one.email for one in again.people} == {one.provider_id: one.email for one in first.people}


@pytest.mark.parametrize("name", ["lusha", "clay"])
@pytest.mark.parametrize("facet", FACETS)
def test_every_facet_narrows_and_its_twin_takes_away(account, name, facet):
    choices = {
        "industries": "Software",
        "job_titles": "Manager",
        "locations": "Germany",
        "company_sizes": "51-200",
        "seniorities": "director",
        "departments": "Engineering & Technical",
        "keywords": "cloud",
    }
    provider = account.provider(name, clay_page_size=500, lusha_page_size=100)
    known = next(one.company.domain for one in provider.search(Filters(), None, 25).people if one.company)
    chosen = choices.get(facet, known)
    wanted = (Filters(), Filters.of({facet: [chosen]}), Filters.of({f"exclude_{facet}": [chosen]}))
    # Lusha's own count is proved above to be what its pages bring; Clay has none.
    count = (
        (lambda one: provider.estimate(one).matches) if name == "lusha" else (lambda one: len(everyone(provider, one)))
    )
    whole, some, others = map(count, wanted)
    assert 0 < some < whole
    assert others == whole - some


@pytest.mark.parametrize("written", ["Berlin", "Berlin, Germany", "berlin, de"])
@pytest.mark.parametrize("name", ["lusha", "clay"])
def test_a_city_is_found_however_it_is_written(account, name, written):
    found = everyone(account.provider(name), Filters(locations=(written,)))
    assert found
    assert {one.city for one in found if one.city} == {"Berlin"}


def test_lusha_offers_its_own_words(account):
    lusha = account.provider("lusha")
    assert "Software" in {option.value for option in lusha.vocabulary("industries")}
    assert ("DE", "Germany") in lusha.vocabulary("countries", "germ")
    assert any("Berlin" in option.label for option in lusha.vocabulary("locations", "berl"))
    assert lusha.account().credits_left == 100_000


def test_clay_goes_on_where_it_was_and_finds_contact_data_in_the_background(account):
    clay = account.provider("clay")
    account.set(routine_delay_ms=150)
    people = everyone(clay, GERMANS, most=100)[:100]
    assert len({one.provider_id for one in people}) == len(people)
    done = finished(clay, clay.enrich(people, ["email", "phone"]))
    assert {one.provider_id for one in done.people} <= {one.provider_id for one in people}
    assert sum(one.email is not None for one in done.people) > len(people) // 4
    assert any(one.phone for one in done.people)
    assert account.told()["operations"]["clay.run_routine"]["calls"] == 2


def test_an_expired_clay_search_is_begun_again(account):
    clay = account.provider("clay")
    account.set(search_ttl_s=0.2)
    first = clay.search(GERMANS, None, 20)
    time.sleep(0.3)
    second = clay.search(GERMANS, first.cursor, 20)
    assert second.cursor["restarts"] == 1
    assert [one.provider_id for one in second.people] == [one.provider_id for one in first.people]


FAULTS = [
    ("429", {"status": 429}, ProviderBusy),
    ("429_without_hint", {}, ProviderBusy),
    ("5xx", {}, ProviderBusy),
    ("out_of_credits", {}, QuotaSpent),
    ("key_refused", {}, KeyRefused),
    ("451", {}, Suppressed),
    ("cut", {}, ProviderBusy),
    ("hang", {"seconds": 3}, ProviderBusy),
    ("malformed", {}, ContractBroken),
]


MET = [
    pytest.param(name, operation, *fault, id=f"{name}-{fault[0]}")
    for name, operation in (("lusha", "lusha.search"), ("clay", "clay.run_search"))
    for fault in FAULTS
    if (name, fault[0]) != ("clay", "451")  # Clay's contract has no 451
]


@pytest.mark.parametrize(("name", "operation", "kind", "more", "failure"), MET)
def test_every_fault_has_its_meaning_and_leaves_no_trace(account, name, operation, kind, more, failure):
    provider = account.provider(name, provider_read_timeout=0.4)
    account.fault(kind, operation, **more)
    with pytest.raises(failure) as caught:
        provider.search(GERMANS, None, 25)
    assert account.key not in str(caught.value)
    assert str(caught.value).endswith((".", ")")) or ":" in str(caught.value)
    account.set(faults=[])
    assert account.provider(name, key=account.key + "-other").search(GERMANS, None, 25).people


@pytest.mark.parametrize("name", ["lusha", "clay"])
def test_a_wrong_key_is_refused_in_words(account, name):
    with pytest.raises(KeyRefused, match="refused the key"):
        account.provider(name, key="not-a-key-of-theirs").account()


def test_what_clay_does_not_know_is_not_found(account):
    with pytest.raises(NotFound):
        account.provider("clay", clay_email_routine="function:t_gone").enrich(
            [Person("x", linkedin_url="https://www.linkedin.com/in/x")], ["email"]
        )


def test_a_used_up_minute_stops_us_before_the_provider_has_to(account):
    lusha = account.provider("lusha")
    account.set(rate_limits={"minute": 3})
    for _ in range(3):
        lusha.search(GERMANS, None, 25)
    with pytest.raises(ProviderBusy, match="used up") as caught:
        lusha.search(GERMANS, None, 25)
    assert 0 < caught.value.retry_after <= 60
    assert account.told()["operations"]["lusha.search"]["calls"] == 3


@pytest.fixture
def inbox() -> Iterator[tuple[Callable[[], list[dict]], str]]:
    """A door that keeps what is posted to it."""
    kept: list[dict] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield lambda: list(kept), f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_rows_go_into_the_table_and_people_come_back(account, inbox):
    kept, door = inbox
    account.set(table_delay_ms=10, table_token="typed-in")
    path = account.told()["table_path"]
    told = account.settings(clay_table_url=SecretStr(account.base + path), clay_table_token=SecretStr("typed-in"))
    client = table_client_for(told)
    people = account.provider("clay").search(GERMANS, None, 8).people
    items = {}
    for (item, call), one in zip(table.rows("run-1", people, lambda item: f"{door}/{item}"), people, strict=True):
        assert table.accepted(client.send(call).body)
        items[item] = one
    for _ in range(100):
        if len(kept()) == len(people):
            break
        time.sleep(0.05)
    results = [table.result(body, items[body["item_id"]].provider_id) for body in kept()]
    assert {result.item for result in results} == set(items)
    assert any(result.person and result.person.email for result in results)
    for result in results:
        if result.person and not result.person.error:
            assert result.person.full_name == items[result.item].full_name
