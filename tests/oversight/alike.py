"""People and companies of the catalogue that look alike, and what teams have of them."""

from __future__ import annotations

from uuid import UUID, uuid4

from reachly import database
from reachly.audit.running import run as audit
from reachly.database import as_json, scope
from tests.generate.finding import rows
from tests.planted import as_owner

TABLES = (
    *("leads", "list_contacts", "lead_tags", "lead_notes", "unlocks", "bounces", "hidden_contacts", "hidden_companies"),
    *("contacts", "organizations", "contact_keys", "employment_history", "contact_search", "lead_search"),
    *("transactions", "entries"),
)


def everything() -> dict[str, list[str]]:
    """Every row of these tables but for when it was last touched."""
    told = {}
    for table in TABLES:
        found = as_owner(f"SELECT (to_jsonb(t) - 'updated_at')::text FROM {table} t ORDER BY 1")
        told[table] = [row for (row,) in found]
    return told


def organization(name: str, **columns) -> UUID:
    """A company of the catalogue."""
    made = {"id": uuid4(), "name": name, **columns}
    as_owner(
        f"INSERT INTO organizations ({', '.join(made)}) VALUES ({', '.join(['%s'] * len(made))})", (*made.values(),)
    )
    return made["id"]


def person(key: str, **columns) -> UUID:
    """Somebody of the catalogue, known by a key and with a past."""
    made = {"id": uuid4(), "first_name": "Anna", "last_name": "Müller", "country": "Germany", **columns}
    made["provenance"] = as_json({name: {"source": key} for name in columns if name in ("email", "phone", "title")})
    as_owner(f"INSERT INTO contacts ({', '.join(made)}) VALUES ({', '.join(['%s'] * len(made))})", (*made.values(),))
    as_owner("INSERT INTO contact_keys (key, contact_id) VALUES (%s, %s)", (f"n:{key}|{made['id']}", made["id"]))
    as_owner(
        "INSERT INTO employment_history (contact_id, company_name, title, source) VALUES (%s, %s, 'CEO', 'lusha')",
        (made["id"], key),
    )
    return made["id"]


def save(team, *contacts: UUID) -> list[UUID]:
    """These people as leads of the team; gives the leads' ids."""
    with scope(team.workspace_id, team.user_id):
        found = database.rows("SELECT * FROM catalogue_save(%s::uuid[])", ([str(each) for each in contacts],))
    return [row["lead_id"] for row in found]


def paid(team, contact: UUID, field: str, value: str) -> None:
    """What the team unlocked of somebody."""
    as_owner(
        "INSERT INTO unlocks (workspace_id, contact_id, field, credits) VALUES (%s, %s, %s, 0)",
        (team.workspace_id, contact, field),
    )
    as_owner(
        f"UPDATE leads SET {field} = %s WHERE workspace_id = %s AND contact_id = %s",
        (value, team.workspace_id, contact),
    )


def seen(team) -> list[dict]:
    """The team's leads in sight."""
    return rows(team, "SELECT contact_id, email, phone FROM leads WHERE NOT hidden AND deleted_at IS NULL ORDER BY id")


def breaches(team) -> list:
    """What the audit says of this workspace."""
    return [breach for breach in audit() if str(team.workspace_id) in str(breach)]


def told(desk, kind: str) -> dict[frozenset[UUID], str]:
    """Why which two look like one."""
    return {frozenset((pair.kept_id, pair.gone_id)): pair.why for pair in desk.pairs(kind, 500)}
