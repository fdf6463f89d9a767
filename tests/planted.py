"""Leads and jobs put straight into the database, for tests of what comes after finding them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg2.extras

from reachly.database import as_json, one, owner_database
from reachly.engine.claim import take
from reachly.engine.request import Wish, request
from reachly.generate.rows import row
from reachly.providers.values import Company, Person
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


def refund(team: Any, capture: UUID, why: str = "Wrong person") -> None:
    """Give a capture back, as an operator would."""
    as_owner(
        "SELECT set_config('reachly.workspace', %s, true); SELECT ledger_refund(%s, %s, %s)",
        (str(team.workspace_id), str(capture), str(team.user_id), why),
    )


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
        psycopg2.extras.execute_values(cursor, "INSERT INTO contacts (id) VALUES %s", [(lead[2],) for lead in rows])
        psycopg2.extras.execute_values(
            cursor,
            "INSERT INTO leads (id, workspace_id, contact_id, created_at, updated_at, provenance, "
            f"{', '.join(_OWN)}) VALUES %s",
            rows,
        )
    return [lead[0] for lead in rows]


def people(number: int, **values: Any) -> list[dict[str, Any]]:
    """So many leads that differ in name and e-mail."""
    return [
        {"first_name": f"First{n:04}", "last_name": f"Last{n:04}", "email": f"p{n}@firm.example"} | values
        for n in range(number)
    ]


def found(team: Any, name: str, number: int, phones: int = 0, hold: int = 0, end: str | None = "succeeded") -> UUID:
    """A job that held credits and found leads through the product's own functions; returns its id.

    The first ``phones`` of them come with a phone. Without ``end`` the job stays open.
    """
    wish = Wish(
        "generate_leads",
        "bulk",
        name,
        {},
        number + 1,
        hold or number + 5 * phones,
        {"email": 1, "phone": 5},
        sources=(("lusha", False),),
    )
    claim = take(request(team.workspace_id, team.user_id, wish).job_id, "test")
    assert claim is not None
    mark = uuid4().hex[:8]
    told = [
        row(
            Person(
                provider_id=f"{mark}{n}",
                first_name=name,
                last_name=f"Number{n}",
                email=f"{n}@{mark}.example",
                email_grade="A",
                phone="+14155550100" if n < phones else None,
                company=Company(f"Firm {mark}", f"{mark}.example", "Software", "51-200", 120, "Germany"),
            ),
            "lusha",
            uuid4(),
            n,
            True,
        )
        for n in range(number)
    ]
    with claim.transaction():
        one(
            "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, %s, %s, 0, %s::jsonb, '{}'::jsonb)",
            (claim.id, claim.attempt, as_json(told), ["email", "phone"], number, as_json({"email": 1, "phone": 5})),
        )
    if end:
        claim.end(end)
    return claim.id
