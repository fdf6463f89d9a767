"""Programs tag many leads with exact counts, write notes, and keep views."""

from __future__ import annotations

from uuid import uuid4

import pytest

from reachly import views
from reachly.web.leads.columns import COLUMNS


def _leads(program, query: str = "") -> list[dict]:
    return program.get(f"/api/leads{query}").get_json()["data"]


def test_many_leads_are_tagged_counted_and_untagged(alice, bob, deliver) -> None:
    deliver(3)
    ids = [lead["id"] for lead in _leads(alice)]
    done = alice.post("/api/leads/tag", {"lead_ids": ids[:2], "add": ["Warm", "Fair"], "colour": "ok"}).get_json()
    assert done["changed"] == 2
    again = alice.post("/api/leads/tag", {"filters": {}, "add": ["warm"]}).get_json()
    assert again["changed"] == 1
    told = alice.get("/api/tags").get_json()["data"]
    assert [(tag["name"], tag["colour"], tag["leads"]) for tag in told] == [("Fair", "ok", 2), ("Warm", "ok", 3)]
    assert len(_leads(alice, "?tag=Fair")) == 2
    of_one = alice.get(f"/api/leads/{ids[0]}/tags").get_json()["data"]
    assert [tag["name"] for tag in of_one] == ["Fair", "Warm"]
    alice.post("/api/leads/tag", {"filters": {"tag": ["Fair"]}, "remove": ["Warm", "nothing such"]})
    assert len(_leads(alice, "?tag=Warm")) == 1
    assert alice.post(f"/api/actions/{again['action_id']}/undo").status_code in (200, 204)
    assert _leads(alice, "?tag=Warm") == []
    nothing = alice.post("/api/leads/tag", {"lead_ids": ids[:2], "add": ["Fair"]}).get_json()
    assert nothing == {"changed": 0, "action_id": None}
    assert bob.get("/api/tags").get_json()["data"] == []
    assert bob.post("/api/leads/tag", {"lead_ids": ids, "add": ["Mine"]}).get_json()["changed"] == 0
    assert bob.get(f"/api/leads/{ids[0]}/tags").status_code == 404


def test_tags_are_made_renamed_and_deleted_with_a_way_back(alice, bob, deliver) -> None:
    deliver(1)
    made = alice.post("/api/tags", {"name": " #Warm ", "colour": "info"})
    tag = made.get_json()
    assert (made.status_code, tag["name"]) == (201, "Warm")
    taken = alice.post("/api/tags", {"name": "WARM"})
    assert (taken.status_code, taken.get_json()["errors"][0]["field"]) == (422, "name")
    at = f"/api/tags/{tag['id']}"
    assert alice.ask("PATCH", at, json={"name": "Hot"}).get_json() == tag | {"name": "Hot"}
    for method in ("PATCH", "DELETE"):
        assert bob.ask(method, at, json={}).status_code == 404
    alice.post("/api/leads/tag", {"filters": {}, "add": ["Hot"]})
    gone = alice.delete(at).get_json()
    assert gone["leads"] == 1
    assert alice.delete(at).status_code == 404
    alice.post(f"/api/actions/{gone['action_id']}/undo")
    assert len(_leads(alice, "?tag=Hot")) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"add": ["x"]}, "lead_ids"),
        ({"filters": {}, "add": []}, "add"),
        ({"filters": {}, "add": ["x" * 41]}, "add.0"),
        ({"lead_ids": ["x"], "add": ["x"]}, "lead_ids.0"),
    ],
)
def test_what_cannot_be_tagged_is_said(alice, body: dict, field: str) -> None:
    answer = alice.post("/api/leads/tag", body)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, field)


def test_notes_are_written_once_paged_changed_and_deleted(alice, bob, deliver) -> None:
    deliver(1)
    lead = _leads(alice)[0]["id"]
    at, key = f"/api/leads/{lead}/notes", {"Idempotency-Key": uuid4().hex}
    first, second = (alice.post(at, {"text": "Met in Graz"}, headers=key) for _ in range(2))
    assert (first.status_code, first.get_json()) == (201, second.get_json())
    for number in range(3):
        alice.post(at, {"text": f"Note {number}"})
    seen, next_page = [], f"{at}?limit=2"
    while next_page:
        told = alice.get(next_page).get_json()
        seen += [note["text"] for note in told["data"]]
        next_page = told["next_cursor"] and f"{at}?limit=2&cursor={told['next_cursor']}"
    assert seen == ["Note 2", "Note 1", "Note 0", "Met in Graz"]
    one = f"/api/notes/{first.get_json()['id']}"
    assert alice.ask("PATCH", one, json={"text": "Met in Linz"}).get_json()["text"] == "Met in Linz"
    for method, path in (("GET", at), ("POST", at), ("PATCH", one), ("DELETE", one)):
        assert bob.ask(method, path, json={"text": "x"}).status_code == 404
    assert [alice.delete(one).status_code for _ in range(2)] == [204, 404]
    assert alice.post(at, {"text": "  "}).status_code == 422
    assert alice.get(f"{at}?cursor=abc").status_code == 422


def test_views_are_kept_changed_shared_and_deleted(alice, bob) -> None:
    wanted = {"name": "Bosses", "query": "?seniority=vp&sort=name", "columns": ["email", "company"], "shared": True}
    made = alice.post("/api/views", wanted)
    view = made.get_json()
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/views/{view['id']}")
    assert (view["query"], view["columns"], view["mine"]) == ("seniority=vp&sort=name", ["email", "company"], True)
    at = f"/api/views/{view['id']}"
    changed = alice.ask("PATCH", at, json={"density": "compact", "columns": None}).get_json()
    assert changed == view | {"density": "compact", "columns": None}
    assert alice.get("/api/views").get_json()["data"] == [changed]
    assert bob.get("/api/views").get_json()["data"] == []
    for method in ("GET", "PATCH", "DELETE"):
        assert bob.ask(method, at, json={}).status_code == 404
    assert [alice.delete(at).status_code for _ in range(2)] == [204, 404]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"query": "seniority=boss"}, "query"),
        ({"query": "colour=red"}, "query"),
        ({"columns": ["email", "email"]}, "columns"),
        ({"columns": ["password"]}, "columns"),
        ({"name": ""}, "name"),
    ],
)
def test_a_view_that_cannot_be_shown_is_refused(alice, body: dict, field: str) -> None:
    answer = alice.post("/api/views", {"name": "V"} | body)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, field)


def test_a_view_shows_the_columns_that_the_page_has() -> None:
    assert tuple(COLUMNS) == views.COLUMNS
