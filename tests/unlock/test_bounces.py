"""A bounce gives its credit back exactly once, within its time, and only so often."""

from __future__ import annotations

import threading
from uuid import UUID

import peewee
import pytest

from reachly import hidden, unlock
from reachly.actions import undo
from reachly.credits import HistoryQuery, history
from reachly.database import as_json, connected, execute, one, rows, scope
from reachly.engine.claim import take
from reachly.engine.request import Wish, request
from reachly.generate.rows import row as page_row
from reachly.identity import keys
from reachly.leads import NoSuchLead
from reachly.merging import merge
from reachly.providers.values import Person
from reachly.settings import settings
from tests.conftest import Team, new_team
from tests.planted import as_owner, found
from tests.unlock.held import balance, held, lead, row, sound


def _unlocked(team: Team, email: str = "") -> tuple:
    contact = held(email)
    lead_id = lead(team, contact)
    assert unlock.ask(team.workspace_id, team.user_id, [contact], ["email"]).charged == 1
    return contact, lead_id


def test_a_bounce_gives_the_credit_back_and_marks_the_address(team: Team, other_team: Team) -> None:
    contact, lead_id = _unlocked(team)
    told = unlock.bounced(team.workspace_id, team.user_id, lead_id)
    assert (told.outcome, told.credits) == ("refunded", 1)
    assert balance(team)["available"] == 100
    marked = row(team, lead_id)
    assert marked["email_status"] == "invalid"
    assert marked["provenance"]["email"]["verdict"] == "reported as bounced"
    refund = history(team.workspace_id, team.user_id, HistoryQuery(kind=("refund",))).movements[0]
    assert (refund.credits, refund.description.startswith("Bounced: Ada")) == (1, True)
    assert _verdict(contact) == "valid", "what one workspace says is not proven"
    theirs = lead(other_team, contact)
    assert unlock.ask(other_team.workspace_id, other_team.user_id, [contact], ["email"]).charged == 1
    assert row(other_team, theirs)["email_status"] == "valid"
    assert sound(team) == []


def _verdict(contact: UUID) -> str:
    """What the catalogue says of the address, in its row and in its search."""
    ((kept, searched),) = as_owner(
        "SELECT c.email_status, s.email_status FROM contacts c JOIN contact_search s ON s.contact_id = c.id"
        " WHERE c.id = %s",
        (contact,),
    )
    assert kept == searched
    return kept


def _reported(contact: UUID, *by: Team) -> None:
    for team in by:
        lead_id = lead(team, contact)
        unlock.ask(team.workspace_id, team.user_id, [contact], ["email"])
        assert unlock.bounced(team.workspace_id, team.user_id, lead_id).outcome == "refunded"


def test_reports_of_two_workspaces_end_the_sale_and_one_person_is_no_two(team: Team, other_team: Team) -> None:
    contact, third = held(), new_team(credits=100)
    _reported(contact, team)
    mine = new_team(credits=100)
    as_owner(
        "INSERT INTO memberships (workspace_id, user_id, role) VALUES (%s, %s, 'member')",
        (mine.workspace_id, team.user_id),
    )
    _reported(contact, Team(mine.workspace_id, team.user_id, team.email))
    assert _verdict(contact) == "valid"
    _reported(contact, other_team)
    assert _verdict(contact) == "invalid"
    lead(third, contact)
    assert unlock.ask(third.workspace_id, third.user_id, [contact], ["email"]).charged == 0


def _generated(team: Team, email: str, verdict: str, name: str, profile: str) -> dict:
    """What a provider that finds this person brings the team: their lead, and what the job says."""
    wish = Wish("generate_leads", "bulk", name, {}, 1, 1, {"email": 1}, sources=(("lusha", False),))
    claim = take(request(team.workspace_id, team.user_id, wish).job_id, "test")
    assert claim is not None
    person = Person("x", name, "Held", "VP", email=email, linkedin_url=profile)
    told = [page_row(person, "lusha", UUID(int=0), 0, True) | {"email_status": verdict}]
    with scope(team.workspace_id):
        one(
            "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, ARRAY['email'], 1, 0, '{\"email\": 1}', '{}')",
            (str(claim.id), claim.attempt, as_json(told)),
        )
        return {
            "leads": rows("SELECT email, email_status FROM leads"),
            "misses": one("SELECT misses FROM job_sources WHERE job_id = %s", (str(claim.id),))["misses"],
            "spent": one("SELECT credits_spent FROM jobs WHERE id = %s", (str(claim.id),))["credits_spent"],
        }


