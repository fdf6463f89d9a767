"""Leads and jobs put straight into the database, for tests of what comes after finding them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg2.extras

from reachly.database import as_json, owner_database
from reachly.settings import settings

START = datetime(2026, 11, 1, tzinfo=UTC)
_OWN = (
    *("first_name", "last_name", "title", "seniority", "department", "email", "email_status", "phone", "linkedin_url"),
    *(
        "company",
        "company_domain",
        "industry",
        "company_size",
        "city",
        "state",
        "country",
        "source",
        "sample",
        "job_id",
    ),
)


def as_owner(sql: str, params: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Run a statement as the schema's owner."""
    owner = owner_database(settings())
    with owner.connection_context():
        cursor = owner.execute_sql(sql, params)
        return cursor.fetchall() if cursor.description else []


def plant(team: Any, *leads: dict[str, Any], start: datetime = START) -> list[UUID]:
    """Give the team these leads, a minute apart; returns their ids in that order."""
    rows = []
    for minute, lead in enumerate(leads):
        made = lead.get("created_at", start + timedelta(minutes=minute))
        provenance = lead.get("provenance", {"email": {"source": "lusha", "at": "2026-11-01T00:00:00+00:00"}})
        values = [lead.get(name) for name in _OWN]
        values[_OWN.index("source")] = lead.get("source", "lusha")
        values[_OWN.index("sample")] = lead.get("sample", False)
        rows.append((uuid4(), team.workspace_id, uuid4(), made, made, as_json(provenance), *values))
    owner = owner_database(settings())
    with owner.connection_context(), owner.atomic():
        cursor = owner.cursor()
        psycopg2.extras.execute_values(cursor, "INSERT INTO contacts (id) VALUES %s", [(row[2],) for row in rows])
        psycopg2.extras.execute_values(
            cursor,
            "INSERT INTO leads (id, workspace_id, contact_id, created_at, updated_at, provenance, "
            f"{', '.join(_OWN)}) VALUES %s",
            rows,
        )
    return [row[0] for row in rows]


def people(number: int, **values: Any) -> list[dict[str, Any]]:
    """So many leads that differ in name and e-mail."""
    return [
        {"first_name": f"First{n:04}", "last_name": f"Last{n:04}", "email": f"p{n}@firm.example"} | values
        for n in range(number)
    ]
