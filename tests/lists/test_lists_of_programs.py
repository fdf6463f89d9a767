"""Programs keep lists as people do, and find out nothing about those of others."""

from __future__ import annotations

from uuid import uuid4

from reachly import lists
from reachly.filters import Filters
from reachly.generate.asking import Search, ask
from tests.api.conftest import person_of
from tests.generate.finding import SOFTWARE, work
from tests.lists.kept import colleague, filled, order
from tests.planted import as_owner, people, plant


def _made(program, name: str = "Autumn", **more) -> str:
    answer = program.post("/api/lists", {"name": name} | more)
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"/api/lists/{answer.get_json()['id']}"
    return answer.get_json()["id"]


def test_a_list_is_made_read_changed_and_deleted(alice) -> None:
    made = _made(alice, description="Whom to meet")
    seen = alice.get(f"/api/lists/{made}").get_json()
    assert (seen["name"], seen["visibility"], seen["mine"], seen["count"], seen["count_exact"]) == (
        "Autumn",
        "team",
        True,
        0,
        True,
    )
    changed = alice.ask("PATCH", f"/api/lists/{made}", json={"name": "Spring", "visibility": "personal"})
    assert (changed.get_json()["name"], changed.get_json()["description"]) == ("Spring", "Whom to meet")
    assert alice.ask("PATCH", f"/api/lists/{made}", json={"name": "  "}).get_json()["errors"][0]["field"] == "name"
    other = _made(alice, "Other")
    first = alice.get("/api/lists?limit=1&count=exact").get_json()
    assert ([each["id"] for each in first["data"]], first["total"]) == ([other], 2)
    rest = alice.get(f"/api/lists?limit=1&cursor={first['next_cursor']}").get_json()
    assert [each["id"] for each in rest["data"]] == [made]
    assert alice.delete(f"/api/lists/{made}").status_code == 204
    assert alice.get(f"/api/lists/{made}").status_code == 404


def test_the_same_key_makes_one_list(alice) -> None:
    key = {"Idempotency-Key": "one"}
    ids = {alice.post("/api/lists", {"name": "Autumn"}, headers=key).get_json()["id"] for _ in range(3)}
    assert len(ids) == 1
    assert len(alice.get("/api/lists").get_json()["data"]) == 1


def test_leads_go_onto_a_list_are_annotated_ordered_and_taken_off(alice) -> None:
    a, b, c = (str(each) for each in plant(person_of(alice), *people(3)))
    made = _made(alice)
    url = f"/api/lists/{made}/leads"
    assert alice.post(url, {"lead_ids": [a, b]}).get_json() == {"added": 2, "already": 0}
    assert alice.post(url, {"filters": {}}).get_json() == {"added": 1, "already": 2}
    assert alice.post(url, {}).status_code == 422
    assert [each["id"] for each in alice.get(url).get_json()["data"]] == [b, a, c]
    one = alice.ask("PATCH", f"{url}/{c}", json={"note": "Call", "tags": ["hot", "#hot"], "move": "top"}).get_json()
    assert (one["note"], one["tags"]) == ("Call", ["hot"])
    assert alice.ask("PATCH", f"{url}/{b}", json={"after": a}).status_code == 200
    seen = alice.get(f"{url}?limit=2&count=exact").get_json()
    assert ([each["id"] for each in seen["data"]], seen["total"]) == ([c, a], 3)
    assert [each["id"] for each in alice.get(f"{url}?cursor={seen['next_cursor']}").get_json()["data"]] == [b]
    assert alice.ask("PATCH", f"{url}/{c}", json={"move": "up", "after": a}).status_code == 422
    assert alice.ask("PATCH", f"{url}/{uuid4()}", json={"note": ""}).status_code == 404
    assert alice.get(f"{url}?cursor=nonsense").status_code == 422
    found = alice.get(f"/api/leads?list_id={made}&tag=hot").get_json()["data"]
    assert [each["id"] for each in found] == [c]
    assert alice.delete(url, json={"lead_ids": [a, str(uuid4())]}).get_json() == {"removed": 1}


def test_lists_are_combined(alice) -> None:
    a, b = (str(each) for each in plant(person_of(alice), *people(2)))
    one, two = _made(alice, "One"), _made(alice, "Two")
    alice.post(f"/api/lists/{one}/leads", {"lead_ids": [a, b]})
    alice.post(f"/api/lists/{two}/leads", {"lead_ids": [a]})
    wish = {"how": "difference", "list_ids": [one, two], "name": "Rest"}
    made = alice.post("/api/lists/combine", wish)
    assert (made.status_code, made.get_json()["count"]) == (201, 1)
    wrong = alice.post("/api/lists/combine", wish | {"list_ids": [one, str(uuid4())]})
    assert (wrong.status_code, wrong.get_json()["errors"][0]["field"]) == (422, "list_ids.1")


