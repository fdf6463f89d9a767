"""GET in PostgREST's dialect: columns, related rows, filters, order, pages, counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Program
from tests.rest.conftest import lead_of


def rows(program: Program, path: str, **headers: str) -> Any:
    answer = program.get(f"/rest/v1/{path}", headers=headers)
    assert answer.status_code in (200, 206), answer.text
    return answer.get_json()


@pytest.fixture
def acme(firm: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return firm("Acme" + uuid4().hex[:8])


def test_columns_come_under_their_names_and_in_their_order(alice: Program, acme: dict[str, Any]) -> None:
    one = f"contacts?id=eq.{acme['people'][0]}"
    assert list(rows(alice, f"{one}&select=last_name,given:first_name,id")[0]) == ["last_name", "given", "id"]
    whole = rows(alice, one)[0]
    assert whole["organization_id"] == acme["id"]
    assert (whole["email"], whole["phone"]) == (None, None)
    assert "provenance" not in whole
    assert rows(alice, f"{one}&select=id::text,year:created_at::date")[0]["year"].count("-") == 2


def test_what_was_paid_for_is_shown_to_who_paid(alice: Program, bob: Program, acme: dict[str, Any]) -> None:
    lead_of(alice, acme["people"][0], email="ada@firm.example")
    path = f"contacts?id=eq.{acme['people'][0]}&select=email"
    assert rows(alice, path) == [{"email": "ada@firm.example"}]
    assert rows(bob, path) == [{"email": None}]
    assert rows(bob, f"contacts?id=eq.{acme['people'][0]}&email=not.is.null") == []


def test_related_rows_come_inside(alice: Program, acme: dict[str, Any]) -> None:
    [person] = rows(alice, f"contacts?id=eq.{acme['people'][0]}&select=id,first_name,organizations(name,website)")
    assert person["organizations"]["website"].startswith("https://acme")
    [company] = rows(alice, f"organizations?id=eq.{acme['id']}&select=name,staff:contacts(id)&staff.order=id.desc")
    assert [each["id"] for each in company["staff"]] == sorted(acme["people"], reverse=True)
    second = "contacts.limit=1&contacts.offset=1&contacts.order=id"
    path = f"organizations?id=eq.{acme['id']}&select=name,contacts(id)&{second}"
    assert rows(alice, path)[0]["contacts"] == [{"id": acme["people"][1]}]
    assert rows(alice, f"contacts?id=eq.{acme['people'][0]}&select=org:organization_id(name)")[0]["org"]["name"]
    deep = f"contacts?id=eq.{acme['people'][0]}&select=organizations(contacts(id,organizations(id)))"
    assert rows(alice, deep)[0]["organizations"]["contacts"][0]["organizations"] == {"id": acme["id"]}


def test_conditions_on_related_rows_narrow_them_or_with_inner_the_rows_around(alice: Program, firm: Any) -> None:
    mark = uuid4().hex[:8]
    steel, wood = firm(f"S{mark}", "Steel"), firm(f"W{mark}", "Wood")
    both = f"id=in.({steel['people'][0]},{wood['people'][0]})"
    found = rows(alice, f"contacts?{both}&select=id,organizations(industry)&organizations.industry=eq.Steel")
    assert sorted(str(each["organizations"]) for each in found) == ["None", "{'industry': 'Steel'}"]
    path = f"contacts?{both}&select=id,organizations!inner(industry)&organizations.industry=eq.Steel"
    assert [each["id"] for each in rows(alice, path)] == [steel["people"][0]]
    counted = alice.get(f"/rest/v1/{path}", headers={"Prefer": "count=exact"})
    assert counted.headers["Content-Range"] == "0-0/1"
    without = (
        f"organizations?id=in.({steel['id']},{wood['id']})&select=id,contacts()&contacts.title=eq.no&contacts=is.null"
    )
    assert len(rows(alice, without)) == 2
    by_name = f"contacts?{both}&select=id,organizations(industry)&order=organizations(industry).desc"
    assert [each["organizations"]["industry"] for each in rows(alice, by_name)] == ["Wood", "Steel"]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("first_name=eq.First1", "1"),
        ("first_name=neq.First1", "23"),
        ("first_name=gt.First1", "23"),
        ("first_name=gte.First2", "23"),
        ("first_name=lt.First2", "1"),
        ("first_name=lte.First2", "12"),
        ("first_name=like.*t2", "2"),
        ("first_name=like.FIRST2", ""),
        ("first_name=ilike.FIRST2", "2"),
        ("first_name=not.ilike.*2", "13"),
        ('first_name=in.(First1,"First3")', "13"),
        ("first_name=not.in.(First1,First3)", "2"),
        ("first_name=in.()", ""),
        ("title=is.null", "13"),
        ("title=not.is.null", "2"),
        ("title=is.not_null", "2"),
        ("title=isdistinct.VP", "13"),
        ("suppressed=is.false", None),
        ("sample=is.false", "123"),
        ("first_name=eq(any).{First1,First2}", "12"),
        ("first_name=like(all).{First*,*2}", "2"),
        ("or=(first_name.eq.First1,title.eq.VP)", "12"),
        ('or=(first_name.eq."First1",and(title.is.null,not.or(first_name.eq.First1)))', "13"),
        ("and=(first_name.gt.First1,first_name.lt.First3)", "2"),
        ("not.and=(first_name.gt.First1,first_name.lt.First3)", "13"),
        ("or=(first_name.in.(First1,First2),title.not.is.null)", "12"),
        ("not.or=(title.is.null)", "2"),
        ("first_name=gt.First1&first_name=lt.First3", "2"),
    ],
)
def test_filters_find_what_they_mean(alice: Program, acme: Any, condition: str, found: str | None) -> None:
    answer = alice.get(
        f"/rest/v1/contacts?organization_id=eq.{acme['id']}&select=first_name&order=first_name&{condition}"
    )
    if found is None:
        assert (answer.status_code, answer.get_json()["code"]) == (400, "42703")
        return
    assert answer.status_code == 200, answer.text
    assert "".join(each["first_name"][-1] for each in answer.get_json()) == found


def test_arrays_and_json_can_be_looked_into(alice: Program, acme: Any) -> None:
    assert rows(
        alice, f"organizations?id=eq.{acme['id']}&provenance->name->>source=is.null&select=provenance->name"
    ) == [{"name": None}]
    assert rows(alice, "list_contacts?tags=cs.{hot}") == rows(alice, "list_contacts?tags=ov.{hot,cold}") == []


def test_pages_are_told_as_ranges(alice: Program, acme: Any) -> None:
    path = f"/rest/v1/contacts?organization_id=eq.{acme['id']}&select=id&order=id"

    def told(more: str = "", **headers: str) -> tuple[int, str, int]:
        answer = alice.get(path + more, headers={name.replace("_", "-"): value for name, value in headers.items()})
        body = answer.get_json()
        return answer.status_code, answer.headers.get("Content-Range"), len(body) if isinstance(body, list) else -1

    assert told() == (200, "0-2/*", 3)
    assert told(Prefer="count=exact") == (200, "0-2/3", 3)
    assert told("&limit=2", Prefer="count=exact") == (206, "0-1/3", 2)
    assert told("&limit=2&offset=2", Prefer="count=exact") == (206, "2-2/3", 1)
    assert told(Range="1-1", Range_Unit="items") == (200, "1-1/*", 1)
    assert told(Range="1-", Prefer="count=exact") == (206, "1-2/3", 2)
    assert told("&offset=3", Prefer="count=exact") == (206, "*/3", 0)
    assert told("&offset=4", Prefer="count=exact")[0] == 416
    assert told(Range="3-1")[0] == 416
    assert told("&limit=-1")[0] == 416
    assert told("&limit=0") == (200, "*/*", 0)
    assert told("&id=is.null", Prefer="count=exact") == (200, "*/0", 0)
    head = alice.ask("HEAD", path, headers={"Prefer": "count=exact"})
    assert (head.status_code, head.headers["Content-Range"], head.data) == (200, "0-2/3", b"")


def test_one_row_comes_as_an_object_or_not_at_all(alice: Program, acme: Any) -> None:
    kind = {"Accept": "application/vnd.pgrst.object+json"}
    one = alice.get(f"/rest/v1/organizations?id=eq.{acme['id']}&select=id", headers=kind)
    assert (one.get_json(force=True), one.mimetype) == ({"id": acme["id"]}, kind["Accept"])
    for condition, said in ((f"organization_id=eq.{acme['id']}", "2 rows"), (f"id=eq.{uuid4()}", "0 rows")):
        answer = alice.get(f"/rest/v1/contacts?{condition}", headers=kind)
        assert (answer.status_code, answer.get_json()["code"]) == (406, "PGRST116")
        assert said in answer.get_json()["details"]
    assert alice.get("/rest/v1/plans", headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("nothing", 404, "PGRST205"),
        ("sessions", 404, "PGRST205"),
        ("rpc/anything", 404, "PGRST202"),
        ("contacts?select=shoe_size", 400, "42703"),
        ("contacts?shoe_size=eq.1", 400, "42703"),
        ("contacts?order=shoe_size", 400, "42703"),
        ("contacts?select=transactions2(id)", 400, "PGRST200"),
        ("contacts?select=plans(id)", 400, "PGRST200"),
        ("contacts?plans.id=eq.1", 400, "PGRST108"),
        ("contacts?id=eq.no-uuid", 400, "22P02"),
        ("contacts?id=like.*a*", 404, "42883"),
        ("contacts?first_name=is.1", 400, "PGRST100"),
        ("contacts?first_name=sounds.like", 400, "PGRST100"),
        ("contacts?first_name=First1", 400, "PGRST100"),
        ("contacts?or=(first_name.eq.1", 400, "PGRST100"),
        ("contacts?or=first_name", 400, "PGRST100"),
        ("contacts?select=id,organizations(id", 400, "PGRST100"),
        ("contacts?select=a'b:id", 400, "PGRST100"),
        ("contacts?select=count()", 400, "PGRST123"),
        ("contacts?select=...organizations(name)", 400, "PGRST119"),
        ("contacts?select=id::regclass", 400, "PGRST100"),
        ("contacts?order=id.sideways", 400, "PGRST100"),
        ("organizations?select=id,contacts(id)&order=contacts(id)", 400, "PGRST118"),
        ("contacts?limit=many", 400, "PGRST100"),
        ("contacts?first_name=eq.a%00b", 400, "PGRST100"),
        ("contacts?id=in.(" + "a" * 9000 + ")", 400, "PGRST100"),
        ("contacts?" + "&".join(["first_name=eq.a"] * 51), 400, "PGRST100"),
        ("contacts?select=organizations(contacts(organizations(contacts(id))))", 400, "PGRST100"),
    ],
)
def test_what_cannot_be_read_is_refused_in_postgrests_words(alice: Program, path: str, status: int, code: str) -> None:
    answer = alice.get(f"/rest/v1/{path}")
    told = answer.get_json()
    assert (answer.status_code, told["code"]) == (status, code), told
    assert set(told) == {"code", "message", "details", "hint"}


def test_who_does_not_say_who_they_are_gets_nothing(stranger: Program, alice: Program) -> None:
    answer = stranger.get("/rest/v1/plans", headers={"apikey": alice.token})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "PGRST301")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert alice.get("/rest/v1/plans?apikey=anything", headers={"apikey": "anything"}).status_code == 200
    assert "RateLimit" in alice.get("/rest/v1/plans").headers
    assert alice.get("/rest/v1/").get_json()["code"] == "PGRST125"
    assert alice.ask("PUT", "/rest/v1/lists", json={}).get_json()["code"] == "PGRST117"
    assert alice.get("/rest/v1/plans", headers={"Accept-Profile": "private"}).get_json()["code"] == "PGRST106"


def test_everybody_sees_their_own_row_and_movements_alone(alice: Program, bob: Program) -> None:
    [me] = rows(alice, "users?select=id,email,name,role,plan_id,credits,plans(name)")
    assert alice.user is not None
    assert (me["id"], me["email"], me["credits"]) == (alice.user["id"], alice.user["email"], 100)
    assert me["plans"]["name"]
    [grant] = rows(alice, "transactions?select=id,type,credits")
    assert (grant["type"], grant["credits"]) == ("grant", 100)
    assert rows(bob, f"transactions?id=eq.{grant['id']}") == []
    assert rows(bob, f"users?id=eq.{me['id']}") == []
    for table in ("lists", "list_contacts", "credit_purchases", "email_finder_logs", "email_validation_logs"):
        assert rows(alice, table) == []


def test_one_answer_has_so_many_rows_and_takes_so_long(alice: Program, firm: Any, monkeypatch: Any) -> None:
    from reachly.settings import settings

    crowd = firm("Crowd" + uuid4().hex[:8], people=1100)
    answer = alice.get(f"/rest/v1/contacts?organization_id=eq.{crowd['id']}&select=id&limit=5000")
    assert len(answer.get_json()) == 1000
    assert len(rows(alice, f"organizations?id=eq.{crowd['id']}&select=contacts(id)")[0]["contacts"]) == 100
    assert len(rows(alice, f"organizations?id=eq.{crowd['id']}&select=contacts(id)&limit=1")[0]["contacts"]) == 1000
    monkeypatch.setattr(settings(), "rest_timeout", 0.001)
    slow = alice.get("/rest/v1/contacts?last_name=ilike.*c*r*o*w*d*&order=title", headers={"Prefer": "count=exact"})
    assert (slow.status_code, slow.get_json()["code"]) == (400, "57014")
