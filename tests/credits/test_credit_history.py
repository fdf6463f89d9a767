"""The history accounts for every credit: who, when, which job, which lead, why, and what was left."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from reachly.credits import (
    KINDS,
    HistoryQuery,
    as_csv,
    balance,
    count,
    held_by_job,
    history,
    per_day,
    used,
)
from reachly.leads import BadCursor, delete
from tests.planted import as_owner, found, plant, refund


def read(team, **asked):
    return history(team.workspace_id, team.user_id, HistoryQuery(**asked)).movements


def test_a_new_workspace_stands_where_its_plan_puts_it(team) -> None:
    stands = balance(team.workspace_id, team.user_id)
    assert (stands.available, stands.held, stands.spent, stands.balance) == (100, 0, 0, 100)
    assert (stands.plan, stands.plan_name, stands.limit, stands.period_end) == ("trial", "Trial", 100, None)
    (grant,) = read(team)
    assert (grant.kind, grant.credits, grant.available_change, grant.available_after) == ("grant", 100, 100, 100)
    assert (grant.person, grant.job_id, grant.description) == (None, None, "Trial plan")


def test_what_a_job_holds_spends_and_gives_back_is_told_apart(team) -> None:
    done = found(team, "Done", 3, phones=1, hold=20)
    going = found(team, "Going", 2, hold=10, end=None)
    stands = balance(team.workspace_id, team.user_id)
    assert (stands.available, stands.held, stands.spent, stands.balance) == (82, 8, 10, 90)
    assert used(team.workspace_id, team.user_id) == 10
    (held,) = held_by_job(team.workspace_id, team.user_id)
    assert (held.job_id, held.job_name, held.credits) == (going, "Going", 8)
    movements = [movement for movement in read(team) if movement.job_id == done]
    assert [(move.kind, move.available_change, move.held_change) for move in movements] == [
        ("release", 12, -12),
        ("capture", 0, -1),
        ("capture", 0, -1),
        ("capture", 0, -5),
        ("capture", 0, -1),
        ("hold", -20, 20),
    ]
    assert movements[-1].person == "Alice"
    assert {(move.job_name, move.job_number) for move in movements} == {("Done", 1)}
    assert [(move.field, move.description, move.source) for move in movements[3:5]] == [
        ("phone", "Done Number0", "lusha"),
        ("email", "Done Number0", "lusha"),
    ]


@pytest.mark.parametrize("grouped", [False, True])
def test_each_row_adds_up_to_the_row_above(team, grouped) -> None:
    found(team, "One", 4, phones=2, hold=30)
    refund(team, read(team, kind=("capture",))[0].id)
    found(team, "Two", 2, hold=9, end="cancelled")
    available = held = 0
    for move in reversed(history(team.workspace_id, team.user_id, grouped=grouped).movements):
        available, held = available + move.available_change, held + move.held_change
        assert (move.available_after, move.held_after) == (available, held)
    stands = balance(team.workspace_id, team.user_id)
    assert (available, held) == (stands.available, stands.held)


def test_captures_in_a_row_are_taken_together_for_people(team) -> None:
    found(team, "One", 5, phones=2, hold=40, end=None)
    found(team, "Two", 1, end=None)
    two, hold_two, one, hold_one, grant = history(team.workspace_id, team.user_id, grouped=True).movements
    assert (two.movements, two.lead_id is not None, two.description) == (1, True, "Two Number0")
    assert (one.movements, one.leads, one.emails, one.phones, one.credits, one.held_change) == (7, 5, 5, 2, 15, -15)
    assert (one.job_name, one.lead_id, one.description, one.sources) == ("One", None, "", ("lusha",))
    assert [hold_two.kind, hold_one.kind, grant.kind] == ["hold", "hold", "grant"]


@pytest.mark.parametrize("grouped", [False, True])
def test_pages_are_exact_and_made_up_cursors_refused(team, grouped) -> None:
    for name in ("One", "Two", "Three"):
        found(team, name, 3)
    whole = history(team.workspace_id, team.user_id, grouped=grouped)
    assert whole.next_cursor is None
    seen, cursor = [], None
    while True:
        part = history(team.workspace_id, team.user_id, None, cursor, 2, grouped)
        seen += part.movements
        cursor = part.next_cursor
        if cursor is None:
            break
    assert seen == whole.movements
    with pytest.raises(BadCursor):
        history(team.workspace_id, team.user_id, None, "WyJoaXN0b3J5IiwieCJd")


def test_a_very_long_run_is_shown_in_parts_that_add_up(team, monkeypatch) -> None:
    monkeypatch.setattr("reachly.credits.movements._MOST_IN_GROUPS", 4)
    found(team, "Long", 10, hold=10)
    found(team, "Short", 1)
    seen, cursor = [], None
    while True:
        part = history(team.workspace_id, team.user_id, None, cursor, 50, grouped=True)
        seen += part.movements
        cursor = part.next_cursor
        if cursor is None:
            break
    assert sum(move.movements for move in seen) == count(team.workspace_id, team.user_id, HistoryQuery()).number
    assert sum(move.held_change for move in seen) == 0


def test_filters_narrow_the_history(team) -> None:
    found(team, "Müller 50%", 2, hold=5)
    found(team, "Other", 1)
    assert {move.kind for move in read(team, kind=("hold", "release"))} == {"hold", "release"}
    assert {move.job_number for move in read(team, job=2)} == {2}
    assert read(team, job=77) == []
    assert len(read(team, q="müller 50%")) == 4
    assert [move.description for move in read(team, q="number1")] == ["Müller 50% Number1"]
    assert read(team, q="100%") == []
    today = datetime.now(UTC).date()
    assert len(read(team, since=today, until=today)) == len(read(team))
    assert read(team, since=today + timedelta(days=1)) == read(team, until=today - timedelta(days=1)) == []
    assert str(count(team.workspace_id, team.user_id, HistoryQuery(), cap=3)) == "3+"


def test_a_deleted_leads_captures_stay_without_a_link(team) -> None:
    found(team, "One", 1)
    (capture,) = read(team, kind=("capture",))
    delete(team.workspace_id, team.user_id, [capture.lead_id])
    (capture,) = read(team, kind=("capture",))
    assert (capture.lead_id, capture.description) == (None, "One Number0")


def test_nobody_reads_anothers_books(team, other_team) -> None:
    found(team, "Secret", 2)
    assert [move.kind for move in read(other_team)] == ["grant"]
    assert b"Secret" not in b"".join(as_csv(other_team.workspace_id, other_team.user_id))
    assert used(other_team.workspace_id, other_team.user_id) == 0


def test_the_days_of_a_month_come_without_a_gap(team) -> None:
    found(team, "One", 3)
    days = per_day(team.workspace_id, team.user_id)
    today = datetime.now(UTC).date()
    assert [day.day for day in days] == [today - timedelta(days=29 - n) for n in range(30)]
    assert (days[-1].spent, days[-1].added) == (3, 100)
    assert sum(day.spent for day in days[:-1]) == 0


def test_what_was_given_back_is_not_used(team) -> None:
    found(team, "One", 3)
    refund(team, read(team, kind=("capture",))[0].id)
    assert used(team.workspace_id, team.user_id) == per_day(team.workspace_id, team.user_id, 1)[0].spent == 2


def test_the_spreadsheet_has_every_movement_and_no_formula(team, monkeypatch) -> None:
    monkeypatch.setattr("reachly.credits.spreadsheet._BATCH", 3)
    found(team, "=cmd()", 4, hold=6)
    data = b"".join(as_csv(team.workspace_id, team.user_id))
    assert data.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(table) == count(team.workspace_id, team.user_id, HistoryQuery()).number == 7
    assert table[0]["Movement"] == "Release"
    assert table[-1]["Available change"] == "100"
    assert not [row for row in table if row["Detail"].startswith("=") or row["Job name"].startswith("=")]
    assert sum(int(row["Held change"]) for row in table) == 0


def test_an_address_reads_as_a_query_and_names_what_is_wrong() -> None:
    args = MultiDict([("kind", "hold"), ("kind", "hold"), ("job", "12"), ("since", "2026-11-01"), ("q", " anna ")])
    assert HistoryQuery.from_args(args) == (HistoryQuery(("hold",), 12, date(2026, 11, 1), None, "anna"), {})
    for name, value in {"kind": "gift", "job": "x", "since": "soon", "until": "2026-13-01", "q": "y" * 201}.items():
        query, errors = HistoryQuery.from_args({name: value})
        assert (query, list(errors)) == (HistoryQuery(), [name])


_queries = st.builds(
    HistoryQuery,
    kind=st.lists(st.sampled_from(list(KINDS)), unique=True, max_size=3).map(tuple),
    job=st.integers(0, 10**17) | st.none(),
    since=st.dates(date(2000, 1, 1)) | st.none(),
    q=st.text("abc é%", max_size=9).map(str.strip),
)


@given(_queries)
def test_every_query_reads_back_from_its_address(query) -> None:
    assert HistoryQuery.from_args(query.as_args()) == (query, {})


def test_a_planted_lead_without_a_job_has_no_movement(team) -> None:
    plant(team, {"last_name": "Free"})
    assert len(read(team)) == 1
    assert as_owner("SELECT count(*) FROM unlocks WHERE workspace_id = %s", (team.workspace_id,)) == [(0,)]
