"""What Lusha's answers become, beyond the published examples."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reachly.filters import Filters
from reachly.providers.failures import ContractBroken, NotFound, ProviderBusy, QuotaSpent
from reachly.providers.lusha import Lusha
from reachly.providers.lusha.readers import best_email, best_phone, person
from reachly.providers.values import Answer, Person

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = (
    "id",
    "firstName",
    "jobTitle",
    "company",
    "location",
    "socialLinks",
    "has",
    "canReveal",
    "emails",
    "phones",
    "error",
)


def page_of(*ids: str, total: int | None = None, size: int = 25) -> dict:
    told = {"page": 0, "size": size} | ({"total": total} if total is not None else {})
    return {"results": [{"id": one} for one in ids], "pagination": told, "billing": {"creditsCharged": 1}}


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_no_shape_of_a_row_breaks_the_reader(row):
    found = person(row)
    assert found is None or found.provider_id


@pytest.mark.parametrize(
    ("body", "cursor", "following"),
    [
        (page_of("a", "b", total=60), None, {"page": 1, "size": 25}),
        (page_of("a", total=60), {"page": 2, "size": 25}, None),
        (page_of(total=60), {"page": 1, "size": 25}, None),
        (page_of("a", total=25), None, None),
        (page_of("a"), None, None),
        (page_of(*"abcdefghij", size=10), None, {"page": 1, "size": 10}),
        (page_of("a", total=10**9), {"page": 1000, "size": 25}, None),
    ],
)
def test_the_pages_end_where_the_count_or_the_rows_end(played, body, cursor, following):
    assert Lusha(played(body)).search(Filters(), cursor, 25).cursor == following


def test_a_page_keeps_partial_profiles_and_passes_over_rows_without_id(played):
    body = {"results": [{"id": "1", "firstName": "Ting", "new": {"x": 1}}, {"firstName": "Nobody"}, 7, {"id": 12}]}
    assert [one.provider_id for one in Lusha(played(body)).search(Filters(), None, 25).people] == ["1", "12"]


def test_errors_of_single_people_do_not_fail_the_others(played):
    body = {
        "results": [
            {"id": "1", "emails": [{"email": "a@one.test", "type": "work"}]},
            {"id": "2", "error": {"code": "COMPLIANCE_RESTRICTED", "message": "Contact cannot be revealed"}},
            {"id": "3", "error": {"code": "NOT_FOUND", "message": "Contact not found"}},
        ],
        "billing": {"creditsCharged": 1},
    }
    found = {one.provider_id: one for one in Lusha(played(body)).enrich([Person(n) for n in "123"], ["email"]).people}
    assert found["1"].email == "a@one.test"
    assert (found["2"].suppressed, found["2"].error) == (True, "COMPLIANCE_RESTRICTED")
    assert (found["3"].suppressed, found["3"].error) == (False, "NOT_FOUND")


def test_the_work_address_is_chosen_and_a_private_one_never():
    work = {"email": "w@one.test", "type": "work", "confidence": "A"}
    better = {"email": "b@one.test", "type": "work", "confidence": "A+"}
    unknown = {"email": "u@one.test", "type": "unknown", "confidence": "A+"}
    private = {"email": "p@home.test", "type": "private", "confidence": "A+"}
    assert best_email([private, unknown, work, better]) is better
    assert best_email([private, unknown]) is unknown
    assert best_email([private]) is None


def test_a_number_that_may_be_called_goes_before_one_that_may_not():
    barred = {"number": "+12025550100", "type": "mobile", "doNotCall": True}
    direct = {"number": "+12025550101", "type": "direct", "doNotCall": False}
    mobile = {"number": "+12025550102", "type": "mobile"}
    assert best_phone([barred, direct]) is direct
    assert best_phone([barred, direct, mobile]) is mobile
    found = person({"id": "1", "phones": [barred]})
    assert (found.phone, found.do_not_call) == ("+12025550100", True)


def test_only_what_can_be_revealed_and_paid_is_asked_for(played):
    people = [
        Person("both", reveal_costs={"email": 1, "phone": 5}),
        Person("mail", reveal_costs={"email": 1}),
        Person("owned", reveal_costs={"email": 0, "phone": 0}),
        Person("dear", reveal_costs={"email": 9}),
        Person("partial"),
        Person("gone", reveal_costs={"email": 1}, suppressed=True),
    ]
    send = played({"results": [], "billing": {"creditsCharged": 2}})
    result = Lusha(send, allow={"email": 1, "phone": 4}).enrich(people, ["email", "phone"])
    assert [(call.json["ids"], call.json["reveal"]) for call in send.calls] == [
        (["both", "mail"], ["emails"]),
        (["owned", "partial"], ["emails", "phones"]),
    ]
    assert result.credits == 4


def test_nothing_is_sent_when_nothing_can_be_revealed(played):
    send = played({})
    assert Lusha(send).enrich([Person("1", reveal_costs={"phone": 5})], ["email"]).people == ()
    assert send.calls == []


def test_an_enrichment_in_the_background_is_asked_for_until_it_is_done(played):
    job = {"id": "job/1", "status": "running", "retryAfter": 3}
    done = {
        "results": [{"id": "2", "emails": [{"email": "b@two.test"}]}],
        "job": {"id": "job/1", "status": "completed"},
    }
    send = played({"status": "partial", "results": [{"id": "1"}], "job": job}, {"job": job}, done)
    lusha = Lusha(send)
    first = lusha.enrich([Person("1"), Person("2")], ["email"])
    assert (first.pending, first.wait) == ({"jobs": [{"job_id": "job/1", "ids": ["1", "2"]}]}, 3)
    second = lusha.collect(first.pending)
    assert (second.people, second.pending) == ((), first.pending)
    third = lusha.collect(second.pending)
    assert (third.people[0].email, third.pending) == ("b@two.test", None)
    assert send.calls[-1].path == "/v3/contacts/jobs/job%2F1"


def test_what_came_before_an_enrichment_in_the_background_is_done_comes_with_the_rest(played):
    running, done = {"id": "j", "status": "running"}, {"id": "j", "status": "completed"}
    mail, phone = [{"email": "a@one.test"}], [{"number": "+4915112345678"}]
    send = played(
        {"status": "partial", "results": [{"id": "1", "emails": mail}, {"id": "2", "error": "LATER"}], "job": running},
        {"results": [{"id": "1", "phones": phone}], "job": running},
        {"results": [{"id": "2", "emails": [{"email": "b@two.test"}]}], "job": done},
    )
    lusha = Lusha(send)
    first = lusha.enrich([Person("1"), Person("2"), Person("3")], ["email", "phone"])
    assert (first.people, first.lacking) == ((), frozenset())
    second = lusha.collect(first.pending)
    assert second.pending
    came = {one.provider_id: one for one in lusha.collect(json.loads(json.dumps(second.pending))).people}
    assert (came["1"].email, came["1"].phone) == ("a@one.test", "+4915112345678")
    assert (came["2"].email, came["2"].error) == ("b@two.test", None)
    assert set(came) == {"1", "2"}


def test_a_miss_is_a_field_that_was_asked_for_and_answered_with_nothing(played):
    people = [Person("mail"), Person("none"), Person("failed")]
    results = [{"id": "mail", "emails": [{"email": "a@one.test"}]}, {"id": "none"}, {"id": "failed", "error": "X"}]
    told = Lusha(played({"results": results})).enrich(people, ["email"])
    assert told.lacking == {("none", "email")}


def test_running_out_of_credits_midway_keeps_what_came_and_says_why_the_rest_did_not(played):
    found = {"id": "1", "emails": [{"email": "a@one.test"}]}
    lusha = Lusha(played({"status": "PARTIAL_OUT_OF_CREDITS", "results": [found]}))
    told = lusha.enrich([Person("1"), Person("2")], ["email"])
    assert [(one.provider_id, one.error) for one in told.people] == [("1", None), ("2", "OUT_OF_CREDITS")]
    assert (told.unserved, isinstance(told.refused, QuotaSpent)) == ({"2"}, True)
    with pytest.raises(QuotaSpent):
        Lusha(played({"status": "OUT_OF_CREDITS", "results": []})).enrich([Person("1")], ["email"])


def test_running_out_of_credits_ends_nothing_that_another_call_brought(played):
    """The fields asked for differ, so there are two calls; the second finds the account empty, in either way."""
    people = [Person("both", reveal_costs={"email": 1, "phone": 5}), Person("mail", reveal_costs={"email": 1})]
    paid = {"results": [{"id": "both", "emails": [{"email": "a@one.test"}]}], "billing": {"creditsCharged": 1}}
    for empty in ({"status": "OUT_OF_CREDITS", "results": []}, Answer(402, {}, b"{}")):
        told = Lusha(played(paid, empty)).enrich(people, ["email", "phone"])
        assert {one.provider_id: one.email for one in told.people} == {"both": "a@one.test"}
        assert (told.credits, told.pending, told.unserved) == (1, None, {"mail"})
        assert isinstance(told.refused, QuotaSpent)
        assert {name for name, _ in told.lacking} == {"both"}, "who was not served is no miss"


@pytest.mark.parametrize(
    "end", [{"status": "OUT_OF_CREDITS", "results": []}, Answer(402, {}, b"{}"), Answer(404, {}, b"{}")]
)
def test_what_came_stays_when_the_job_for_the_rest_comes_to_nothing(played, end):
    running = {"id": "j", "status": "running"}
    mail = [{"email": "a@one.test"}]
    send = played({"status": "partial", "results": [{"id": "1", "emails": mail}], "job": running}, end)
    first = Lusha(send).enrich([Person("1"), Person("2")], ["email"])
    told = Lusha(send).collect(json.loads(json.dumps(first.pending)))
    assert {one.provider_id: one.email for one in told.people} == {"1": "a@one.test"}
    refused = end != Answer(404, {}, b"{}")
    assert ("2" in told.unserved, bool(told.refused)) == (refused, refused)
    nothing = played({"status": "partial", "results": [], "job": running}, end)
    first = Lusha(nothing).enrich([Person("1"), Person("2")], ["email"])
    with pytest.raises((QuotaSpent, NotFound)):
        Lusha(nothing).collect(first.pending)


def test_only_who_was_asked_for_counts_as_not_served(played):
    found = {"id": "1", "emails": [{"email": "a@one.test"}]}
    body = {"status": "PARTIAL_OUT_OF_CREDITS", "results": [found, {"id": "stranger", "error": "OUT_OF_CREDITS"}]}
    told = Lusha(played(body)).enrich([Person("1")], ["email"])
    assert (told.unserved, told.refused) == (frozenset(), None)


def test_who_was_refused_is_remembered_while_others_are_looked_for_in_the_background(played):
    people = [Person("both", reveal_costs={"email": 1, "phone": 5}), Person("mail", reveal_costs={"email": 1})]
    running, done = {"id": "j", "status": "running"}, {"id": "j", "status": "completed"}
    mail = [{"email": "a@one.test"}]
    send = played(
        {"results": [], "job": running},
        Answer(402, {}, b"{}"),
        {"results": [{"id": "both", "emails": mail}], "job": done},
    )
    first = Lusha(send).enrich(people, ["email", "phone"])
    told = Lusha(send).collect(json.loads(json.dumps(first.pending)))
    assert ([one.email for one in told.people], told.unserved) == (["a@one.test"], {"mail"})


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'{"results":', b"\xff\xfe", b"[" * 100_000])
def test_an_answer_that_is_no_object_breaks_the_contract(played, body):
    with pytest.raises(ContractBroken):
        Lusha(played(body)).search(Filters(), None, 25)


def test_a_busy_catalogue_is_waited_for_rather_than_searching_for_something_else(played):
    send = played(Answer(503, {"retry-after": "7"}, b""))
    with pytest.raises(ProviderBusy) as busy:
        Lusha(send).search(Filters(industries=("Software",)), None, 25)
    assert busy.value.retry_after == 7
    assert [call.operation for call in send.calls] == ["vocabulary"]


def test_a_vocabulary_is_fetched_once(played):
    kept: dict[str, object] = {}

    def cached(key, fetch):
        if key not in kept:
            kept[key] = fetch()
        return kept[key]

    send = played({"values": [{"main_industry": "Energy", "main_industry_id": 3, "sub_industries": []}]})
    for _ in range(3):
        assert Lusha(send, cached=cached).vocabulary("industries", "ener") == (("Energy", "Energy"),)
    assert len(send.calls) == 1


def test_a_list_that_needs_a_query_is_not_asked_without_one(played):
    send = played({"values": [{"city": "Berlin", "country": "Germany"}]})
    assert Lusha(send).vocabulary("locations", "b") == ()
    assert Lusha(send).vocabulary("locations", "ber") == (("Berlin, Germany", "Berlin, Germany"),)
    assert send.calls[0].query == {"query": "ber"}
