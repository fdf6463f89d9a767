"""What a program writes stands in the feed as what a person does, and is told to those who may know of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from reachly import actions
from tests.api.conftest import Program, person_of
from tests.conftest import Team
from tests.lists.kept import colleague
from tests.planted import as_owner
from tests.rest.test_writing import BACK, made


def test_what_a_program_writes_stands_in_the_feed_with_its_number(alice: Program, bob: Program, firm: Any) -> None:
    people = firm("Feedline", people=2)["people"]
    made = alice.post("/rest/v1/lists", {"name": "Autumn"}, headers={"Prefer": "return=representation"}).get_json()
    rows = [{"list_id": made[0]["id"], "contact_id": each, "position": 1} for each in people]
    assert alice.post("/rest/v1/list_contacts", rows).status_code == 201
    alice.ask("PATCH", f"/rest/v1/lists?id=eq.{uuid4()}", json={"name": "Nobody's"})
    alice.ask("PATCH", "/rest/v1/users?name=neq.x", json={"name": "Alice again"})
    alice.delete(f"/rest/v1/list_contacts?contact_id=eq.{people[0]}")
    told = alice.get("/api/activity?kind=rows").get_json()["data"]
    assert [(act["kind"], act["count"], act["data"]["table"]) for act in told] == [
        ("rows.delete", 1, "list_contacts"),
        ("rows.insert", 2, "list_contacts"),
        ("rows.insert", 1, "lists"),
    ]
    assert bob.get("/api/activity?kind=rows").get_json()["data"] == []


def test_what_a_program_does_with_a_list_of_its_own_is_told_to_nobody_else(alice: Program, firm: Any) -> None:
    people, me = firm("Quiet", people=2)["people"], person_of(alice)
    own, teams = (
        alice.post("/rest/v1/lists", {"name": "x", "visibility": seen}, headers=BACK).get_json()[0]["id"]
        for seen in ("personal", "team")
    )
    rows = [{"list_id": own, "contact_id": each, "position": 1} for each in people]
    rows.append({"list_id": teams, "contact_id": people[0], "position": 1})
    assert alice.post("/rest/v1/list_contacts", rows).status_code == 201
    noted = [
        (each.kind, each.count, each.data.get("personal"))
        for each in actions.feed(me.workspace_id, me.user_id, kinds=["rows"]).actions
    ]
    assert sorted(noted[:2], key=str) == [("rows.insert", 1, None), ("rows.insert", 2, True)]
    assert sorted(noted[2:], key=str) == [("rows.insert", 1, None), ("rows.insert", 1, True)]
    other = colleague(Team(me.workspace_id, me.user_id, me.email))
    for contact, many in ((None, [1, 1]), (people[0], [1]), (people[1], [])):
        page = actions.feed(me.workspace_id, other.user_id, kinds=["rows"], contact_id=contact)
        assert [each.count for each in page.actions] == many


def test_what_a_guest_changes_is_noted_without_whom_it_is_about(alice: Program, bob: Program, firm: Any) -> None:
    people, guest = firm("Guested", people=1)["people"], person_of(bob)
    one = made(alice)["id"]
    alice.post("/rest/v1/list_contacts", {"list_id": one, "contact_id": people[0], "position": 1})
    as_owner(
        "INSERT INTO list_members (workspace_id, list_id, user_id, role, invited_by) VALUES (%s, %s, %s, 'editor', %s)",
        (person_of(alice).workspace_id, one, guest.user_id, person_of(alice).user_id),
    )
    changed = bob.ask("PATCH", f"/rest/v1/list_contacts?list_id=eq.{one}", json={"note": "called"}, headers=BACK)
    assert [row["note"] for row in changed.get_json()] == ["called"]
    [act] = actions.feed(guest.workspace_id, guest.user_id, kinds=["rows"]).actions
    assert (act.kind, act.count, act.data) == ("rows.update", 1, {"table": "list_contacts", "personal": True})
    assert as_owner("SELECT count(*) FROM action_items WHERE action_id = %s", (act.id,)) == [(0,)]
