"""Files after presets, presets of one's own, and the same file again, as programs ask for them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from tests.api.conftest import Program, person_of


def params(program: Program, body: dict) -> dict:
    from reachly.database import one, scope

    answer = program.post("/api/leads/export", body)
    assert answer.status_code == 202, answer.text
    person = person_of(program)
    with scope(person.workspace_id, person.user_id):
        row = one("SELECT params FROM jobs WHERE id = %s", (answer.get_json()["job"]["id"],))
    assert row is not None
    return row["params"]


def test_a_file_is_made_after_a_preset(alice: Program) -> None:
    told = params(alice, {"preset": "hubspot"})
    assert (told["format"], told["mode"], told["preset"]) == ("csv", "exact", "HubSpot contacts")
    assert told["columns"][:3] == [["first_name", "First name"], ["last_name", "Last name"], ["email", "Email"]]
    mixed = params(
        alice, {"preset": "lemlist", "format": "xlsx", "columns": ["email", {"key": "job", "header": "No."}]}
    )
    assert (mixed["format"], mixed["columns"]) == ("xlsx", [["email", "email"], ["job", "No."]])
    refused = alice.post("/api/leads/export", {"preset": "nobody"})
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, "preset")
    assert params(alice, {"format": "xlsx", "provenance": True})["provenance"] is True
    listed = alice.post("/api/lists", {"name": "Autumn"}).get_json()["id"]
    assert params(alice, {"list_id": listed})["query"] == {"list_id": listed}


def test_a_preset_of_ones_own_is_kept_used_replaced_and_deleted(alice: Program, bob: Program) -> None:
    body = {
        "name": "For Mara",
        "format": "xlsx",
        "columns": [{"key": "email", "header": "Mail"}, "job"],
        "provenance": True,
    }
    made = alice.post("/api/exports/presets", body)
    assert made.status_code == 200, made.text
    key = made.get_json()["key"]
    assert made.get_json()["columns"] == [{"key": "email", "header": "Mail"}, {"key": "job", "header": "Job"}]
    used = params(alice, {"preset": key})
    assert (used["format"], used["columns"], used["provenance"]) == ("xlsx", [["email", "Mail"], ["job", "Job"]], True)
    again = alice.post("/api/exports/presets", body | {"name": "for mara", "columns": ["phone"]}).get_json()
    assert (again["key"], again["columns"]) == (key, [{"key": "phone", "header": "Phone"}])
    own = [each for each in alice.get("/api/exports/presets").get_json()["data"] if each["own"]]
    assert own == [again]
    assert not [each for each in bob.get("/api/exports/presets").get_json()["data"] if each["own"]]
    assert bob.post("/api/leads/export", {"preset": key}).status_code == 422
    assert bob.delete(f"/api/exports/presets/{key}").status_code == 404
    assert alice.delete(f"/api/exports/presets/{key}").status_code == 204
    assert alice.delete(f"/api/exports/presets/{key}").status_code == 404
    for wrong in ({"name": " "}, {"name": "HubSpot contacts"}, {"columns": ["shoe_size"]}, {"columns": []}):
        assert alice.post("/api/exports/presets", body | wrong).status_code == 422


def test_the_same_file_is_made_again_once_per_key(alice: Program, bob: Program, deliver: Callable[[int], UUID]) -> None:
    from reachly.engine.run import run
    from reachly.export.step import step

    deliver(2)
    job = alice.post("/api/leads/export", {"format": "xlsx", "preset": "smartlead", "name": "Weekly"}).get_json()["job"]
    assert run(UUID(job["id"]), {"export_leads": step}, "test") == "succeeded"
    export = alice.get(f"/api/jobs/{job['id']}").get_json()["result"]["export_id"]
    assert alice.get(f"/api/exports/{export}").get_json()["format"] == "xlsx"
    deliver(1)
    path, key = f"/api/exports/{export}/repeat", {"Idempotency-Key": "monday"}
    first, second = (alice.post(path, headers=key) for _ in range(2))
    assert (first.status_code, second.headers["Idempotent-Replayed"]) == (202, "true")
    assert first.data == second.data
    repeated = first.get_json()["job"]
    assert (repeated["progress"]["total"], repeated["id"] != job["id"]) == (3, True)
    assert first.headers["Location"] == f"/api/jobs/{repeated['id']}"
    assert bob.post(path).status_code == alice.post(f"/api/exports/{uuid4()}/repeat").status_code == 404


def test_a_file_of_a_list_that_is_gone_is_not_made_again_empty(
    alice: Program, bob: Program, deliver: Callable[[int], UUID]
) -> None:
    from reachly import lists
    from reachly.engine.run import run
    from reachly.export.step import step

    deliver(2)
    person = person_of(alice)
    who = person.workspace_id, person.user_id
    made = lists.create(*who, "Fairs")
    job = alice.post("/api/leads/export", {"format": "csv", "list_id": str(made.id)}).get_json()["job"]
    assert run(UUID(job["id"]), {"export_leads": step}, "test") == "succeeded"
    export = alice.get(f"/api/jobs/{job['id']}").get_json()["result"]["export_id"]
    path = f"/api/exports/{export}/repeat"
    before = alice.post(path, headers={"Idempotency-Key": "before"})
    assert before.status_code == 202
    stopped = f"/api/jobs/{before.get_json()['job']['id']}"
    assert alice.post(f"{stopped}/cancel").status_code == 202
    lists.delete(*who, made.id)
    gone = alice.post(path, headers={"Idempotency-Key": "after"})
    assert (gone.status_code, gone.content_type) == (409, "application/problem+json")
    assert "list of this export was deleted" in gone.get_json()["detail"]
    again = alice.post(f"{stopped}/retry")
    assert (again.status_code, again.get_json()["detail"]) == (409, gone.get_json()["detail"])
    assert alice.post(path, headers={"Idempotency-Key": "before"}).get_json() == before.get_json()
