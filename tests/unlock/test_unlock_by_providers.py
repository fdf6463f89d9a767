"""What the catalogue does not hold is asked for: source by source, never bought twice, and a miss is free."""

from __future__ import annotations

import time
from uuid import UUID

import pytest
from pydantic import SecretStr

from reachly import retry, unlock, vault
from reachly.database import execute, scope
from reachly.engine.claim import take
from reachly.engine.run import run
from reachly.settings import settings
from reachly.unlock.step import step
from tests.conftest import Team
from tests.engine.work import job, lose_lease
from tests.generate import finding
from tests.generate.finding import find, rows, sources
from tests.planted import as_owner
from tests.unlock.held import balance, held, lead, row, sound

KINDS = {"enrich_leads": step}


def work(job_id: UUID, seconds: float = 30) -> str:
    """Work on the job until it ends."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        came_to = run(job_id, KINDS, "test")
        if came_to in ("succeeded", "failed", "cancelled"):
            return came_to
        time.sleep(0.05)
    raise AssertionError(f"job {job_id} did not end in {seconds} s")


@pytest.fixture
def locked(team: Team, outside, monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """Eight leads of the team that a job found with their e-mails, and whose phones nobody has asked for."""
    settings().provider_backoff = 0.05
    monkeypatch.setattr("reachly.providers.clay.routines.WAITS", (0.05,))
    outside.play(routine_delay_ms=20)
    assert finding.work(find(team, 8)) == "succeeded"
    # The catalogue is every test's: what another learned is forgotten.
    as_owner(
        "UPDATE contacts SET phone = NULL, suppressed = false"
        " WHERE id IN (SELECT contact_id FROM leads WHERE workspace_id = %s)",
        (team.workspace_id,),
    )
    return rows(team, "SELECT id, contact_id, email FROM leads ORDER BY id")


def ask(team: Team, leads: list[dict], *fields: str, key: str | None = None) -> UUID:
    """Ask for fields of leads that providers are needed for; gives the job's id."""
    asked = unlock.ask(
        team.workspace_id, team.user_id, [lead["contact_id"] for lead in leads], fields or ("phone",), key
    )
    assert asked.job is not None
    assert asked.going_on
    return asked.job.job_id


def test_phones_are_asked_for_and_only_those_found_are_paid(team, outside, locked) -> None:
    job_id = ask(team, locked)
    assert job(team, job_id)["credits_held"] == 40
    assert balance(team) == balance(team) | {"held": 40}
    assert work(job_id) == "succeeded"
    found = rows(team, "SELECT phone, credits, provenance FROM leads WHERE phone IS NOT NULL")
    assert 0 < len(found) < 8, "the sandbox knows the phones of some"
    assert {each["credits"] for each in found} == {6}
    assert all(each["provenance"]["phone"]["source"] in ("lusha", "clay") for each in found)
    ended = job(team, job_id)
    assert ended["result"]["delivered"] == len(found) == ended["progress_done"]
    assert ended["result"]["misses"] == 8 - len(found)
    assert balance(team) == balance(team) | {"available": 92 - 5 * len(found), "held": 0}
    assert sound(team) == []


def test_what_one_lacks_the_next_is_asked_for(team, outside, locked) -> None:
    job_id = ask(team, locked)
    work(job_id)
    told = sources(team, job_id)
    assert set(told) == {"catalogue", "lusha", "clay"}
    missed_by_lusha = told["lusha"]["misses"]
    assert told["clay"]["found"] + told["clay"]["misses"] == missed_by_lusha
    assert told["lusha"]["credits"] == 5 * told["lusha"]["found"]


def test_an_e_mail_that_the_catalogue_lacks_comes_from_a_provider_and_is_known_to_all_from_then_on(
    team, other_team, outside, locked
) -> None:
    contact = locked[0]["contact_id"]
    as_owner("UPDATE contacts SET email = NULL, email_status = NULL WHERE id = %s", (contact,))
    lead_id = lead(other_team, contact)
    asked = unlock.ask(other_team.workspace_id, other_team.user_id, [contact], ["email"])
    assert (asked.charged, asked.going_on) == (0, True)
    assert work(asked.job.job_id) == "succeeded"
    assert row(other_team, lead_id)["email"] == locked[0]["email"]
    assert balance(other_team)["available"] == 99
    assert as_owner("SELECT email FROM contacts WHERE id = %s", (contact,)) == [(locked[0]["email"],)]
    assert sound(other_team) == []


