"""People a workspace has already, brought again: it pays only for what it lacks, and never for whom it does not see."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from reachly.database import as_json, one, scope
from reachly.database import rows as told
from reachly.engine.claim import take
from reachly.generate.rows import identity, row
from reachly.merging import merge
from reachly.providers.values import Company, Person
from tests.conftest import Team
from tests.engine.work import ask
from tests.generate.finding import rows
from tests.planted import as_owner
from tests.unlock.held import balance, sound

FIELDS = ["email", "phone"]


def _person() -> Person:
    mark = uuid4().hex[:8]
    return Person(
        provider_id=mark,
        first_name="Ann",
        last_name=f"Lee {mark}",
        linkedin_url=f"https://www.linkedin.com/in/{mark}",
        email=f"{mark}@{mark}.example",
        phone="+14155550100",
        company=Company("Firm", f"{mark}.example"),
    )


def _deliver(team: Team, person: Person, reveal: list[str]) -> dict[str, Any]:
    asked = ask(team, hold=9, total=9, prices={"email": 1, "phone": 5}, sources=(("lusha", False),))
    claim = take(asked.job_id, "test")
    assert claim is not None
    page = as_json([row(person, "lusha", uuid4(), 0, True)])
    with claim.transaction():
        outcome = one(
            "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, %s, 9, 0, %s::jsonb, '{}')",
            (claim.id, claim.attempt, page, reveal, as_json({"email": 1, "phone": 5})),
        )
    claim.end("succeeded")
    assert outcome is not None
    return outcome


def _owned(team: Team, person: Person, fields: list[str]) -> bool:
    with scope(team.workspace_id, team.user_id):
        return bool(told("SELECT leads_owned(%s, %s)", (sorted(identity(person)), fields)))


def _lead(team: Team) -> dict[str, Any]:
    (lead,) = rows(team, "SELECT * FROM leads")
    return lead


@pytest.mark.parametrize("deleted", [False, True])
def test_what_was_imported_is_not_bought_with_what_it_lacks(team: Team, deleted: bool) -> None:
    person = _person()
    _deliver(team, person, [])
    as_owner(
        'UPDATE leads SET email = \'own@firm.example\', provenance = provenance || \'{"email": {"source": "import"}}\','
        " deleted_at = CASE WHEN %s THEN now() END WHERE workspace_id = %s",
        (deleted, team.workspace_id),
    )
    assert _owned(team, person, ["email"]) is not deleted
    assert not _owned(team, person, FIELDS)
    outcome = _deliver(team, person, FIELDS)
    assert (outcome["delivered"], outcome["spent"]) == (1, 5)
    lead = _lead(team)
    assert (lead["email"], lead["phone"], lead["deleted_at"]) == ("own@firm.example", "+14155550100", None)
    assert rows(team, "SELECT field FROM unlocks") == [{"field": "phone"}]
    assert _deliver(team, person, FIELDS)["owned"] == 1
    assert sound(team) == []


def test_who_stands_behind_another_lead_is_not_bought_though_a_field_is_new(team: Team) -> None:
    kept, gone = _person(), _person()
    for each in (kept, gone):
        _deliver(team, each, ["email"])
    first, second = (lead["id"] for lead in rows(team, "SELECT id FROM leads ORDER BY created_at"))
    merge(team.workspace_id, team.user_id, first, second)
    assert _owned(team, gone, FIELDS)
    assert not _owned(team, kept, FIELDS)
    before = balance(team)
    outcome = _deliver(team, gone, FIELDS)
    assert (outcome["delivered"], outcome["spent"]) == (0, 0)
    assert balance(team) == before
    assert sum(each["hidden"] for each in rows(team, "SELECT hidden FROM job_sources")) == 1
