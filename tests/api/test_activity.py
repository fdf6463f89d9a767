"""What was done, and taking it back, as a program sees it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from tests.api.conftest import Program


def test_what_was_done_is_told_and_taken_back_once(
    alice: Program, bob: Program, deliver: Callable[[int], UUID]
) -> None:
    deliver(3)
    lead = alice.get("/api/leads").get_json()["data"][0]["id"]
    assert alice.delete(f"/api/leads/{lead}").status_code == 204
    [act] = alice.get("/api/activity?kind=leads").get_json()["data"]
    assert (act["kind"], act["count"], act["undone_at"]) == ("leads.delete", 1, None)
    assert bob.get("/api/activity").get_json()["data"] == []
    assert bob.post(f"/api/actions/{act['id']}/undo").status_code == 404
    back = alice.post(f"/api/actions/{act['id']}/undo")
    assert (back.status_code, back.get_json()["restored"], back.get_json()["stayed"]) == (200, 1, 0)
    assert alice.get(f"/api/leads/{lead}").status_code == 200
    assert alice.post(f"/api/actions/{act['id']}/undo").status_code == 409
    told = alice.get(f"/api/activity?lead_id={lead}").get_json()["data"]
    assert [one["id"] for one in told] == [act["id"]]
    assert alice.get(f"/api/activity?lead_id={uuid4()}").status_code == 404


def test_pages_of_what_was_done_follow_each_other(alice: Program, deliver: Callable[[int], UUID]) -> None:
    deliver(3)
    for lead in alice.get("/api/leads").get_json()["data"]:
        alice.delete(f"/api/leads/{lead['id']}")
    first = alice.get("/api/activity?limit=2")
    assert len(first.get_json()["data"]) == 2
    assert 'rel="next"' in first.headers["Link"]
    rest = alice.get(f"/api/activity?limit=2&cursor={first.get_json()['next_cursor']}").get_json()
    assert (len(rest["data"]), rest["next_cursor"]) == (1, None)
    assert alice.get("/api/activity?kind=A").status_code == 422
