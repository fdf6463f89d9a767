"""A list with leads on it, and how it reads, for the tests of lists."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from reachly import lists
from reachly.database import one, scope
from tests.conftest import Team, new_team
from tests.planted import as_owner, people, plant


def filled(team: Any, number: int = 3, name: str = "Autumn", **more: str) -> tuple[UUID, list[UUID]]:
    """A list of so many new leads, in their order, and their ids."""
    leads = plant(team, *people(number))
    made = lists.create(team.workspace_id, team.user_id, name, **more)
    if leads:
        for lead in leads:
            lists.add(team.workspace_id, team.user_id, made.id, [lead])
    return made.id, leads


def order(team: Any, list_id: UUID) -> list[UUID]:
    """The ids of the leads on a list, as it is ordered."""
    page = lists.members(team.workspace_id, team.user_id, list_id, limit=1000)
    return [member.lead.id for member in page.members]


def contact(team: Any, lead_id: UUID) -> UUID:
    """The contact that a lead is."""
    with scope(team.workspace_id, team.user_id):
        row = one("SELECT contact_id FROM leads WHERE id = %s", (str(lead_id),))
    assert row is not None
    return row["contact_id"]


def colleague(team: Any, role: str = "member") -> Team:
    """Somebody else in the team's workspace."""
    person = new_team()
    as_owner(
        "INSERT INTO memberships (workspace_id, user_id, role) VALUES (%s, %s, %s)",
        (team.workspace_id, person.user_id, role),
    )
    return Team(team.workspace_id, person.user_id, person.email)
