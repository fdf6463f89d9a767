"""A program that reads and writes tables, and leads for it to see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Program, _room, alice, app, bob, make_program, person_of, stranger  # noqa: F401
from tests.planted import as_owner


@pytest.fixture
def firm() -> Callable[..., dict[str, Any]]:
    """Put a company with people into the catalogue; returns its id and theirs."""

    def make(name: str, industry: str = "Software", people: int = 3) -> dict[str, Any]:
        [(company,)] = as_owner(
            "INSERT INTO organizations (name, name_key, industry, website, headcount) VALUES (%s, %s, %s, %s, %s)"
            " RETURNING id",
            (name, f"{name}/{id(object())}", industry, f"https://{name.lower()}.example", people * 10),
        )
        found = as_owner(
            "INSERT INTO contacts (organization_id, first_name, last_name, title, email, phone)"
            " SELECT %s, 'First' || n, %s, CASE n %% 2 WHEN 0 THEN 'VP' END, 'secret' || n || '@x.example', '+1555'"
            " FROM generate_series(1, %s) n RETURNING id",
            (company, name, people),
        )
        return {"id": str(company), "people": sorted(str(row[0]) for row in found)}

    return make


def lead_of(program: Program, contact_id: str, **values: Any) -> None:
    """Make a contact a lead of the program's workspace."""
    person = person_of(program)
    as_owner(
        "INSERT INTO leads (workspace_id, contact_id, source, email, phone) VALUES (%s, %s, 'catalogue', %s, %s)",
        (person.workspace_id, contact_id, values.get("email"), values.get("phone")),
    )
