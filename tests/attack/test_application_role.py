"""Somebody who can speak SQL as the application gets no credit, no free lead and nothing of another workspace."""

from __future__ import annotations

from uuid import uuid4

import peewee
import pytest

from reachly.database import as_json, execute, one, scope, sqlstate
from reachly.engine.claim import Claim, take
from reachly.engine.request import Wish, request
from tests.engine.work import balances
from tests.planted import found

DENIED = "42501"
FREE = {"email": 0, "phone": 0}


def _job(team, prices: dict[str, int], own: bool = False) -> Claim:
    wish = Wish("generate_leads", "bulk", "Test", {}, 10, 10, prices, sources=(("lusha", own),))
    claim = take(request(team.workspace_id, team.user_id, wish).job_id, "test")
    assert claim is not None
    return claim


def _deliver(claim: Claim, prices: dict[str, int]) -> None:
    told = {"n": 0, "new_id": str(uuid4()), "keys": ["e:a@b.example"], "email": "a@b.example", "wanted": True}
    told |= {"has_email": True, "has_phone": False, "sample": True, "suppressed": False}
    told |= {"provenance": {}, "company_provenance": {}}
    one(
        "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, '{email}', 1, 0, %s::jsonb, '{}')",
        (claim.id, claim.attempt, as_json([told]), as_json(prices)),
    )


def test_nothing_paid_is_given_back(team) -> None:
    found(team, "Found", 3)
    with scope(team.workspace_id, team.user_id):
        capture = one("SELECT id FROM transactions WHERE kind = 'capture' LIMIT 1")
    assert capture is not None
    with pytest.raises(peewee.ProgrammingError) as refused, scope(team.workspace_id, team.user_id):
        one("SELECT ledger_refund(%s, %s, 'please')", (capture["id"], team.user_id))
    assert sqlstate(refused.value) == DENIED
    assert balances(team)["available"] == 97


@pytest.mark.parametrize("prices", [FREE, {"email": -1}, {"email": None}, {}])
def test_a_page_has_the_prices_of_its_job(team, prices) -> None:
    claim = _job(team, {"email": 1})
    with pytest.raises(peewee.PeeweeException) as refused, claim.transaction():
        _deliver(claim, prices)
    assert sqlstate(refused.value) == DENIED
    assert balances(team)["spent"] == 0


@pytest.mark.parametrize("prices", [FREE, {"email": -5}, {"email": None}, {"fax": 0}])
def test_a_job_has_the_prices_of_the_list(team, prices) -> None:
    with pytest.raises(peewee.PeeweeException) as refused:
        _job(team, prices)
    assert sqlstate(refused.value) == DENIED


def test_a_source_cannot_be_named_free_afterwards(team) -> None:
    claim = _job(team, {"email": 1})
    for statement in (
        "INSERT INTO job_sources (workspace_id, job_id, source, position, own_key) VALUES (%s, %s, 'clay', 2, true)",
        "UPDATE job_sources SET own_key = true WHERE workspace_id = %s AND job_id = %s",
    ):
        with pytest.raises(peewee.ProgrammingError) as refused, scope(team.workspace_id, team.user_id):
            execute(statement, (str(team.workspace_id), claim.id))
        assert sqlstate(refused.value) == DENIED


def test_what_a_key_of_ones_own_pays_for_is_free(team) -> None:
    claim = _job(team, {"email": 1}, own=True)
    with claim.transaction():
        _deliver(claim, FREE)
    assert balances(team)["spent"] == 0


def test_the_functions_see_only_the_workspace_in_scope(team, other_team) -> None:
    claim = _job(team, {"email": 1})
    with scope(other_team.workspace_id, other_team.user_id):
        assert one("SELECT job_end(%s, %s, 'failed', NULL, NULL, NULL) AS ended", (claim.id, claim.attempt)) == {
            "ended": False
        }
    with pytest.raises(peewee.PeeweeException) as refused, scope(other_team.workspace_id, other_team.user_id):
        _deliver(claim, {"email": 1})
    assert sqlstate(refused.value) == "RL409"
    with pytest.raises(peewee.PeeweeException), scope(other_team.workspace_id, other_team.user_id):
        one("SELECT job_tell(%s, 'log', '{}')", (claim.id,))


def test_the_ledger_is_closed_to_the_application(team) -> None:
    for statement in (
        "SELECT ledger_grant(%s, 100, 'k', NULL, 'mine')",
        "SELECT ledger_move(%s, 'grant', 'granted', 'available', 100, 'k', NULL, 'mine')",
        "UPDATE accounts SET balance = 1000000 WHERE workspace_id = %s",
        "UPDATE jobs SET credits_held = 1000000 WHERE workspace_id = %s",
        "UPDATE jobs SET prices = '{}' WHERE workspace_id = %s",
        "INSERT INTO unlocks (workspace_id, contact_id, field, credits) VALUES (%s, gen_random_uuid(), 'email', 0)",
        "SELECT email FROM contacts WHERE id <> %s",
        "SELECT password_hash FROM users WHERE id <> %s",
        "SELECT token_hash FROM sessions WHERE id <> %s",
    ):
        with pytest.raises(peewee.ProgrammingError) as refused, scope(team.workspace_id, team.user_id):
            one(statement, (str(team.workspace_id),))
        assert sqlstate(refused.value) == DENIED, statement
