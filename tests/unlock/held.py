"""People that the catalogue holds, put there by another workspace's work, and leads that are locked."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from reachly import database
from reachly.audit import look
from reachly.database import as_json, scope
from tests.conftest import Team
from tests.planted import as_owner

AT = "2026-11-01T00:00:00+00:00"


def held(
    email: str | None = "", phone: str | None = None, status: str = "valid", name: str = "Ada", **more: Any
) -> UUID:
    """Somebody of the catalogue with an e-mail of their own, or none; gives the contact's id."""
    mark = uuid4().hex[:10]
    email = f"{name.lower()}@{mark}.example" if email == "" else email
    origin = {field: {"source": "lusha", "at": AT, "call": str(uuid4())} for field in ("email", "phone")}
    (organization,) = as_owner(
        "INSERT INTO organizations (name, domain, industry, size, country) VALUES (%s, %s, %s, '51-200', 'Germany')"
        " RETURNING id",
        (f"Firm {mark}", f"{mark}.example", more.get("industry", "Software")),
    )[0]
    return as_owner(
        "INSERT INTO contacts (organization_id, first_name, last_name, title, seniority, department, country, city,"
        " email, email_status, phone, suppressed, linkedin_url, provenance) VALUES"
        " (%s, %s, %s, %s, 'vp', 'Sales', %s, 'Berlin', %s, %s, %s, %s, %s, %s::jsonb) RETURNING id",
        (
            organization,
            name,
            more.get("last_name", f"Held{mark}"),
            more.get("title", "VP Sales"),
            more.get("country", "Germany"),
            email,
            status if email else None,
            phone,
            more.get("suppressed", False),
            more.get("linkedin_url"),
            as_json(origin),
        ),
    )[0][0]


def lead(team: Team, contact: UUID) -> UUID:
    """The contact as a locked lead of the team; gives the lead's id."""
    with scope(team.workspace_id, team.user_id):
        found = database.one("SELECT lead_id FROM catalogue_save(ARRAY[%s]::uuid[])", (str(contact),))
    assert found is not None
    return found["lead_id"]


def row(team: Team, lead_id: UUID) -> dict[str, Any]:
    """The lead as the team sees it."""
    with scope(team.workspace_id, team.user_id):
        found = database.one("SELECT * FROM leads WHERE id = %s", (str(lead_id),))
    assert found is not None
    return found


def balance(team: Team) -> dict[str, int]:
    """What the team has, holds and has spent."""
    with scope(team.workspace_id, team.user_id):
        return {each["name"]: each["balance"] for each in database.rows("SELECT name, balance FROM accounts")}


def sound(team: Team) -> list[str]:
    """What an audit finds wrong with the team's books."""
    return [str(each) for each in look(0).breaches if each.workspace_id in (team.workspace_id, None)]
