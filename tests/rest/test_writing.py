"""POST, PATCH and DELETE: what the owner of a row may, what nobody may, and what a write answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Program, person_of
from tests.planted import as_owner
from tests.rest.conftest import lead_of

BACK = {"Prefer": "return=representation"}


def made(program: Program, name: str = "Targets") -> dict[str, Any]:
    answer = program.post("/rest/v1/lists", {"name": name}, headers=BACK)
    assert answer.status_code == 201, answer.text
    return answer.get_json()[0]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def test_a_list_is_made_changed_and_put_away(alice: Program, bob: Program) -> None:
    one = made(alice)
    person = person_of(alice)
    assert (one["owner_id"], one["workspace_id"]) == (str(person.user_id), str(person.workspace_id))
    path = f"/rest/v1/lists?id=eq.{one['id']}"
    for theirs in (bob.ask("PATCH", path, json={"name": "Mine"}, headers=BACK), bob.delete(path, headers=BACK)):
        assert (theirs.status_code, theirs.get_json()) == (200, [])
    changed = alice.ask("PATCH", f"{path}&select=name", json={"name": "Others"}, headers=BACK)
    assert (changed.status_code, changed.get_json(), changed.headers["Content-Range"]) == (
        200,
        [{"name": "Others"}],
        "0-0/*",
    )
    silent = alice.ask("PATCH", path, json={"description": "x"})
    assert (silent.status_code, silent.data) == (204, b"")
    assert alice.ask("PATCH", path, json={}).status_code == 204
    assert alice.delete(path).status_code == 204
    assert alice.get(path).get_json() == []
    assert as_owner("SELECT deleted_at IS NOT NULL FROM lists WHERE id = %s", (one["id"],)) == [(True,)]


def test_people_are_put_on_a_list_with_note_and_tags(alice: Program, firm: Callable[..., Any]) -> None:
    one, staff = made(alice), firm("Listed")["people"]
    lead_of(alice, staff[0])
    rows = [{"list_id": one["id"], "contact_id": contact, "tags": ["hot"]} for contact in staff[:2]]
    assert alice.post("/rest/v1/list_contacts", rows).status_code == 201
    told = alice.get(
        f"/rest/v1/lists?select=name,contacts(id,organizations(name)),list_contacts(tags)&id=eq.{one['id']}"
    )
    [seen] = told.get_json()
    assert sorted(each["id"] for each in seen["contacts"]) == staff[:2]
    assert seen["list_contacts"] == [{"tags": ["hot"]}] * 2
    assert code(alice.post("/rest/v1/list_contacts", rows[0])) == (409, "23505")
    merge = {"Prefer": "return=representation,resolution=merge-duplicates"}
    more = [rows[0] | {"note": "called"}, {"list_id": one["id"], "contact_id": staff[2], "tags": [], "note": "new"}]
    merged = alice.post("/rest/v1/list_contacts?select=note", more, headers=merge)
    assert (merged.status_code, [row["note"] for row in merged.get_json()]) == (201, ["called", "new"])
    kept = {"Prefer": "return=representation,resolution=ignore-duplicates"}
    assert alice.post("/rest/v1/list_contacts?on_conflict=list_id,contact_id", rows, headers=kept).get_json() == []
    gone = alice.delete(
        f"/rest/v1/list_contacts?tags=cs.{{hot}}&list_id=eq.{one['id']}", headers={"Prefer": "count=exact"}
    )
    assert (gone.status_code, gone.headers["Content-Range"]) == (204, "0-1/2")
    assert code(alice.post("/rest/v1/list_contacts", rows[0] | {"list_id": str(uuid4())}))[0] == 403


def test_another_workspaces_list_is_as_if_it_were_not_there(alice: Program, bob: Program, firm: Any) -> None:
    contact = firm("Foreign")["people"][0]
    lead_of(bob, contact)
    theirs, never = made(alice)["id"], str(uuid4())
    answers = [bob.post("/rest/v1/list_contacts", {"list_id": one, "contact_id": contact}) for one in (theirs, never)]
    assert answers[0].status_code == answers[1].status_code >= 400
    assert answers[0].text.replace(theirs, never) == answers[1].text


def test_people_and_companies_are_hidden_and_shown_again(alice: Program, bob: Program, firm: Any) -> None:
    acme = firm("Hideous")
    row = {"contact_id": acme["people"][0], "reason": "rude"}
    where = alice.post("/rest/v1/hidden_contacts", row, headers={"Prefer": "return=headers-only"})
    assert (where.status_code, where.data) == (201, b"")
    assert f"contact_id=eq.{acme['people'][0]}" in where.headers["Location"]
    [told] = alice.get(f"{where.headers['Location']}&select=reason,name,contacts(id)").get_json()
    assert (told["reason"], told["name"].split()[-1], told["contacts"]) == ("rude", "Hideous", None)
    assert bob.get("/rest/v1/hidden_contacts").get_json() == []
    company = alice.post("/rest/v1/hidden_companies", {"organization_id": acme["id"]}, headers=BACK).get_json()[0]
    assert alice.delete(f"/rest/v1/hidden_companies?id=eq.{company['id']}", headers=BACK).get_json() == [company]
    theirs, never = firm("Private")["people"][0], str(uuid4())
    as_owner("UPDATE contacts SET private_to = %s WHERE id = %s", (person_of(bob).workspace_id, theirs))
    told = [alice.post("/rest/v1/hidden_contacts", {"contact_id": each}) for each in (theirs, never)]
    assert code(told[0]) == (400, "44000")
    assert told[0].get_json() | {"details": None} == told[1].get_json() | {"details": None}
    assert alice.get(f"/rest/v1/contacts?id=eq.{theirs}").get_json() == []
    assert len(bob.get(f"/rest/v1/contacts?id=eq.{theirs}").get_json()) == 1


def test_whoever_is_put_on_a_list_is_a_lead_from_then_on(alice: Program, bob: Program, firm: Any) -> None:
    one, staff = made(alice), firm("Catalogue")["people"]
    body = {"list_id": one["id"], "contact_id": staff[0]}
    assert code(bob.post("/rest/v1/list_contacts", body))[0] == 403
    assert alice.post("/rest/v1/list_contacts", body).status_code == 201
    assert [lead["source"] for lead in alice.get("/api/leads").get_json()["data"]] == ["catalogue"]
    assert bob.get("/api/leads").get_json()["data"] == []
    for wrong in ("no-uuid", None, 7):
        assert code(alice.post("/rest/v1/list_contacts", body | {"contact_id": wrong}))[0] == 400


def test_what_is_granted_to_nobody_is_refused(alice: Program, firm: Any) -> None:
    acme, me = firm("Sealed"), f"/rest/v1/users?id=eq.{(alice.user or {})['id']}"
    assert alice.ask("PATCH", f"{me}&select=name", json={"name": "Alma"}, headers=BACK).get_json() == [{"name": "Alma"}]
    for body in ({"plan_id": "pro"}, {"credits": 9}, {"role": "admin"}, {"email": "x@y.example"}):
        assert code(alice.ask("PATCH", me, json=body)) == (403, "42501")
    assert code(alice.ask("PATCH", me, json={"name": ""})) == (400, "23514")
    assert code(alice.ask("PATCH", me, json={"shoe_size": 1})) == (400, "PGRST204")
    assert code(alice.delete(me)) == (403, "42501")
    for table in ("contacts", "organizations", "transactions", "credit_purchases", "email_finder_logs", "plans"):
        assert code(alice.post(f"/rest/v1/{table}", {"id": str(uuid4())})) == (403, "42501"), table
        assert code(alice.delete(f"/rest/v1/{table}?id=eq.{acme['people'][0]}")) == (403, "42501"), table
    assert code(alice.post("/rest/v1/lists", {"id": str(uuid4()), "name": "x"})) == (403, "42501")
    assert code(alice.post("/rest/v1/lists", {"workspace_id": str(uuid4()), "name": "x"})) == (403, "42501")


def test_who_only_looks_cannot_write(alice: Program) -> None:
    one, person = made(alice), person_of(alice)
    as_owner("UPDATE memberships SET role = 'viewer' WHERE user_id = %s", (person.user_id,))
    assert code(alice.post("/rest/v1/lists", {"name": "x"})) == (403, "42501")
    for verb in ("PATCH", "DELETE"):
        assert code(alice.ask(verb, f"/rest/v1/lists?id=eq.{one['id']}", json={"name": "x"})) == (403, "42501")
    assert alice.get(f"/rest/v1/lists?id=eq.{one['id']}&select=name").get_json() == [{"name": "Targets"}]


def test_a_write_without_a_condition_touches_nothing(alice: Program) -> None:
    made(alice)
    assert code(alice.delete("/rest/v1/lists")) == (400, "21000")
    assert code(alice.ask("PATCH", "/rest/v1/lists", json={"name": "x"})) == (400, "21000")
    assert code(alice.delete("/rest/v1/lists?name=neq.x&limit=1")) == (400, "PGRST100")
    strict = {"Prefer": "handling=strict,max-affected=1"}
    made(alice)
    assert code(alice.delete("/rest/v1/lists?name=eq.Targets", headers=strict)) == (400, "PGRST124")
    single = BACK | {"Accept": "application/vnd.pgrst.object+json"}
    assert code(alice.ask("PATCH", "/rest/v1/lists?name=eq.Targets", json={"name": "x"}, headers=single))[0] == 406
    assert len(alice.get("/rest/v1/lists?name=eq.Targets").get_json()) == 2


def test_bodies_that_are_none_are_refused(alice: Program) -> None:
    for data in (b"", b"{", b"1", b"[1]", b"\xff", b"[" * 100_000, b'{"name": NaN}'):
        answer = alice.ask("POST", "/rest/v1/lists", data=data, content_type="application/json")
        assert answer.status_code == 400, data[:20]
        assert set(answer.get_json()) == {"code", "message", "details", "hint"}
    assert code(alice.ask("POST", "/rest/v1/lists", data=b"a,b", content_type="text/csv")) == (415, "PGRST107")
    assert code(alice.post("/rest/v1/lists", [{"name": "a"}, {"description": "b"}])) == (400, "PGRST102")
    assert code(alice.post("/rest/v1/lists", [{"name": "x"}] * 1001)) == (400, "PGRST100")
    assert code(alice.post("/rest/v1/lists", {"name": "a\0b"}))[0] == 400
    assert code(alice.post("/rest/v1/lists", {"name": "\ud800"}))[0] == 400
    assert code(alice.post("/rest/v1/lists", {"name": None})) == (400, "23502")
    assert code(alice.post("/rest/v1/lists", {})) == (400, "23502")
    assert alice.post("/rest/v1/lists", [], headers=BACK).get_json() == []
    mixed = [{"name": "a"}, {"name": "b", "description": "c"}]
    both = alice.post(
        "/rest/v1/lists?select=description", mixed, headers={"Prefer": "return=representation,missing=default"}
    )
    assert sorted(row["description"] for row in both.get_json()) == ["", "c"]


def test_a_key_that_may_only_read_cannot_write(alice: Program) -> None:
    from reachly import accounts

    key = accounts.create_key(person_of(alice), "Reports", ["read"]).secret
    reader = Program(alice.client, key)
    assert reader.get("/rest/v1/lists").status_code == 200
    assert code(reader.post("/rest/v1/lists", {"name": "x"})) == (403, "42501")


def test_profiles_are_kept_as_filters_or_as_arrays(alice: Program, bob: Program) -> None:
    made_one = alice.post(
        "/rest/v1/lead_filters", {"name": "Nordics", "industries": ["Software"], "keywords": []}, headers=BACK
    )
    assert made_one.status_code == 201, made_one.text
    [row] = made_one.get_json()
    assert (row["name"], row["industries"], row["keywords"]) == ("Nordics", ["Software"], [])
    path = f"/rest/v1/lead_filters?id=eq.{row['id']}"
    [same] = alice.get(f"/rest/v1/icp_profiles?id=eq.{row['id']}&select=name,filters,users(name)").get_json()
    assert same == {"name": "Nordics", "filters": {"industries": ["Software"]}, "users": {"name": "Alice"}}
    [changed] = alice.ask("PATCH", path, json={"locations": ["Norway"]}, headers=BACK).get_json()
    assert (changed["industries"], changed["locations"]) == (["Software"], ["Norway"])
    assert code(alice.ask("PATCH", path, json={"industries": [], "locations": []})) == (400, "23514")
    assert alice.get("/rest/v1/lead_filters?industries=cs.{Software}&select=name").get_json() == [{"name": "Nordics"}]
    assert bob.get(path).get_json() == []
    assert bob.ask("PATCH", path, json={"name": "x"}, headers=BACK).get_json() == []
    assert bob.delete(path, headers=BACK).get_json() == []
    profile = {"name": "South", "filters": {"locations": ["Spain"]}}
    [other] = alice.post("/rest/v1/icp_profiles", profile, headers=BACK).get_json()
    assert other["filters"] == profile["filters"]
    assert code(alice.post("/rest/v1/icp_profiles", profile | {"filters": {"shoe_size": ["9"]}})) == (400, "23514")
    assert code(alice.post("/rest/v1/icp_profiles", profile | {"schedule": "daily"})) == (403, "42501")
    assert alice.delete(f"/rest/v1/icp_profiles?id=eq.{other['id']}").status_code == 204
    assert alice.delete(path).status_code == 204
    assert alice.get("/rest/v1/lead_filters").get_json() == alice.get("/rest/v1/icp_profiles").get_json() == []
    person = person_of(alice)
    as_owner("UPDATE memberships SET role = 'viewer' WHERE user_id = %s", (person.user_id,))
    assert code(alice.post("/rest/v1/lead_filters", {"name": "x"})) == (403, "42501")


@pytest.mark.parametrize("name", ["", "  ", "\u200b\u00a0", "a\x07b", "two\nlines", "\x9b"])
def test_names_and_notes_that_nobody_can_read_are_refused_in_words(alice: Program, firm: Any, name: str) -> None:
    one, contact = made(alice)["id"], firm(f"Named{uuid4()}")["people"][0]
    writes = [
        ("POST", "/rest/v1/lists", {"name": name}),
        ("PATCH", f"/rest/v1/lists?id=eq.{one}", {"name": name}),
        ("PATCH", f"/rest/v1/users?id=eq.{person_of(alice).user_id}", {"name": name}),
        ("POST", "/rest/v1/lead_filters", {"name": name, "industries": ["Software"]}),
        ("POST", "/rest/v1/list_contacts", {"list_id": one, "contact_id": contact, "tags": ["good", name]}),
    ]
    if name in ("a\x07b", "\x9b"):
        writes += [
            ("POST", "/rest/v1/list_contacts", {"list_id": one, "contact_id": contact, "note": name}),
            ("PATCH", f"/rest/v1/lists?id=eq.{one}", {"description": name}),
            ("POST", "/rest/v1/hidden_contacts", {"contact_id": contact, "reason": name}),
            ("POST", "/rest/v1/hidden_companies", {"domain": "x.example", "name": name}),
        ]
    for method, path, body in writes:
        refused = alice.ask(method, path, json=body)
        assert code(refused) == (400, "23514"), (path, refused.text)
        if name:
            assert refused.get_json()["message"].endswith("is blank, or has characters that nobody sees")
    fine = {"name": "Łódź – 李 🎉 O’Neil", "description": "two\nlines\tand more"}
    assert alice.ask("PATCH", f"/rest/v1/lists?id=eq.{one}", json=fine).status_code == 204


def test_whom_the_workspace_hides_is_gone_from_its_tables(alice: Program, bob: Program, firm: Any) -> None:
    one, other = firm("Hides"), firm("Stays", people=1)
    shown = "/rest/v1/contacts?select=id&order=id&last_name=in.(Hides,Stays)"
    everybody = sorted(one["people"] + other["people"])
    assert [row["id"] for row in alice.get(shown).get_json()] == everybody
    as_owner(
        "INSERT INTO employment_history (contact_id, company_name, source) VALUES (%s, 'Before', 'lusha')",
        (one["people"][0],),
    )
    worked = "/rest/v1/employment_history?company_name=eq.Before&select=company_name"
    assert len(alice.get(worked).get_json()) == 1
    assert alice.post("/rest/v1/hidden_contacts", {"contact_id": one["people"][0]}).status_code == 201
    assert [row["id"] for row in alice.get(shown).get_json()] == sorted(one["people"][1:] + other["people"])
    assert alice.get(worked).get_json() == []
    assert alice.post("/rest/v1/hidden_companies", {"organization_id": one["id"]}).status_code == 201
    assert [row["id"] for row in alice.get(shown).get_json()] == other["people"]
    told = alice.get(f"/rest/v1/organizations?select=name,contacts(id)&id=eq.{one['id']}").get_json()
    assert told == [{"name": "Hides", "contacts": []}]
    assert [row["id"] for row in bob.get(shown).get_json()] == everybody
    assert alice.delete(f"/rest/v1/hidden_companies?organization_id=eq.{one['id']}").status_code == 204
    assert [row["id"] for row in alice.get(shown).get_json()] == sorted(one["people"][1:] + other["people"])
    below = f"{uuid4().hex}.example"
    as_owner("UPDATE organizations SET domain = 'eu.' || %s, name_key = NULL WHERE id = %s", (below, other["id"]))
    assert alice.post("/rest/v1/hidden_companies", {"domain": below}).status_code == 201
    assert [row["id"] for row in alice.get(shown).get_json()] == sorted(one["people"][1:])
