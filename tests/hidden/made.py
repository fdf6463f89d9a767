"""Leads with companies, to be hidden."""

from __future__ import annotations

from uuid import UUID, uuid4

from reachly.database import rows, scope
from tests.planted import as_owner, plant


def organization(domain: str | None = None, name: str = "Firm", name_key: str | None = None) -> UUID:
    """A company of the catalogue."""
    made = uuid4()
    key = name_key or (None if domain else f"{name.lower()} {made.hex[:6]}")
    as_owner(
        "INSERT INTO organizations (id, name, domain, name_key) VALUES (%s, %s, %s, %s)", (made, name, domain, key)
    )
    return made


def at(team, organization_id: UUID | None, *names: str, domain: str | None = None, **values) -> list[UUID]:
    """Leads who work there; returns their ids."""
    ids = plant(team, *({"first_name": name, "last_name": "Lee", "company_domain": domain} | values for name in names))
    as_owner(
        "UPDATE leads SET organization_id = %s WHERE id = ANY (%s::uuid[])", (organization_id, [str(i) for i in ids])
    )
    return ids


def contacts(team, *leads: UUID) -> list[UUID]:
    """Whom of the catalogue these leads are."""
    with scope(team.workspace_id, team.user_id):
        known = {row["id"]: row["contact_id"] for row in rows("SELECT id, contact_id FROM leads")}
    return [known[lead] for lead in leads]
