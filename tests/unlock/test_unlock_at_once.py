"""Unlocking what the catalogue holds: at once, paid once, at the price of the list, and only what may be sold."""

from __future__ import annotations

import threading
from uuid import UUID

import peewee
import pytest

from reachly import unlock
from reachly.database import connected, execute, scope
from reachly.engine.request import KeyReused, NotEnoughCredits
from reachly.spending import CapReached
from tests.conftest import Team
from tests.planted import as_owner
from tests.unlock.held import balance, held, lead, row, sound


def _ask(team: Team, *contacts: UUID, fields: tuple[str, ...] = ("email",), key: str | None = None) -> unlock.Unlocking:
    return unlock.ask(team.workspace_id, team.user_id, contacts, fields, key)


def test_an_e_mail_that_is_known_comes_at_once_with_its_verdict_and_age(team: Team) -> None:
    contact = held("ada@known.example")
    lead_id = lead(team, contact)
    assert row(team, lead_id)["email"] is None
    told = _ask(team, contact)
    assert (told.charged, told.going_on) == (1, False)
    found = row(team, lead_id)
    assert (found["email"], found["email_status"], found["credits"]) == ("ada@known.example", "valid", 1)
    origin = found["provenance"]["email"]
    assert (origin["source"], origin["at"], origin["through"]) == ("lusha", "2026-11-01T00:00:00+00:00", "catalogue")
    assert "call" not in origin, "a call is another workspace's"
    assert balance(team)["available"] == 99
    assert balance(team)["spent"] == 1
    assert sound(team) == []


def test_the_job_that_paid_has_ended_and_says_what_it_brought(team: Team) -> None:
    contact = held()
    lead(team, contact)
    told = _ask(team, contact)
    assert told.job is not None
    with scope(team.workspace_id, team.user_id):
        from reachly.engine import look

        job = look.job(told.job.job_id)
        assert job is not None
        assert (job.status, job.progress_done, job.progress_total) == ("succeeded", 1, 1)
        assert (job.credits_held, job.credits_spent, job.credits_released) == (1, 1, 0)
        assert job.result["delivered"] == 1
        assert [event.kind for event in look.events(job.id)] == ["log", "log", "leads", "done"]


def test_a_field_unlocked_before_costs_nothing_and_makes_no_job(team: Team) -> None:
    contact = held(phone="+4915112345678")
    lead(team, contact)
    assert _ask(team, contact).charged == 1
    assert _ask(team, contact) == unlock.Unlocking(None)
    both = _ask(team, contact, fields=("email", "phone"))
    assert both.charged == 5, "only what is not paid yet is paid"
    assert balance(team)["available"] == 94
    assert sound(team) == []


def test_the_same_key_is_the_same_job_and_another_request_is_refused(team: Team) -> None:
    one, two = held(), held()
    lead(team, one)
    lead(team, two)
    first = _ask(team, one, key="web:1")
    again = _ask(team, one, key="web:1")
    assert first.job is not None
    assert again.job is not None
    assert (again.job.job_id, again.job.replayed, again.charged) == (first.job.job_id, True, 1)
    with pytest.raises(KeyReused):
        _ask(team, two, key="web:1")
    assert balance(team)["available"] == 99


def test_too_few_credits_and_a_cap_refuse_all_and_take_nothing(team: Team) -> None:
    contact = held(phone="+4915112345678")
    lead_id = lead(team, contact)
    as_owner(
        "SELECT ledger_move(%s, 'expire', 'available', 'expired', 97, NULL, NULL, 'for a test')",
        (str(team.workspace_id),),
    )
    with pytest.raises(NotEnoughCredits) as short:
        _ask(team, contact, fields=("email", "phone"))
    assert (short.value.required, short.value.available) == (6, 3)
    with scope(team.workspace_id, team.user_id):
        execute("SELECT spend_cap_set(NULL, 0)")
    with pytest.raises(CapReached):
        _ask(team, contact)
    assert row(team, lead_id)["email"] is None
    assert balance(team)["held"] == 0


