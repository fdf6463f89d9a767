"""The catalogue over HTTP."""

from __future__ import annotations

from uuid import uuid4

from tests.api.conftest import Program
from tests.unlock.held import held


def test_people_come_masked_page_by_page_and_counted(alice: Program) -> None:
    mark = f"Zz{uuid4().hex[:10]}"
    for _ in range(3):
        held("maria@acme.example", phone="+4915112345678", last_name=mark)
    first = alice.get(f"/api/catalogue?q={mark}&limit=2&count=exact&seniorities=vp&locations=Berlin")
    told = first.get_json()
    assert first.status_code == 200, first.text
    assert (len(told["data"]), told["total"], told["total_is_more"], told["close"]) == (2, 3, False, False)
    one = told["data"][0]
    assert (one["email"], one["phone"], one["locked"], one["lead_id"]) == (
        "m•••@acme.example",
        "+49 •••",
        ["email", "phone"],
        None,
    )
    rest = alice.get(f"/api/catalogue?q={mark}&limit=2&cursor={told['next_cursor']}").get_json()
    assert (len(rest["data"]), rest["next_cursor"]) == (1, None)
    assert "next" in first.headers["Link"]
    assert alice.get("/api/users/credits").get_json()["available"] == 100


def test_what_is_asked_wrong_is_said_to_be(alice: Program, stranger: Program) -> None:
    for query in ("cursor=nonsense", "seniorities=king", "limit=0", "what=1"):
        assert alice.get(f"/api/catalogue?{query}").status_code == 422
    assert stranger.get("/api/catalogue").status_code == 401


def test_people_are_saved_and_put_on_a_list_and_then_unlocked(alice: Program) -> None:
    contacts = [str(held()) for _ in range(2)]
    made = alice.post("/api/lists", {"name": "Buyers"}).get_json()
    made = made.get("list", made)
    key = {"Idempotency-Key": str(uuid4())}
    saved = alice.post("/api/catalogue/save", {"contact_ids": contacts, "list_id": made["id"]}, headers=key)
    assert saved.status_code == 200, saved.text
    told = saved.get_json()
    assert (len(told["lead_ids"]), told["added"]) == (2, 2)
    assert (
        alice.post("/api/catalogue/save", {"contact_ids": contacts, "list_id": made["id"]}, headers=key).get_json()
        == told
    )
    assert len(alice.get(f"/api/leads?list_id={made['id']}").get_json()["data"]) == 2
    unlocked = alice.post(f"/api/leads/{told['lead_ids'][0]}/unlock", {"fields": ["email"]}).get_json()
    assert unlocked["credits_charged"] == 1
    nowhere = alice.post("/api/catalogue/save", {"contact_ids": [str(held())], "list_id": str(uuid4())})
    assert nowhere.status_code == 404
    assert len(alice.get("/api/leads").get_json()["data"]) == 2, "nobody is saved where there is no such list"