def test_what_is_known_comes_at_once_and_the_rest_by_the_same_job(team, outside, locked) -> None:
    known = held()
    lead(team, known)
    asked = unlock.ask(
        team.workspace_id, team.user_id, [known, locked[0]["contact_id"]], ["email", "phone"], "web:both"
    )
    assert (asked.charged, asked.going_on) == (1, True)
    assert work(asked.job.job_id) == "succeeded"
    assert job(team, asked.job.job_id)["credits_spent"] in (1, 6)
    assert balance(team)["held"] == 0
    assert sound(team) == []


@pytest.mark.parametrize(
    ("kind", "operation"),
    [("5xx", "lookup"), ("429_without_hint", "enrich"), ("cut", "enrich"), ("cut", "lookup"), ("hang", "enrich")],
)
def test_what_passes_is_waited_for_and_asked_again(team, outside, locked, kind, operation) -> None:
    settings().provider_read_timeout = 1.5 if kind != "hang" else 0.8
    outside.play(faults=[{"kind": kind, "operation": f"lusha.{operation}", "times": 1}])
    job_id = ask(team, locked[:3])
    assert work(job_id) == "succeeded"
    assert job(team, job_id)["waits"] >= 1
    assert sources(team, job_id)["lusha"]["state"] == "finished"
    assert balance(team)["held"] == 0
    assert sound(team) == []


def test_a_provider_that_gives_up_leaves_the_rest_to_the_next(team, outside, locked) -> None:
    outside.play(faults=[{"kind": "out_of_credits", "operation": "lusha.enrich", "times": 9}])
    job_id = ask(team, locked)
    assert work(job_id) == "succeeded"
    told = sources(team, job_id)
    assert told["lusha"]["state"] == "failed"
    assert told["clay"]["found"] > 0
    assert job(team, job_id)["result"]["failed_sources"] == ["lusha"]


def test_whom_an_empty_account_did_not_serve_is_asked_for_by_who_goes_on(team, outside, locked, monkeypatch) -> None:
    """Of two calls for one chunk the second is refused: its people are neither asked nor missed."""
    settings().clay_api_key = None
    monkeypatch.setattr("reachly.providers.lusha.reveals.CHUNK", 4)
    outside.play(faults=[{"kind": "out_of_credits", "operation": "lusha.enrich", "after": 1, "times": 1}])
    job_id = ask(team, locked)
    assert work(job_id) == "succeeded"
    sent = "SELECT status, request FROM provider_calls WHERE operation = 'enrich' AND job_id = %s"
    served, refused = rows(team, f"{sent} ORDER BY requested_at", job_id)
    assert (served["status"], refused["status"]) == ("answered", "failed")
    source = sources(team, job_id)["lusha"]
    assert (source["state"], "credits" in source["message"]) == ("failed", True)
    missing = len(refused["request"]["json"]["ids"])
    assert source["misses"] <= len(locked) - job(team, job_id)["progress_done"] - missing
    asked = rows(team, "SELECT count(*)::int AS n FROM job_contacts WHERE 'lusha' = ANY (asked)")
    assert asked[0]["n"] == len(locked) - missing
    again = retry.retry(team.workspace_id, team.user_id, job_id).job_id
    assert work(again) == "succeeded"
    later = rows(team, sent, again)
    assert {one for call in later for one in call["request"]["json"]["ids"]} == set(refused["request"]["json"]["ids"])
    assert sound(team) == []


def test_where_all_fail_the_job_says_so_gives_all_back_and_can_go_on(team, outside, locked) -> None:
    settings().clay_api_key = None
    outside.play(faults=[{"kind": "key_refused", "operation": "lusha", "times": 1}])
    job_id = ask(team, locked)
    assert work(job_id) == "failed"
    assert job(team, job_id)["error_code"] == "provider_key_refused"
    assert balance(team) == balance(team) | {"available": 92, "held": 0}
    again = retry.retry(team.workspace_id, team.user_id, job_id).job_id
    assert work(again) == "succeeded"
    ended = job(team, again)
    assert ended["progress_done"] > 0
    assert ended["credits_spent"] == 5 * ended["progress_done"]
    assert sound(team) == []


def test_a_worker_that_died_after_the_answer_buys_nothing_twice(team, outside, locked) -> None:
    settings().clay_api_key = None
    job_id = ask(team, locked)
    claim = take(job_id, "dying")
    assert claim is not None

    class Dead(BaseException):
        pass

    import reachly.unlock.lookup as lookup

    def die(*_: object) -> None:
        raise Dead

    before, lookup.LookupRun._deliver = lookup.LookupRun._deliver, die
    try:
        with pytest.raises(Dead):
            step(claim)
    finally:
        lookup.LookupRun._deliver = before
    seen = outside.told()
    assert seen["calls"] >= 2
    lose_lease(team, job_id)
    assert work(job_id) == "succeeded"
    assert outside.told() == seen
    assert sound(team) == []