@pytest.mark.parametrize("why", ["suppressed", "hidden", "company hidden", "invalid", "unknown to all", "deleted"])
def test_what_must_not_be_sold_is_refused_free_of_charge(team: Team, why: str) -> None:
    contact = held(None if why == "unknown to all" else "", status="invalid" if why == "invalid" else "valid")
    lead_id = lead(team, contact)
    if why == "suppressed":
        as_owner("UPDATE contacts SET suppressed = true WHERE id = %s", (contact,))
    with scope(team.workspace_id, team.user_id):
        if why == "hidden":
            execute(
                "INSERT INTO hidden_contacts (workspace_id, contact_id) VALUES (%s, %s)", (team.workspace_id, contact)
            )
        if why == "company hidden":
            execute(
                "INSERT INTO hidden_companies (workspace_id, domain)"
                " SELECT %s, company_domain FROM leads WHERE id = %s",
                (team.workspace_id, lead_id),
            )
        if why == "deleted":
            execute("UPDATE leads SET deleted_at = now() WHERE id = %s", (lead_id,))
    assert _ask(team, contact) == unlock.Unlocking(None)
    assert row(team, lead_id)["email"] is None
    assert balance(team)["available"] == 100


def test_many_are_one_job_that_pays_for_what_is_found(team: Team) -> None:
    contacts = [held() for _ in range(5)] + [held(None)]
    for contact in contacts:
        lead(team, contact)
    told = _ask(team, *contacts)
    assert told.charged == 5
    assert balance(team) | {"available": 95, "held": 0, "spent": 5} == balance(team)
    assert sound(team) == []


def test_twenty_people_who_unlock_the_same_at_once_pay_once(team: Team) -> None:
    contacts = [held(phone="+4915112345678") for _ in range(3)]
    leads = [lead(team, contact) for contact in contacts]
    start = threading.Barrier(20)
    charged: list[int] = []
    wrong: list[BaseException] = []

    def press(at: int) -> None:
        start.wait()
        try:
            with connected():
                mine = contacts if at % 2 else contacts[::-1]
                charged.append(_ask(team, *mine, fields=("email", "phone") if at % 3 else ("phone",)).charged)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=press, args=(at,)) for at in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong
    assert sum(charged) == 18
    assert balance(team)["available"] == 82
    assert {row(team, lead_id)["credits"] for lead_id in leads} == {6}
    assert sound(team) == []


def test_somebody_elses_lead_is_none_of_ours(team: Team, other_team: Team) -> None:
    contact = held()
    lead(other_team, contact)
    assert _ask(team, contact) == unlock.Unlocking(None)
    assert balance(team)["available"] == 100


def test_who_only_looks_unlocks_nothing(team: Team) -> None:
    contact = held()
    lead_id = lead(team, contact)
    as_owner("UPDATE memberships SET role = 'viewer' WHERE user_id = %s", (team.user_id,))
    with pytest.raises(peewee.ProgrammingError, match="may write"):
        _ask(team, contact)
    with pytest.raises(peewee.ProgrammingError, match="may write"):
        unlock.bounced(team.workspace_id, team.user_id, lead_id)
    with pytest.raises(peewee.ProgrammingError, match="may write"):
        lead(team, contact)


def test_the_price_before_is_the_most_it_can_cost(team: Team) -> None:
    known, unknown, owned = held(), held(None), held()
    for contact in (known, unknown, owned):
        lead(team, contact)
    _ask(team, owned)
    told = unlock.quote(team.workspace_id, team.user_id, [known, unknown, owned], ["email"])
    (email,) = told.fields
    assert (email.wanted, email.known, email.owned, email.refused, email.price) == (2, 1, 1, 0, 1)
    assert told.providers == ()
    assert (told.most, told.obtainable) == (1, 1)