def test_a_source_confirms_a_report_and_no_source_takes_it_back_by_itself(team: Team, other_team: Team) -> None:
    profile = "https://www.linkedin.com/in/ada-held"
    contact = held("ada@held.example", linkedin_url=profile)
    for key in keys(None, profile, None, None):
        as_owner("INSERT INTO contact_keys (key, contact_id) VALUES (%s, %s)", (key, contact))
    _generated(new_team(credits=9), "ada@held.example", "invalid", "Ada", profile)
    assert _verdict(contact) == "valid", "nobody has reported it"
    _reported(contact, team)
    _generated(new_team(credits=9), "ada@held.example", "invalid", "Ada", profile)
    assert _verdict(contact) == "invalid"
    again = _generated(other_team, "Ada@held.example", "valid", "Ada", profile)
    assert again == {"leads": [], "misses": 1, "spent": 0}
    assert _verdict(contact) == "invalid"
    moved = _generated(other_team, "ada@new.example", "valid", "Ada", profile)
    assert moved == {"leads": [{"email": "ada@new.example", "email_status": "valid"}], "misses": 0, "spent": 1}


def test_a_bounce_of_a_lead_that_a_job_found_counts_too(team: Team) -> None:
    found(team, "Bouncy", 1)
    with scope(team.workspace_id, team.user_id):
        lead_id = one("SELECT id FROM leads")["id"]
    assert unlock.bounced(team.workspace_id, team.user_id, lead_id).outcome == "refunded"
    assert balance(team)["available"] == 100
    assert sound(team) == []


def test_reported_twenty_times_at_once_it_comes_back_once(team: Team) -> None:
    _, lead_id = _unlocked(team)
    start = threading.Barrier(20)
    outcomes: list[str] = []

    def press() -> None:
        start.wait()
        with connected():
            outcomes.append(unlock.bounced(team.workspace_id, team.user_id, lead_id).outcome)

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["before"] * 19 + ["refunded"]
    assert balance(team)["available"] == 100
    assert sound(team) == []


def test_after_thirty_days_it_is_too_late(team: Team) -> None:
    contact, lead_id = _unlocked(team)
    as_owner("UPDATE unlocks SET created_at = now() - interval '30 days 1 minute' WHERE contact_id = %s", (contact,))
    told = unlock.bounced(team.workspace_id, team.user_id, lead_id)
    assert (told.outcome, told.taken) == ("late", False)
    assert balance(team)["available"] == 99
    assert row(team, lead_id)["email_status"] == "valid"


def test_only_so_many_a_month_give_credits_back(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "bounces_a_month", 2)
    leads = [_unlocked(team)[1] for _ in range(3)]
    outcomes = [unlock.bounced(team.workspace_id, team.user_id, lead_id).outcome for lead_id in leads]
    assert outcomes == ["refunded", "refunded", "too_many"]
    assert balance(team)["available"] == 99
    assert row(team, leads[2])["email_status"] == "valid"


def test_what_was_never_unlocked_or_given_back_before_gives_nothing(team: Team, other_team: Team) -> None:
    locked = lead(team, held())
    assert unlock.bounced(team.workspace_id, team.user_id, locked).outcome == "not_unlocked"
    contact, lead_id = _unlocked(team)
    as_owner(
        "SELECT set_config('reachly.workspace', %s, true);"
        " SELECT ledger_refund(transaction_id, NULL, 'by an operator') FROM unlocks WHERE contact_id = %s",
        (str(team.workspace_id), contact),
    )
    assert unlock.bounced(team.workspace_id, team.user_id, lead_id) == unlock.Bounce("free", 0, lead_id)
    assert balance(team)["available"] == 100
    with pytest.raises(NoSuchLead):
        unlock.bounced(other_team.workspace_id, other_team.user_id, lead_id)
    assert sound(team) == []