def test_what_belongs_to_others_is_answered_as_what_never_was(alice, bob) -> None:
    (lead,) = (str(each) for each in plant(person_of(alice), *people(1)))
    made, never = _made(alice), str(uuid4())
    alice.post(f"/api/lists/{made}/leads", {"lead_ids": [lead]})
    probes = [
        ("GET", "/api/lists/{}", None),
        ("PATCH", "/api/lists/{}", {"name": "Mine"}),
        ("DELETE", "/api/lists/{}", None),
        ("GET", "/api/lists/{}/leads", None),
        ("GET", "/api/lists/{}/leads?count=exact", None),
        ("POST", "/api/lists/{}/leads", {"lead_ids": [lead]}),
        ("DELETE", "/api/lists/{}/leads", {"filters": {}}),
        ("PATCH", f"/api/lists/{{}}/leads/{lead}", {"note": "x", "move": "top"}),
        ("GET", "/api/leads?list_id={}", None),
        ("GET", "/api/leads?list_id={}&count=exact", None),
        ("POST", "/api/leads/generate", {"filters": {"keywords": ["x"]}, "limit": 1, "list_id": "{}"}),
    ]
    for method, path, body in probes:
        answers = []
        for which in (made, never):
            sent = body | {"list_id": which} if body and "list_id" in body else body
            answer = bob.ask(method, path.format(which), json=sent) if body else bob.ask(method, path.format(which))
            kept = {name: value for name, value in answer.headers if name not in ("Date", "RateLimit")}
            answers.append((answer.status_code, answer.data, kept))
        assert answers[0] == answers[1], (method, path)
        assert answers[0][0] in (404, 422) or b'"data":[]' in answers[0][1], answers[0]
    assert alice.get(f"/api/lists/{made}").get_json()["name"] == "Autumn"


def test_a_viewers_key_changes_no_list(alice) -> None:
    made = _made(alice)
    person = person_of(alice)
    as_owner("UPDATE memberships SET role = 'viewer' WHERE user_id = %s", (str(person.user_id),))
    assert alice.get(f"/api/lists/{made}").get_json()["editable"] is False
    for method, path, body in (
        ("PATCH", f"/api/lists/{made}", {"name": "x"}),
        ("DELETE", f"/api/lists/{made}", None),
        ("POST", f"/api/lists/{made}/leads", {"filters": {}}),
    ):
        assert alice.ask(method, path, json=body).status_code == 403


def test_what_a_job_delivers_goes_onto_the_list_it_was_given(team, outside) -> None:
    made, leads = filled(team, 1)
    search = Search(Filters.of(SOFTWARE), 5, ("lusha",), ("email",), list_id=made)
    job = ask(team.workspace_id, team.user_id, search).job_id
    assert work(job) == "succeeded"
    on_it = order(team, made)
    assert (len(on_it), on_it[0]) == (6, leads[0])
    brought = as_owner("SELECT id FROM leads WHERE job_id = %s", (str(job),))
    assert set(on_it[1:]) == {lead for (lead,) in brought}


def test_a_job_whose_list_is_gone_or_locked_delivers_all_the_same(team, outside) -> None:
    gone, _ = filled(team, 0)
    locked = lists.create(team.workspace_id, colleague(team).user_id, "Locked", editing="owner").id
    as_owner("UPDATE memberships SET role = 'member' WHERE user_id = %s", (str(team.user_id),))
    for made in (gone, locked):
        search = Search(Filters.of(SOFTWARE), 2, ("lusha",), ("email",), list_id=made)
        job = ask(team.workspace_id, team.user_id, search).job_id
        if made == gone:
            lists.delete(team.workspace_id, team.user_id, gone)
        assert work(job) == "succeeded"
    assert as_owner("SELECT count(*) FROM list_contacts WHERE list_id = ANY (%s)", ([gone, locked],)) == [(0,)]


def test_a_file_has_the_leads_of_one_list(alice) -> None:
    a, *_ = (str(each) for each in plant(person_of(alice), *people(3)))
    made = _made(alice)
    alice.post(f"/api/lists/{made}/leads", {"lead_ids": [a]})
    job = alice.post("/api/leads/export", {"list_id": made, "format": "jsonl"}).get_json()["job"]
    assert job["progress"]["total"] == 1
    narrowed = alice.post("/api/leads/export", {"list_id": made, "filters": {"has_email": False}}).get_json()["job"]
    assert narrowed["progress"]["total"] == 0