def test_who_opted_out_is_remembered_and_not_charged(team, outside, locked) -> None:
    barred = rows(team, "SELECT count(*) AS many FROM contacts WHERE suppressed")[0]["many"]
    outside.play(faults=[{"kind": "451", "operation": "lusha.lookup", "times": 1}])
    job_id = ask(team, locked[:1])
    assert work(job_id) in ("succeeded", "failed")
    assert balance(team)["held"] == 0
    assert rows(team, "SELECT count(*) AS many FROM contacts WHERE suppressed")[0]["many"] == barred


def test_who_was_unlocked_hidden_or_deleted_meanwhile_is_passed_over(team, outside, locked) -> None:
    job_id = ask(team, locked)
    hidden, deleted, paid = locked[:3]
    with scope(team.workspace_id, team.user_id):
        execute(
            "INSERT INTO hidden_contacts (workspace_id, contact_id) VALUES (%s, %s)",
            (team.workspace_id, hidden["contact_id"]),
        )
        execute("UPDATE leads SET deleted_at = now() WHERE id = %s", (deleted["id"],))
    as_owner("UPDATE contacts SET phone = '+14155550100' WHERE id = %s", (paid["contact_id"],))
    assert unlock.ask(team.workspace_id, team.user_id, [paid["contact_id"]], ["phone"]).charged == 5
    assert work(job_id) == "succeeded"
    phones = {each["id"]: each["phone"] for each in rows(team, "SELECT id, phone FROM leads")}
    assert (phones[hidden["id"]], phones[deleted["id"]], phones[paid["id"]]) == (None, None, "+14155550100")
    asked = rows(team, "SELECT request FROM provider_calls WHERE operation = 'lookup'")
    told = str([each["request"] for each in asked])
    assert str(hidden["contact_id"]) not in told
    assert str(paid["contact_id"]) not in told
    assert sound(team) == []


def test_the_workspaces_own_key_costs_it_nothing(team, outside, locked) -> None:
    settings().clay_api_key = None
    with scope(team.workspace_id, team.user_id):
        execute(
            "INSERT INTO provider_keys (workspace_id, provider, secret, user_id) VALUES (%s, 'lusha', %s, %s)",
            (team.workspace_id, vault.lock(outside.key), team.user_id),
        )
    settings().lusha_api_key = SecretStr("another")
    quoted = unlock.quote(team.workspace_id, team.user_id, [each["contact_id"] for each in locked], ["phone"])
    assert (quoted.most, quoted.providers) == (0, ("Lusha",))
    job_id = ask(team, locked)
    assert work(job_id) == "succeeded"
    assert job(team, job_id)["progress_done"] > 0
    assert balance(team) == balance(team) | {"available": 92, "held": 0, "spent": 8}
    assert sound(team) == []


def test_a_long_job_takes_what_the_catalogue_holds_chunk_by_chunk(team, monkeypatch) -> None:
    monkeypatch.setattr(unlock.asking, "AT_ONCE", 2)
    monkeypatch.setattr("reachly.unlock.stock.AT_A_TIME", 2)
    contacts = [held() for _ in range(5)]
    for contact in contacts:
        lead(team, contact)
    asked = unlock.ask(team.workspace_id, team.user_id, contacts, ["email"])
    assert (asked.charged, asked.going_on) == (0, True)
    assert work(asked.job.job_id) == "succeeded"
    assert balance(team) == balance(team) | {"available": 95, "held": 0, "spent": 5}
    assert sound(team) == []


def test_another_jobs_cost_is_not_told_as_this_ones_and_other_fields_are_another_job(team, outside, locked) -> None:
    known, asked_for = held(phone="+4915112345678"), locked[0]["contact_id"]
    lead(team, known)
    both = [known, asked_for]
    first = unlock.ask(team.workspace_id, team.user_id, both, ["phone"])
    assert (first.charged, first.going_on) == (5, True)
    same = unlock.ask(team.workspace_id, team.user_id, [asked_for], ["phone"])
    assert same.job.job_id == first.job.job_id
    with scope(team.workspace_id, team.user_id):
        assert unlock.captured(same.job.job_id, asked_for, ["phone"]) == 0
        assert unlock.captured(same.job.job_id, known, ["phone"]) == 5
    assert unlock.ask(team.workspace_id, team.user_id, [asked_for], ["email"]) == unlock.Unlocking(None)
    assert unlock.ask(team.workspace_id, team.user_id, [known], ["phone"]) == unlock.Unlocking(None)
    assert work(first.job.job_id) == "succeeded"
