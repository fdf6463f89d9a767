"""People of one workspace in each role, and ways to let them in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from reachly import accounts, invitations, notices
from reachly.accounts import Person
from reachly.database import owner_database, scope
from reachly.settings import settings
from tests.conftest import Team, new_team


def owner_rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """What the owner of the schema sees and does."""
    owner = owner_database(settings())
    with owner.connection_context():
        cursor = owner.execute_sql(sql, params)
        return list(cursor.fetchall()) if cursor.description else []


def join(team: Team, role: str = "member") -> Team:
    """Somebody with a workspace of their own who also belongs to ``team`` in this role."""
    person = new_team()
    owner_rows(
        "INSERT INTO memberships (workspace_id, user_id, role) VALUES (%s, %s, %s)",
        team.workspace_id,
        person.user_id,
        role,
    )
    return person


def invited(team: Team, email: str, role: str = "member", **more: Any) -> invitations.Invited:
    """An invitation by the owner."""
    with scope(team.workspace_id, team.user_id):
        return invitations.invite(email, role, name="Acme", **more)


def at_work(team: Team, in_team: Team | Any = None) -> Person:
    """The person of ``team``, signed in to a workspace."""
    place = (in_team or team).workspace_id
    person = accounts.find_session(accounts.start_session(team.user_id, place))
    assert person is not None
    return person


def roles(workspace_id: Any) -> dict[Any, str]:
    """Who is what there."""
    return dict(owner_rows("SELECT user_id, role FROM memberships WHERE workspace_id = %s", workspace_id))


def told(team: Team) -> list[str]:
    """What this person was told in the app, the newest first."""
    return [each.words for each in notices.recent(team.workspace_id, team.user_id).notices]


@dataclass(frozen=True)
class Company:
    """One workspace and a person in each role."""

    owner: Team
    admin: Team
    member: Team
    viewer: Team

    @property
    def workspace_id(self) -> Any:
        return self.owner.workspace_id

    def of(self, role: str) -> Team:
        found: Team = getattr(self, role)
        return found


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit is in the way of so many who register from one address, whatever tests came before."""
    monkeypatch.setattr(settings(), "rate_limit_scale", 1000)


@pytest.fixture
def company() -> Company:
    """A workspace with an owner, an admin, a member and a viewer."""
    owner = new_team()
    return Company(owner, join(owner, "admin"), join(owner, "member"), join(owner, "viewer"))
