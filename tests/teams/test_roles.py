"""Who only looks changes nothing, at either door and in the database, and jobs of people who left go on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import peewee
import pytest

from reachly import accounts, database
from reachly.api.call import CALLS
from reachly.database import scope, sqlstate
from reachly.web.roles import PERSONAL
from tests.conftest import Team
from tests.generate.finding import find, work
from tests.teams.conftest import join, owner_rows
from tests.web.browsing import Browser, application, words

SAYS = "may look but not change"
READING = {"POST_logout"}
"""Calls with a POST that change nothing but the token that asks."""


def looking(team: Team, person: Team) -> Team:
    """``person`` at work in the workspace of ``team``."""
    return Team(team.workspace_id, person.user_id, person.email)


def _fill(rule: Any) -> str:
    adapter = application().url_map.bind("localhost")
    values = {name: str(uuid4()) if name.endswith("id") else "x" for name in rule.arguments}
    return adapter.build(rule.endpoint, values) if values else str(rule)


def test_every_form_is_refused_to_a_viewer_or_is_their_own(company) -> None:
    browser = Browser(looking(company.owner, company.viewer))
    asked = []
    for rule in application().url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule.startswith(("/api/", "/functions/", "/rest/", "/hooks/")):
            continue
        if rule.endpoint in PERSONAL or rule.endpoint.startswith("oversight."):
            continue
        answer = browser.post(_fill(rule))
        assert answer.status_code == 403, rule.endpoint
        assert SAYS in words(answer), rule.endpoint
        asked.append(rule.endpoint)
    assert {"find.start", "leads.delete_leads", "jobs.cancel", "jobs.go_on", "exports.create", "sources.save"} <= set(
        asked
    )


def test_no_personal_form_is_one_that_is_not_there() -> None:
    there = {rule.endpoint for rule in application().url_map.iter_rules()}
    assert there >= PERSONAL


def test_every_call_that_changes_something_is_refused_to_a_viewer_or_is_their_own(company) -> None:
    viewer = looking(company.owner, company.viewer)
    token, _ = accounts.issue_token(viewer.user_id, viewer.workspace_id)
    client = application().test_client()
    rules = {rule.endpoint.partition(".")[2]: rule for rule in application().url_map.iter_rules()}
    asked = set()
    for call in CALLS:
        endpoint = f"{call.method}_{call.name}"
        if call.method == "GET" or call.scope is None or call.personal or endpoint in READING:
            continue
        answer = client.open(
            _fill(rules[endpoint]), method=call.method, json={}, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 403, endpoint
        assert answer.content_type == "application/problem+json"
        assert SAYS in json.loads(answer.text)["detail"], endpoint
        asked.add(endpoint)
    assert {"POST_generate", "POST_export_leads", "DELETE_delete_lead", "POST_cancel_job"} <= asked


WRITES = {
    "leads": "UPDATE leads SET updated_at = now()",
    "lead_deletions": "INSERT INTO lead_deletions (workspace_id, user_id) VALUES (scope_workspace(), scope_user())",
    "jobs": "UPDATE jobs SET cancel_requested_at = now()",
    "provider_keys": "INSERT INTO provider_keys (workspace_id, provider, secret, user_id)"
    " VALUES (scope_workspace(), 'lusha', '', scope_user())",
    "workspaces": "UPDATE workspaces SET name = 'Mine'",
    "lists": "INSERT INTO lists (workspace_id, owner_id, name) VALUES (scope_workspace(), scope_user(), 'Mine')",
    "invitations": "INSERT INTO invitations (workspace_id, email, role, token_hash, invited_by, expires_at)"
    " VALUES (scope_workspace(), 'a@b.example', 'member', 'x', scope_user(), now())",
    "actions": "INSERT INTO actions (workspace_id, kind) VALUES (scope_workspace(), 'a.b')",
    "notifications": "INSERT INTO notifications (workspace_id, user_id, kind, words)"
    " VALUES (scope_workspace(), scope_user(), 'a.b', 'x')",
    "mails": "INSERT INTO mails (workspace_id, recipient, kind, subject, text)"
    " VALUES (scope_workspace(), 'a@b.example', 'a.b', 'x', 'x')",
    "spend_cap": "SELECT spend_cap_set(NULL, 5)",
    "job_request": "SELECT job_request('generate_leads', 'interactive', 'x', '{}', '{}', 1, 0, '{}', NULL, 'x', NULL,"
    " '[]', 'x')",
}
MAY = {
    "member": {"leads", "lead_deletions", "jobs", "lists", "actions", "notifications", "mails", "job_request"},
    "admin": set(WRITES) - {"spend_cap"},
    "owner": set(WRITES),
}


def _refused(who: Team, sql: str) -> bool:
    try:
        with scope(who.workspace_id, who.user_id):
            database.execute(sql)
            database.db.rollback()
    except peewee.PeeweeException as error:
        if sqlstate(error) != "42501":
            raise
        return True
    return False


@pytest.mark.parametrize("role", ["viewer", "member", "admin", "owner"])
def test_the_database_itself_knows_what_a_role_may_write(company, role) -> None:
    who = looking(company.owner, company.of(role))
    may = {name for name, sql in WRITES.items() if not _refused(who, sql)}
    assert may == MAY.get(role, set())


def test_whoever_was_removed_writes_nothing_any_more(team) -> None:
    gone = join(team)
    who = looking(team, gone)
    owner_rows("DELETE FROM memberships WHERE user_id = %s AND workspace_id = %s", gone.user_id, team.workspace_id)
    for name in ("lists", "job_request", "actions"):
        assert _refused(who, WRITES[name]), name


READS_AS_ITS_PERSON = {Path("reachly/export/writing.py")}
"""A list of somebody's own is there for them alone; whoever left is in no list any more, and may read all the same."""