def test_the_application_can_give_nothing_else_back(team: Team) -> None:
    contact, _ = _unlocked(team)
    for attempt in (
        "SELECT ledger_refund(transaction_id, NULL, 'mine') FROM unlocks",
        "INSERT INTO bounces (workspace_id, contact_id, email, credits)"
        " SELECT workspace_id, contact_id, 'x', 0 FROM unlocks",
        "DELETE FROM bounces",
        "SELECT unlock_store(workspace_id, job_id, 'lusha', true, '{}') FROM unlocks",
        "SELECT catalogue_values(ARRAY(SELECT contact_id FROM unlocks), '{email}')",
    ):
        with pytest.raises(peewee.ProgrammingError, match="permission denied"), scope(team.workspace_id, team.user_id):
            execute(attempt)
    assert contact


def _paid_and_locked(team: Team) -> tuple:
    contact, gone = _unlocked(team)
    return lead(team, held(None)), gone, contact


def test_a_bounce_after_merges_gives_back_what_was_paid_before_once(team: Team) -> None:
    kept, gone, contact = _paid_and_locked(team)
    last = lead(team, held(None))
    first = merge(team.workspace_id, team.user_id, kept, gone)
    second = merge(team.workspace_id, team.user_id, last, kept)
    assert unlock.bounced(team.workspace_id, team.user_id, last).outcome == "refunded"
    assert balance(team)["available"] == 100
    for each in (last, kept, gone):
        assert unlock.bounced(team.workspace_id, team.user_id, each) == unlock.Bounce("before", 0, last)
    for each in (second, first):
        undo(team.workspace_id, team.user_id, each.action_id)
    assert as_owner("SELECT contact_id FROM bounces WHERE workspace_id = %s", (team.workspace_id,)) == [(contact,)]
    assert unlock.bounced(team.workspace_id, team.user_id, gone).outcome == "before"
    assert row(team, gone)["email_status"] == "invalid"
    assert unlock.bounced(team.workspace_id, team.user_id, kept).outcome == "not_unlocked"
    assert balance(team)["available"] == 100
    assert sound(team) == []


def test_a_report_on_a_lead_that_was_merged_away_goes_to_the_one_that_stands_for_it(team: Team) -> None:
    kept, gone, contact = _paid_and_locked(team)
    merge(team.workspace_id, team.user_id, kept, gone)
    assert unlock.bounced(team.workspace_id, team.user_id, gone) == unlock.Bounce("refunded", 1, kept)
    assert row(team, kept)["email_status"] == row(team, gone)["email_status"] == "invalid"
    assert as_owner("SELECT contact_id FROM bounces WHERE workspace_id = %s", (team.workspace_id,)) == [(contact,)]
    assert sound(team) == []


def test_a_report_on_what_nobody_sees_is_refused_and_books_nothing(team: Team) -> None:
    (_, kept), (_, gone), (contact, hidden_one) = (_unlocked(team) for _ in range(3))
    merge(team.workspace_id, team.user_id, kept, gone)
    hidden.hide_contacts(team.workspace_id, team.user_id, [contact])
    for each in (gone, hidden_one):
        with pytest.raises(NoSuchLead):
            unlock.bounced(team.workspace_id, team.user_id, each)
    assert balance(team)["available"] == 97
    assert as_owner("SELECT count(*) FROM bounces WHERE workspace_id = %s", (team.workspace_id,)) == [(0,)]


def test_a_bounce_after_a_merge_is_late_when_the_purchase_is(team: Team) -> None:
    kept, gone, contact = _paid_and_locked(team)
    as_owner("UPDATE unlocks SET created_at = now() - interval '31 days' WHERE contact_id = %s", (contact,))
    merge(team.workspace_id, team.user_id, kept, gone)
    assert unlock.bounced(team.workspace_id, team.user_id, kept).outcome == "late"
    assert balance(team)["available"] == 99
