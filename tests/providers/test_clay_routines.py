"""Clay's functions: started once, asked until finished, read whatever their columns are called."""

from __future__ import annotations

import pytest

from reachly.providers.clay import Clay
from reachly.providers.clay.readers import email_in, phone_in
from reachly.providers.clay.routines import LONGEST, item_of
from reachly.providers.failures import ContractBroken, QuotaSpent
from reachly.providers.values import Answer, Person

ADA = Person("linkedin.com/in/ada-sim", linkedin_url="https://www.linkedin.com/in/ada-sim")
BOB = Person("bob|simco", full_name="Bob")
ROUTINES = {"email": "function:t_mail", "phone": "function:t_phone"}
RUNNING = Answer(202, {}, b'{"routine_run_id":"r","status":"in_progress","finished":0,"total":1}')


def results(*rows: dict, status: str = "complete", **more: object) -> dict:
    return {"routine_run_id": "r", "status": status, "finished": 1, "total": 1, "data": list(rows), **more}


def row(one: Person, **result: str) -> dict:
    return {"id": item_of(one.provider_id), "status": "complete", "result": result}


def started(run: str) -> Answer:
    return Answer(202, {}, b'{"routine_run_id":"%s","status":"in_progress"}' % run.encode())


def test_the_documented_run_gives_the_work_email(played, contract, clay_request):
    sample = contract("clay.samples.json")["constructed"]
    done = sample["routine_results_200"]
    done["data"][0]["id"] = item_of(ADA.provider_id)
    send = played(sample["routine_run"]["response_202"], sample["routine_results_202"], done)
    clay = Clay(send, routine_ids=ROUTINES, webhook_id="wh_abc123")
    first = clay.enrich([ADA, BOB], ["email"])
    assert send.calls[0].path == "/routines/function%3At_mail/run"
    assert send.calls[0].repeat == "never"
    assert send.calls[0].json == {
        "items": [{"id": item_of(ADA.provider_id), "inputs": {"Social Profile URL": ADA.linkedin_url}}],
        "webhook_id": "wh_abc123",
    }
    assert first.wait > 0
    second = clay.collect(first.pending)
    assert (second.people, second.pending["waited"]) == ((), 2)
    third = clay.collect(second.pending)
    assert third.people == (Person(ADA.provider_id, email="ada@simco.test", email_type="work"),)
    assert third.pending is None
    for call in send.calls:
        clay_request(call)


def test_each_step_starts_at_most_one_run(played):
    mail, phone = results(row(ADA, Email="ada@simco.test")), results(row(ADA, **{"Mobile Phone": "+1 202-555-0100"}))
    send = played(started("r1"), started("r2"), mail, phone)
    clay = Clay(send, routine_ids=ROUTINES)
    first = clay.enrich([ADA], ["email", "phone"])
    assert (len(send.calls), first.wait, first.pending["todo"]) == (1, 0, ["phone"])
    second = clay.collect(first.pending)
    assert (len(send.calls), send.calls[1].path) == (2, "/routines/function%3At_phone/run")
    (found,) = clay.collect(second.pending).people
    assert (found.email, found.phone, found.phone_type) == ("ada@simco.test", "+1 202-555-0100", "mobile")


def test_nobody_is_asked_for_without_a_function_or_an_input(played):
    send = played({})
    assert Clay(send, routine_ids=ROUTINES).enrich([BOB], ["email"]).pending is None
    assert Clay(send, routine_ids={"email": ""}).enrich([ADA], ["email"]).pending is None
    assert send.calls == []


def test_results_over_several_pages_are_put_together(played):
    people = [Person(str(n), linkedin_url=f"https://linkedin.com/in/{n}") for n in range(3)]
    pages = [results(row(one, Email=f"p{one.provider_id}@x.test"), cursor="c" + one.provider_id) for one in people]
    del pages[-1]["cursor"]
    send = played(started("r1"), *pages)
    clay = Clay(send, routine_ids=ROUTINES)
    found = clay.collect(clay.enrich(people, ["email"]).pending).people
    assert [one.email for one in found] == ["p0@x.test", "p1@x.test", "p2@x.test"]
    assert [call.query.get("cursor") for call in send.calls[1:]] == [None, "c0", "c1"]


@pytest.mark.parametrize(
    ("answered", "error"),
    [
        ({"status": "failed", "error": {"message": "No profile"}}, "No profile"),
        ({"status": "failed"}, "ROUTINE_FAILED"),
        ({"status": "skipped_by_moderation", "result": {"Email": "a@b.test"}}, "ROUTINE_FAILED"),
        (None, "ROUTINE_FAILED"),
    ],
)
def test_an_item_that_is_not_complete_is_an_error_never_a_success(played, answered, error):
    rows = [] if answered is None else [{"id": item_of(ADA.provider_id), **answered}]
    send = played(started("r1"), results(*rows, status="some_new_state"))
    clay = Clay(send, routine_ids=ROUTINES)
    assert clay.collect(clay.enrich([ADA], ["email"]).pending).people == (Person(ADA.provider_id, error=error),)


def test_a_complete_item_without_a_value_was_not_found(played):
    clay = Clay(played(started("r1"), results(row(ADA, Email=""))), routine_ids=ROUTINES)
    assert clay.collect(clay.enrich([ADA], ["email"]).pending).people == ()


def test_a_run_that_never_ends_is_given_up(played):
    clay = Clay(played(started("r1"), RUNNING), routine_ids=ROUTINES)
    current, polls = clay.enrich([ADA], ["email"]), 0
    while current.pending:
        current, polls = clay.collect(current.pending), polls + 1
        assert polls < LONGEST
    assert current.people == (Person(ADA.provider_id, error="TIMED_OUT"),)
    assert polls < 80


def test_refusals_have_their_meaning_and_a_run_without_id_is_no_run(played):
    with pytest.raises(QuotaSpent):
        Clay(played(Answer(402, {}, b'{"message":"Out of credits"}')), routine_ids=ROUTINES).enrich([ADA], ["email"])
    with pytest.raises(ContractBroken):
        Clay(played({"status": "in_progress"}), routine_ids=ROUTINES).enrich([ADA], ["email"])


def test_values_are_found_under_every_usual_column_title():
    for title in ("Work Email", "work_email", "workEmail", "Email", "EMAIL", "Final Email"):
        assert email_in({"Other": 1, title: " a@b.test "}) == "a@b.test"
    assert email_in({"Work Email": {"value": "a@b.test"}}) == "a@b.test"
    assert email_in({"Work Email": "no match found", "Email": "a@b.test"}) == "a@b.test"
    assert email_in({"Work Email": "none"}) is None
    assert phone_in({"Mobile Phone": ["+1 202-555-0100"]}) == "+1 202-555-0100"
    assert phone_in({"Mobile Phone": "No result"}) is None