def test_what_works_on_a_job_sets_no_person_in_scope() -> None:
    for path in set(Path("reachly").rglob("*.py")) - READS_AS_ITS_PERSON:
        assert not re.search(r"workspace_id,\s*(?:self\.)?_?claim\.user_id", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("fate", ["left", "viewer"])
def test_a_job_of_somebody_who_left_or_only_looks_by_now_goes_on_to_its_end(team, outside, fate) -> None:
    person = join(team)
    job = find(looking(team, person), 5)
    if fate == "left":
        owner_rows(
            "DELETE FROM memberships WHERE user_id = %s AND workspace_id = %s", person.user_id, team.workspace_id
        )
    else:
        owner_rows(
            "UPDATE memberships SET role = 'viewer' WHERE user_id = %s AND workspace_id = %s",
            person.user_id,
            team.workspace_id,
        )
    assert work(job) == "succeeded"
    assert owner_rows("SELECT count(*) FROM leads WHERE workspace_id = %s", team.workspace_id) == [(5,)]


def test_pages_offer_a_viewer_nothing_that_would_be_refused(company) -> None:
    browser = Browser(looking(company.owner, company.viewer))
    assert '<body class="looks"' in browser.get("/leads").text
    for at in ("/find", "/exports/new", "/imports/new", "/lists/new", "/lists/combine", f"/lists/{uuid4()}/sharing"):
        told = browser.get(at)
        assert (told.status_code, SAYS in words(told), 'href="/leads"' in told.text) == (403, True, True), at
    for at in ("/exports", "/imports", "/lists", "/profiles", "/hidden", "/jobs", "/leads"):
        assert "You may look here, not" in words(browser.get(at)), at
    assert '<body class="helps"' in Browser(looking(company.owner, company.member)).get("/leads").text


def test_a_refusal_on_a_page_is_said_beside_it(company) -> None:
    answer = Browser(looking(company.owner, company.viewer)).post("/find", {}, at="/find")
    assert answer.status_code == 403
    assert answer.mimetype == "text/plain"
    assert SAYS in answer.text


def test_keys_are_seen_and_revoked_by_their_person_and_by_who_runs_the_workspace(company) -> None:
    member, admin, viewer = (
        accounts.find_session(accounts.start_session(company.of(role).user_id, company.workspace_id))
        for role in ("member", "admin", "viewer")
    )
    assert member is not None
    assert admin is not None
    assert viewer is not None
    made = accounts.create_key(member, "CRM")
    assert [key["name"] for key in accounts.list_keys(admin)] == ["CRM"]
    assert accounts.list_keys(viewer) == []
    assert not accounts.revoke_key(viewer, made.id)
    assert accounts.revoke_key(admin, made.id)


def test_a_key_acts_in_the_role_that_its_person_has_now(company) -> None:
    member = accounts.find_session(accounts.start_session(company.member.user_id, company.workspace_id))
    assert member
    secret = accounts.create_key(member, "CRM").secret
    owner_rows(
        "UPDATE memberships SET role = 'viewer' WHERE user_id = %s AND workspace_id = %s",
        company.member.user_id,
        company.workspace_id,
    )
    headers = {"Authorization": f"Bearer {secret}"}
    client = application().test_client()
    assert client.get("/api/leads", headers=headers).status_code == 200
    assert client.delete(f"/api/leads/{uuid4()}", headers=headers).status_code == 403
