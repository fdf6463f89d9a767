"""Programs see and change who belongs to a workspace, as far as the role of their person reaches."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from reachly import accounts, invitations
from reachly.settings import settings
from tests.conftest import Team, new_team
from tests.teams.conftest import Company, owner_rows
from tests.web.browsing import application


class Caller:
    """A program of one person, acting in one workspace."""

    def __init__(self, person: Team, place: Any) -> None:
        self.token, _ = accounts.issue_token(person.user_id, place)
        self.client = application().test_client()

    def ask(self, method: str, path: str, json: Any = None) -> Any:
        """Ask under ``/api/workspace``."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.open(f"/api/workspace{path}", method=method, json=json, headers=headers)


@pytest.fixture
def callers(company: Company) -> dict[str, Caller]:
    """One per role."""
    return {role: Caller(company.of(role), company.workspace_id) for role in ("owner", "admin", "member", "viewer")}


def test_everybody_sees_the_workspace_and_its_people(company: Company, callers: dict[str, Caller]) -> None:
    for role, caller in callers.items():
        told = caller.ask("GET", "").get_json()
        assert (told["name"], told["role"], told["people"]) == ("Alice", role, 4)
        members = caller.ask("GET", "/members").get_json()["data"]
        assert [each["role"] for each in members] == ["owner", "admin", "member", "viewer"]
    mine = callers["viewer"].ask("GET", "/all").get_json()["data"]
    assert [(each["role"], each["personal"]) for each in mine] == [("owner", True), ("viewer", False)]


def test_an_admin_invites_changes_and_removes(company: Company, callers: dict[str, Caller]) -> None:
    admin = callers["admin"]
    made = admin.ask("POST", "/invitations", {"email": "jonas@halden.example", "role": "viewer"})
    assert made.status_code == 201
    assert [each["email"] for each in admin.ask("GET", "/invitations").get_json()["data"]] == ["jonas@halden.example"]
    assert callers["member"].ask("GET", "/invitations").get_json()["data"] == []
    made_id = made.get_json()["id"]
    assert admin.ask("POST", f"/invitations/{made_id}/resend").status_code == 200
    assert admin.ask("DELETE", f"/invitations/{made_id}").status_code == 204
    assert admin.ask("DELETE", f"/invitations/{made_id}").status_code == 404
    assert admin.ask("POST", "/invitations", {"email": company.owner.email}).status_code == 409
    assert admin.ask("POST", "/invitations", {"email": "nobody"}).status_code == 422
    changed = admin.ask("PATCH", f"/members/{company.viewer.user_id}", {"role": "member"})
    assert changed.get_json()["role"] == "member"
    assert admin.ask("PATCH", f"/members/{company.owner.user_id}", {"role": "member"}).status_code == 409
    assert admin.ask("PATCH", f"/members/{new_team().user_id}", {"role": "member"}).status_code == 404
    assert admin.ask("PATCH", "", {"name": "Halden"}).get_json()["name"] == "Halden"
    assert admin.ask("DELETE", f"/members/{company.viewer.user_id}").status_code == 204
    assert callers["viewer"].ask("GET", "").status_code == 401


def test_a_member_changes_nobody(company: Company, callers: dict[str, Caller]) -> None:
    member, other = callers["member"], company.viewer.user_id
    for method, path, body in (
        ("POST", "/invitations", {"email": "x@halden.example"}),
        ("PATCH", f"/members/{other}", {"role": "admin"}),
        ("DELETE", f"/members/{other}", None),
        ("PATCH", "", {"name": "Ours"}),
        ("POST", "/ownership", {"to": str(other)}),
    ):
        refused = member.ask(method, path, body)
        assert refused.status_code == 403, path
        assert refused.content_type == "application/problem+json"


def test_a_workspace_is_handed_over_and_left_by_programs(company: Company, callers: dict[str, Caller]) -> None:
    owner, viewer = callers["owner"], callers["viewer"]
    assert owner.ask("POST", "/leave").status_code == 409
    assert owner.ask("POST", "/ownership", {"to": str(company.owner.user_id)}).status_code == 409
    assert owner.ask("POST", "/ownership", {"to": str(company.viewer.user_id)}).status_code == 204
    assert viewer.ask("DELETE", "/ownership").status_code == 204
    assert viewer.ask("POST", "/ownership/take").status_code == 409
    owner.ask("POST", "/ownership", {"to": str(company.viewer.user_id)})
    assert viewer.ask("POST", "/ownership/take").status_code == 204
    assert owner.ask("POST", "/leave").status_code == 204
    kept = owner_rows("SELECT role FROM memberships WHERE workspace_id = %s ORDER BY 1", company.workspace_id)
    assert kept == [("admin",), ("member",), ("owner",)]


def test_the_link_is_told_only_where_no_mail_goes_out(
    company: Company, callers: dict[str, Caller], outside: Any
) -> None:
    told = callers["owner"].ask("POST", "/invitations", {"email": "a@halden.example"}).get_json()
    assert told["link"] is None
    settings().smtp_url = SecretStr("")
    told = callers["owner"].ask("POST", "/invitations", {"email": "b@halden.example"}).get_json()
    found = invitations.find(told["link"].rpartition("/")[2])
    assert found is not None
    assert found.email == "b@halden.example"
