"""The team page, the page of a link, notices, and a browser that moves between workspaces."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from reachly import notices, teams
from reachly.database import scope
from reachly.settings import settings
from tests.conftest import Team, new_team
from tests.teams.conftest import Company, at_work, invited, join, owner_rows, roles
from tests.teams.test_roles import looking
from tests.web.browsing import Browser, words

NEW = {"name": "Bob Berg", "password": "a long way to Tipperary", "accept_terms": "1"}


def test_the_page_shows_everybody_and_offers_only_what_a_role_may(company: Company) -> None:
    owner = Browser(company.owner).get("/team").text
    assert owner.count("/remove") == 3
    assert "Hand over" in owner
    admin = Browser(looking(company.owner, company.admin)).get("/team").text
    assert admin.count("/remove") == 2
    assert "Hand over" not in admin
    assert "Leave Alice" in admin
    for role in ("member", "viewer"):
        page = Browser(looking(company.owner, company.of(role))).get("/team").text
        assert page.count('id="person-') == 4
        assert "/remove" not in page
        assert "Invite</button>" not in page


def test_without_mail_the_link_is_shown_once_and_lets_somebody_new_in(team: Team, outside: Any) -> None:
    settings().smtp_url = SecretStr("")
    browser, address = Browser(team), f"{uuid4().hex[:10]}@people.example"
    shown = browser.post("/team/invitations", {"email": address, "role": "member"}).text
    link = re.search(r'value="http[^"]*(/invitations/[^"]+)"|value="(/invitations/[^"]+)"', shown)
    assert link is not None
    path = link[1] or link[2]
    assert path not in browser.get("/team").text
    stranger = Browser()
    assert "Register and accept" in stranger.get(path).text
    refused = stranger.post(f"{path}/join", NEW | {"password": "short"})
    assert refused.status_code == 422
    assert "Bob Berg" in refused.text
    assert stranger.post(f"{path}/join", NEW).location == "/leads"
    assert "Bob Berg" in stranger.get("/team").text
    assert words(Browser().get(path)).count("used already") == 1
    assert Browser().get(path).status_code == 410


def test_on_a_first_run_the_page_leads_to_where_the_mail_lies(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "smtp_url", SecretStr("smtp+plain://127.0.0.1:1"))
    monkeypatch.setattr(settings(), "sandbox_inbox", "http://127.0.0.1:2/inbox")
    browser = Browser(team)
    assert browser.post("/team/invitations", {"email": "eva+x@new.example", "role": "member"}).status_code == 303
    page = browser.get("/team")
    assert "This first run sends no mail" in words(page)
    assert 'href="http://127.0.0.1:2/inbox?to=eva%2Bx%40new.example"' in page.text
    assert "on its way" not in words(page)


def test_somebody_with_an_account_signs_in_and_accepts(team: Team) -> None:
    bob = new_team()
    path = f"/invitations/{invited(team, bob.email, 'viewer').token}"
    assert f"/login?next={path}" in Browser().get(path).text
    assert "For somebody else" in Browser(new_team()).get(path).text
    browser = Browser(bob)
    assert browser.post(f"{path}/accept").location == "/leads"
    assert roles(team.workspace_id)[bob.user_id] == "viewer"
    assert '<body class="looks"' in browser.get("/leads").text


def test_an_unknown_link_opens_nothing(team: Team) -> None:
    for path in ("/invitations/nothing", f"/invitations/{'x' * 300}"):
        assert Browser().get(path).status_code == 404
        assert Browser(team).post(f"{path}/accept").status_code == 404


def test_forms_of_the_page_do_what_they_say(company: Company) -> None:
    owner = Browser(company.owner)
    viewer = company.viewer.user_id
    assert owner.post(f"/team/people/{viewer}/role", {"role": "member"}).status_code == 303
    assert roles(company.workspace_id)[viewer] == "member"
    assert owner.post(f"/team/people/{viewer}/role", {"role": "owner"}).status_code == 400
    assert owner.post(f"/team/people/{company.owner.user_id}/role", {"role": "member"}).status_code == 403
    assert owner.post(f"/team/people/{viewer}/remove").status_code == 303
    assert owner.post(f"/team/people/{viewer}/remove").status_code == 404
    assert owner.post("/team/name", {"workspace": "Halden Growth"}).status_code == 303
    assert owner.post("/team/name", {"workspace": " "}).status_code == 422
    assert "Halden Growth" in owner.get("/leads").text
    assert owner.post("/team/ownership", {"to": str(company.member.user_id)}).status_code == 303
    member = Browser(looking(company.owner, company.member))
    assert "wants to hand this workspace over to you" in words(member.get("/team"))
    assert member.post("/team/ownership/take").status_code == 303
    assert roles(company.workspace_id)[company.member.user_id] == "owner"
    assert owner.post("/team/leave").status_code == 303
    assert company.owner.user_id not in roles(company.workspace_id)
    assert owner.get("/team").status_code == 200


def test_a_member_who_sends_the_forms_all_the_same_is_refused_in_words(company: Company) -> None:
    member = Browser(looking(company.owner, company.member))
    for path, form in (
        ("/team/invitations", {"email": "x@people.example", "role": "member"}),
        (f"/team/people/{company.viewer.user_id}/role", {"role": "admin"}),
        (f"/team/people/{company.viewer.user_id}/remove", {}),
        ("/team/name", {"workspace": "Ours"}),
        ("/team/ownership", {"to": str(company.viewer.user_id)}),
        ("/sources/lusha/key", {"key": "x" * 30}),
    ):
        refused = member.post(path, form)
        assert refused.status_code == 403, path
        assert "owner" in words(refused), path


def test_whoever_was_put_out_is_told_so_at_the_next_click(team: Team) -> None:
    bob = join(team)
    browser = Browser(looking(team, bob))
    assert browser.get("/leads").status_code == 200
    teams.remove(at_work(team), bob.user_id)
    sent_away = browser.get("/leads")
    assert sent_away.location == "/login"
    assert "You do not belong to Alice any more" in words(browser.get("/login"))
    fragment = Browser(bob)
    assert fragment.get("/leads").status_code == 200


def test_a_browser_moves_between_workspaces_and_forms_from_before_are_refused(team: Team) -> None:
    bob = join(team, "viewer")
    browser = Browser(bob)
    before = browser.token()
    assert 'name="workspace"' in browser.get("/leads").text
    assert browser.post("/workspaces/switch", {"workspace": str(team.workspace_id)}).location == "/leads"
    assert '<body class="looks"' in browser.get("/leads").text
    stale = browser.post("/settings/keys", {"label": "CRM", "scopes": "read"}, token=before)
    assert stale.status_code == 400
    said = browser.post("/settings/keys", {"label": "CRM", "scopes": "read"}, at="/settings", token=before)
    assert "changed the workspace" in said.text
    browser._token = None
    assert browser.post("/workspaces/switch", {"workspace": str(uuid4())}).location == "/leads"
    assert '<body class="looks"' in browser.get("/leads").text


def test_the_bell_counts_until_somebody_looks_and_a_notice_leads_into_its_workspace(team: Team) -> None:
    bob = join(team)
    with scope(team.workspace_id, team.user_id):
        notices.tell(bob.user_id, "jobs.done", "Your search is through.", "/jobs")
        notices.tell(bob.user_id, "jobs.done", "<b>Another</b> one.", "")
    browser = Browser(bob)
    assert "Notices, 2 unread" in browser.get("/leads").text
    page = browser.get("/notices")
    assert "&lt;b&gt;Another" in page.text
    assert "Notices, 2 unread" not in browser.get("/leads").text
    (notice,) = owner_rows("SELECT id FROM notifications WHERE user_id = %s AND link <> ''", bob.user_id)
    assert browser.post(f"/notices/{notice[0]}").location == "/jobs"
    assert browser.get("/team").text.count('id="person-') == 2
    browser._token = None
    assert browser.post(f"/notices/{uuid4()}").status_code == 404


def test_a_key_is_made_for_the_workspace_that_was_chosen(team: Team, other_team: Team) -> None:
    bob = join(team)
    browser = Browser(bob)
    form = {"label": "CRM", "scopes": "read"}
    made = browser.post("/settings/keys", form | {"workspace": str(team.workspace_id)}).text
    assert "rk_" in made
    assert owner_rows("SELECT workspace_id FROM api_keys WHERE user_id = %s", bob.user_id) == [(team.workspace_id,)]
    refused = browser.post("/settings/keys", form | {"workspace": str(other_team.workspace_id)})
    assert refused.status_code == 422
