"""Every answer that Lusha publishes about contacts, played back byte for byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reachly.filters import Filters
from reachly.providers.failures import ContractBroken, KeyRefused, NotFound, ProviderBusy, ProviderFailure, QuotaSpent
from reachly.providers.lusha import Lusha
from reachly.providers.lusha.readers import person
from reachly.providers.statuses import failure_of
from reachly.providers.values import Answer, Company, Person

CONTRACTS = Path(__file__).parent / "contracts"
OPERATIONS = json.loads((CONTRACTS / "lusha.v3.examples.json").read_text(encoding="utf-8"))["operations"]
EXAMPLES = [
    pytest.param(int(status), example, id=f"{operation} {status} {name}")
    for operation, published in OPERATIONS.items()
    for status, response in published.get("responses", {}).items()
    for name, example in (response.get("examples") or {}).items()
]
MEANING = {400: ContractBroken, 401: KeyRefused, 402: QuotaSpent, 403: KeyRefused, 429: ProviderBusy}
HOLDING = [
    (operation, row)
    for operation, published in OPERATIONS.items()
    if operation.startswith("POST /v3/contacts")
    for example in (published["responses"].get("200", {}).get("examples") or {}).values()
    for result in example.get("results", [])
    if isinstance(result, dict)
    for row in (result.get("contacts") or [result])
    if "id" in row
]


def example(operation: str) -> bytes:
    return json.dumps(OPERATIONS[operation]["responses"]["200"]["examples"]["example"]).encode()


def test_a_published_search_gives_its_people_count_and_cost(played):
    page = Lusha(played(example("POST /v3/contacts/prospecting")), page_size=100).search(Filters(), None, 100)
    assert page.people == (Person("670138733", "Ting", "Tsou", "Ting Tsou"),)
    assert (page.total, page.credits) == (670550, 2)
    # Asked for 100 rows, Lusha answered in pages of 50: the next one is counted in its own size.
    assert page.cursor == {"page": 1, "size": 50}


def test_a_published_enrichment_gives_the_person_with_the_work_email(played):
    send = played(example("POST /v3/contacts/enrich"))
    result = Lusha(send).enrich([Person("4389064654"), Person("4389064624")], ["email", "phone"])
    assert send.calls[0].json == {"ids": ["4389064654", "4389064624"], "reveal": ["emails", "phones"]}
    assert (result.credits, result.pending) == (2, None)
    (found,) = result.people
    assert found.full_name == "Daniel Turgeman"
    assert (found.title, found.seniority, found.department) == ("Technical Product Manager", "manager", "Product")
    assert (found.city, found.country) == ("Tel Aviv", "Israel")
    assert found.linkedin_url == "https://www.linkedin.com/in/daniel-turgeman-49676b161"
    assert (found.email, found.email_type, found.email_grade) == ("daniel.t@lusha.com", "work", "A+")
    assert found.phone is None
    assert found.company == Company(
        "Lusha", "lusha.com", "Technology, Information & Media", website="https://lusha.com"
    )


def test_the_published_usage_gives_what_is_left(played):
    account = Lusha(played(example("GET /v3/account/usage"))).account()
    assert (account.credits_left, account.plan) == (8500, "professional")


def test_the_older_usage_is_asked_where_the_newer_one_is_unknown(played, contract):
    older = contract("lusha.v2.usage.json")["operations"]["GET /account/usage"]["responses"]["200"]
    send = played(Answer(404, {}, b"{}"), older["examples"]["example"])
    assert Lusha(send).account().credits_left == 850
    assert [call.path for call in send.calls] == ["/v3/account/usage", "/account/usage"]


@pytest.mark.parametrize(("status", "body"), EXAMPLES)
def test_every_published_status_has_its_meaning(status, body):
    failure = failure_of("Lusha", Answer(status, {}, json.dumps(body).encode()))
    if status < 300:
        assert failure is None
    else:
        assert type(failure) is MEANING.get(status, ProviderBusy if status >= 500 else NotFound)
        assert body["message"].rstrip(".") in str(failure)
        assert failure.status == status


@pytest.mark.parametrize(("operation", "row"), HOLDING)
def test_every_published_contact_is_read(operation, row):
    found = person(row)
    assert found.provider_id == row["id"]
    assert found.first_name == row.get("firstName")
    assert found.reveal_costs == {one["field"].rstrip("s"): one["credits"] for one in row.get("canReveal", [])}
    if "company" in row:
        assert found.company.domain == row["company"]["domain"].removeprefix("www.")


@pytest.mark.parametrize("name", ["400", "400_with_errors", "401", "402", "403_inactive", "403_v3", "429", "500"])
def test_every_documented_error_ends_in_a_sentence(name, contract):
    body = contract("lusha.errors.json")["samples"][name]
    failure = failure_of("Lusha", Answer(body["statusCode"], {}, json.dumps(body).encode()))
    assert type(failure) is MEANING.get(body["statusCode"], ProviderBusy)
    assert str(failure).startswith(("Lusha", "The Lusha"))
    assert all(said in str(failure) for said in body.get("errors", []))


def test_a_429_waits_for_the_window_that_its_headers_call_exhausted():
    noon = datetime(2026, 11, 22, 12, 10, tzinfo=UTC)
    body = json.dumps({"statusCode": 429, "message": "Too many requests."}).encode()

    def wait(**left: str) -> float | None:
        headers = {f"x-{name}-requests-left": value for name, value in left.items()}
        return failure_of("Lusha", Answer(429, headers, body), noon).retry_after

    assert wait(minute="0", hourly="20", daily="100") == 60
    assert wait(minute="0", hourly="0", daily="100") == 50 * 60
    assert wait(minute="9", hourly="9", daily="0") == 11 * 3600 + 50 * 60
    assert wait() is None


def test_documented_filter_values_are_offered_as_they_are(played, contract):
    values = contract("lusha.filters.json")["contacts"]
    departments = Lusha(played({"values": values["departments"]})).vocabulary("departments")
    assert [option.value for option in departments] == values["departments"]
    ranks = Lusha(played({"values": values["seniority"]})).vocabulary("seniorities")
    assert {"founder", "c_level", "vp", "partner", "director", "manager"} < {option.value for option in ranks}
    countries = Lusha(played({"values": values["countries_sample"]})).vocabulary("countries", "king")
    assert countries == (("GB", "United Kingdom"),)


def test_a_status_nobody_published_still_is_a_failure():
    for status in (301, 404, 410, 412, 418, 451, 499, 502, 599):
        assert isinstance(failure_of("Lusha", Answer(status, {}, b"<html>")), ProviderFailure)
