"""What a column cannot hold is refused in words, and what a list's workspace keeps to itself no guest sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from reachly import lists
from tests.api.conftest import Program, person_of
from tests.planted import as_owner
from tests.rest.conftest import lead_of
from tests.rest.test_writing import made

PROFILE = {"name": "VPs", "filters": {"seniorities": ["vp"]}, "lead_limit": 1}


def shared_list(alice: Program, guest: Program, people: list[str], role: str = "editor") -> str:
    """A list of Alice's with these people on it, shared with the guest."""
    one, host = made(alice)["id"], person_of(alice)
    for contact in people:
        lead_of(alice, contact)
    rows = [{"list_id": one, "contact_id": contact, "note": f"on {contact}"} for contact in people]
    assert alice.post("/rest/v1/list_contacts", rows).status_code == 201
    as_owner(
        "INSERT INTO list_members (workspace_id, list_id, user_id, role, invited_by) VALUES (%s, %s, %s, %s, %s)",
        (str(host.workspace_id), one, str(person_of(guest).user_id), role, str(host.user_id)),
    )
    return str(one)


@pytest.mark.parametrize(
    "given",
    [
        {"reveal": [["email"], ["phone"]]},
        {"reveal": ["email", None]},
        {"sources": [["lusha"], ["clay"]]},
        {"sources": [None]},
        {"sources": "[5:5]={lusha}"},
    ],
    ids=str,
)
def test_a_profiles_lists_are_lists_of_texts(alice: Program, given: dict[str, Any]) -> None:
    made_one = alice.post("/rest/v1/icp_profiles", PROFILE | given)
    assert made_one.status_code == 400, made_one.text
    alice.post("/rest/v1/icp_profiles", PROFILE)
    changed = alice.ask("PATCH", "/rest/v1/icp_profiles?name=eq.VPs", json=given)
    assert (changed.status_code, changed.get_json()["code"]) == (400, "23514")
    assert alice.get("/api/icp-profiles").status_code == 200


def test_a_filters_lists_are_lists_of_texts(alice: Program) -> None:
    for value in ([["a"], ["b"]], [None]):
        answer = alice.post("/rest/v1/lead_filters", {"name": "Nested", "industries": value})
        assert answer.status_code == 400, answer.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tags": [["a"], ["b"]]}, "tags is one list of texts"),
        ({"tags": ["a", None]}, "tags"),
        ({"position": "NaN"}, "position is a number"),
        ({"position": "Infinity"}, "position is a number"),
        ({"position": "-Infinity"}, "position is a number"),
        ({"position": 1e301}, "position is a number"),
    ],
    ids=str,
)
def test_a_guest_cannot_break_a_list(
    alice: Program, bob: Program, firm: Callable[..., Any], given: dict[str, Any], words: str
) -> None:
    one = shared_list(alice, bob, firm(f"Broken {uuid4()}")["people"])
    refused = bob.ask("PATCH", f"/rest/v1/list_contacts?list_id=eq.{one}", json=given)
    assert refused.status_code == 400, refused.text
    assert words in refused.get_json()["message"]
    assert alice.get(f"/api/lists/{one}/leads").status_code == 200


def test_a_guest_sees_nobody_whom_the_workspace_hides_or_deleted(
    alice: Program, bob: Program, firm: Callable[..., Any]
) -> None:
    hidden, deleted, seen = firm("Kept apart")["people"]
    one = shared_list(alice, bob, [hidden, deleted, seen])
    assert alice.post("/rest/v1/hidden_contacts", {"contact_id": hidden}).status_code == 201
    place = str(person_of(alice).workspace_id)
    as_owner("UPDATE leads SET deleted_at = now() WHERE workspace_id = %s AND contact_id = %s", (place, deleted))
    told = bob.get(f"/rest/v1/list_contacts?list_id=eq.{one}&select=note,contact_id,contacts(first_name)").get_json()
    assert [row["contact_id"] for row in told] == [seen]
    within = bob.get(f"/rest/v1/lists?id=eq.{one}&select=contacts(id),list_contacts(note)").get_json()
    assert within == [{"contacts": [{"id": seen}], "list_contacts": [{"note": f"on {seen}"}]}]
    back = {"Prefer": "return=representation"}
    changed = bob.ask("PATCH", f"/rest/v1/list_contacts?list_id=eq.{one}", json={"note": "mine"}, headers=back)
    assert [row["contact_id"] for row in changed.get_json()] == [seen]
    kept = as_owner("SELECT count(*) FROM list_contacts WHERE list_id = %s AND note = 'mine'", (one,))
    assert kept == [(1,)]


def test_behind_the_farthest_place_there_is_another(alice: Program, bob: Program, firm: Callable[..., Any]) -> None:
    first, second, third = firm(f"Far {uuid4()}")["people"]
    one = shared_list(alice, bob, [first, second])
    far = bob.ask("PATCH", f"/rest/v1/list_contacts?list_id=eq.{one}&contact_id=eq.{first}", json={"position": 1e300})
    assert far.status_code == 204, far.text
    person = person_of(alice)
    assert lists.add(person.workspace_id, person.user_id, one, [third])
    lists.move(person.workspace_id, person.user_id, one, second, "bottom")
    told = alice.get(f"/rest/v1/list_contacts?list_id=eq.{one}&order=position,contact_id&select=contact_id").get_json()
    assert told[-1]["contact_id"] == second
