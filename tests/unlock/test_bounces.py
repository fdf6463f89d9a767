"""A bounce gives its credit back exactly once, within its time, and only so often."""

from __future__ import annotations

import threading

import peewee
import pytest

from reachly import unlock
from reachly.actions import undo
from reachly.credits import HistoryQuery, history
from reachly.database import connected, execute, scope
from reachly.leads import NoSuchLead
from reachly.merging import merge
from reachly.settings import settings
from tests.conftest import Team
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
    assert as_owner("SELECT email_status FROM contacts WHERE id = %s", (contact,)) == [("invalid",)]
    refund = history(team.workspace_id, team.user_id, HistoryQuery(kind=("refund",))).movements[0]
    assert (refund.credits, refund.description.startswith("Bounced: Ada")) == (1, True)
    lead(other_team, contact)
    assert unlock.ask(other_team.workspace_id, other_team.user_id, [contact], ["email"]).charged == 0
    assert sound(team) == []


def test_a_bounce_of_a_lead_that_a_job_found_counts_too(team: Team) -> None:
    found(team, "Bouncy", 1)
    with scope(team.workspace_id, team.user_id):
        from reachly.database import one

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
    assert unlock.bounced(team.workspace_id, team.user_id, lead_id) == unlock.Bounce("free", 0)
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
    assert as_owner("SELECT email_status FROM contacts WHERE id = %s", (contact,)) == [("invalid",)]
    assert unlock.bounced(team.workspace_id, team.user_id, last).outcome == "before"
    for each in (second, first):
        undo(team.workspace_id, team.user_id, each.action_id)
    assert unlock.bounced(team.workspace_id, team.user_id, gone).outcome == "free"
    assert balance(team)["available"] == 100
    assert sound(team) == []


def test_a_bounce_after_a_merge_is_late_when_the_purchase_is(team: Team) -> None:
    kept, gone, contact = _paid_and_locked(team)
    as_owner("UPDATE unlocks SET created_at = now() - interval '31 days' WHERE contact_id = %s", (contact,))
    merge(team.workspace_id, team.user_id, kept, gone)
    assert unlock.bounced(team.workspace_id, team.user_id, kept).outcome == "late"
    assert balance(team)["available"] == 99
