"""Programs hide people and companies, look who is hidden, and bring them back."""

from __future__ import annotations

from uuid import uuid4

import pytest


def _leads(program) -> list[dict]:
    return program.get("/api/leads").get_json()["data"]


def test_people_are_hidden_found_and_brought_back(alice, bob, deliver) -> None:
    deliver(3)
    first = _leads(alice)[0]
    done = alice.post("/api/hidden/contacts", {"lead_ids": [first["id"]], "reason": "A customer"})
    assert (done.status_code, done.get_json()["hidden"]) == (200, 1)
    assert len(_leads(alice)) == 2
    assert alice.get(f"/api/leads/{first['id']}").status_code == 404
    told = alice.get(f"/api/hidden/contacts?q={first['first_name']}&count=exact").get_json()
    [person] = told["data"]
    assert (person["lead_id"], person["reason"], person["by"], told["total"]) == (first["id"], "A customer", "Alice", 1)
    assert alice.get("/api/hidden/contacts?q=nobody").get_json()["data"] == []
    assert bob.get("/api/hidden/contacts").get_json()["data"] == []
    assert bob.delete(f"/api/hidden/contacts/{person['contact_id']}").status_code == 404
    assert alice.delete(f"/api/hidden/contacts/{person['contact_id']}").status_code == 204
    assert alice.delete(f"/api/hidden/contacts/{person['contact_id']}").status_code == 404
    assert len(_leads(alice)) == 3


def test_companies_are_hidden_by_domain_and_undone_by_their_act(alice, deliver) -> None:
    deliver(2)
    done = alice.post("/api/hidden/companies", {"domains": ["https://www.firm.example/about", "Other.example"]})
    assert done.get_json()["hidden"] == 2
    assert _leads(alice) == []
    told = alice.get("/api/hidden/companies?q=firm").get_json()["data"]
    assert [(one["domain"], one["leads"]) for one in told] == [("firm.example", 2)]
    assert alice.post(f"/api/actions/{done.get_json()['action_id']}/undo").status_code in (200, 204)
    assert len(_leads(alice)) == 2


def test_the_hidden_come_in_pages(alice) -> None:
    alice.post("/api/hidden/companies", {"domains": [f"d{n}.example" for n in range(7)]})
    seen, at = [], "/api/hidden/companies?limit=3"
    while at:
        told = alice.get(at).get_json()
        seen += [one["domain"] for one in told["data"]]
        at = told["next_cursor"] and f"/api/hidden/companies?limit=3&cursor={told['next_cursor']}"
    assert sorted(seen) == [f"d{n}.example" for n in range(7)]
    assert alice.get("/api/hidden/contacts?cursor=abc").status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("contacts", {}, 422),
        ("contacts", {"lead_ids": ["x"]}, 422),
        ("contacts", {"contact_ids": [str(uuid4())]}, 200),
        ("companies", {"domains": ["not a domain"]}, 422),
        ("companies", {"names": [""]}, 422),
        ("companies", {"organization_ids": [str(uuid4())]}, 200),
    ],
)
def test_what_names_nobody_hides_nobody(alice, path: str, body: dict, status: int) -> None:
    answer = alice.post(f"/api/hidden/{path}", body)
    assert answer.status_code == status
    assert status != 200 or answer.get_json() == {"hidden": 0, "action_id": None}
