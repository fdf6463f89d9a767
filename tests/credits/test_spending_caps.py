"""What may be spent in a month and by a job: counted with the hold, refused in words, told before it is used up."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import peewee
import pytest

from reachly import audit, database, spending
from reachly.database import owner_database, scope
from reachly.engine.claim import take
from reachly.settings import settings
from reachly.spending import CapReached
from tests.conftest import Team
from tests.engine.work import ask, balances, job
from tests.generate.finding import find, rows, sources, work


def cap(team: Team, credits: int | None, of: UUID | None = None) -> None:
    """Set a cap as the owner does."""
    assert spending.set_caps(team.workspace_id, team.user_id, {of: credits})


def used(team: Team, of: UUID | None = None) -> tuple[int, int]:
    """Spent this month and held, as the page shows it."""
    found = next(each for each in spending.caps(team.workspace_id, team.user_id) if each.user_id == of)
    return found.spent, found.held


def member(team: Team, role: str = "member") -> Team:
    """A second person of the workspace."""
    from tests.conftest import new_team

    other = new_team()
    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql(
            "INSERT INTO memberships (workspace_id, user_id, role) VALUES (%s, %s, %s)",
            (team.workspace_id, other.user_id, role),
        )
    return Team(team.workspace_id, other.user_id, other.email)


def test_a_job_that_could_pass_the_cap_is_refused_and_nothing_is_written(team) -> None:
    cap(team, 50)
    ask(team, hold=40)
    with pytest.raises(CapReached) as refused:
        ask(team, hold=11)
    told = refused.value
    assert (told.of, told.cap, told.spent, told.held, told.required, told.left) == ("workspace", 50, 0, 40, 11, 10)
    assert "the owner of the workspace" in told.words
    assert balances(team) == {"available": 60, "held": 40, "spent": 0}
    assert ask(team, hold=10).job_id
    assert ask(team).job_id  # what costs nothing needs no room


def test_what_was_spent_counts_and_what_came_back_does_not(team, outside) -> None:
    cap(team, 20)
    assert work(find(team, 8)) == "succeeded"
    assert used(team) == (8, 0)
    held = ask(team, hold=12).job_id
    assert used(team) == (8, 12)
    with pytest.raises(CapReached):
        ask(team, hold=1)
    claim = take(held, "w")
    assert claim
    claim.end("succeeded")
    assert used(team) == (8, 0)
    assert ask(team, hold=12).job_id


def test_of_two_jobs_that_pass_the_cap_together_one_goes(make_team) -> None:
    for _ in range(5):
        team = make_team()
        cap(team, 60)
        start = threading.Barrier(8)

        def want(_number: int, team: Team = team, start: threading.Barrier = start) -> bool:
            start.wait()
            try:
                ask(team, hold=40)
            except CapReached:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(want, range(8))) == 1
        assert balances(team) == {"available": 60, "held": 40, "spent": 0}


def test_a_person_has_a_cap_of_their_own_beside_the_workspaces(team) -> None:
    second = member(team)
    cap(team, 90)
    cap(team, 10, second.user_id)
    with pytest.raises(CapReached) as refused:
        ask(second, hold=11)
    assert (refused.value.of, refused.value.cap) == ("person", 10)
    ask(second, hold=10)
    ask(team, hold=80)
    assert (used(team), used(team, second.user_id), used(team, team.user_id)) == ((0, 90), (0, 10), (0, 80))
    with pytest.raises(CapReached) as refused:
        ask(team, hold=1)
    assert refused.value.of == "workspace"


def test_last_months_credits_do_not_count_and_what_a_job_of_then_spends_now_does(team, outside) -> None:
    cap(team, 10)
    assert work(find(team, 6)) == "succeeded"
    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql(
            "UPDATE jobs SET created_at = date_trunc('month', now()) - interval '5 minutes' WHERE workspace_id = %s",
            (team.workspace_id,),
        )
    assert used(team) == (6, 0)
    with owner.connection_context(), owner.atomic():
        owner.execute_sql("ALTER TABLE transactions DISABLE TRIGGER append_only")
        owner.execute_sql(
            "UPDATE transactions SET created_at = date_trunc('month', now()) - interval '1 minute'"
            " WHERE workspace_id = %s",
            (team.workspace_id,),
        )
        owner.execute_sql("ALTER TABLE transactions ENABLE TRIGGER append_only")
    assert used(team) == (0, 0)
    assert ask(team, hold=10).job_id


def test_a_refund_makes_room_again(team, outside) -> None:
    cap(team, 10)
    assert work(find(team, 6)) == "succeeded"
    [capture, *_] = rows(team, "SELECT id FROM transactions WHERE kind = 'capture'")
    owner = owner_database(settings())
    with owner.connection_context(), owner.atomic():
        owner.execute_sql("SELECT set_config('reachly.workspace', %s, true)", (str(team.workspace_id),))
        owner.execute_sql("SELECT ledger_refund(%s, NULL, 'wrong')", (capture["id"],))
    assert used(team) == (5, 0)


def test_only_the_owner_sets_a_cap_and_only_for_people_of_the_workspace(team, other_team) -> None:
    for role in ("admin", "member", "viewer"):
        second = member(team, role)
        with pytest.raises(spending.NotTheOwner):
            spending.set_caps(second.workspace_id, second.user_id, {None: 5})
        with pytest.raises(peewee.ProgrammingError, match="only the owner"), scope(team.workspace_id, second.user_id):
            database.execute("SELECT spend_cap_set(NULL, 5)")
    assert not spending.set_caps(team.workspace_id, team.user_id, {other_team.user_id: 5})
    with pytest.raises(peewee.PeeweeException), scope(team.workspace_id, team.user_id):
        database.execute("SELECT spend_cap_set(%s, 5)", (other_team.user_id,))
    for statement in (
        "INSERT INTO spend_caps (workspace_id, credits, after, set_by) SELECT id, 5, 0, personal_of FROM workspaces",
        "UPDATE spend_caps SET credits = NULL",
        "DELETE FROM spend_warnings",
    ):
        with pytest.raises(peewee.ProgrammingError, match="denied"), scope(team.workspace_id, team.user_id):
            database.execute(statement)


def test_people_are_warned_once_a_month_when_most_of_a_cap_is_used(team) -> None:
    second = member(team)
    cap(team, 50)
    ask(team, hold=39)

    def unread(of: Team) -> list[Any]:
        with scope(of.workspace_id, of.user_id):
            return spending.unread(of.user_id)

    assert unread(team) == []
    ask(team, hold=1)
    [warned] = unread(team)
    assert (warned.personal, warned.cap.percent, warned.cap.left) == (False, 80, 10)
    spending.put_away(team.workspace_id, team.user_id, warned.id)
    assert unread(team) == []
    assert [each.id for each in unread(second)] == [warned.id]
    ask(team, hold=5)
    assert unread(team) == []


def test_a_cap_that_is_taken_away_or_raised_lets_the_next_one_through(team) -> None:
    cap(team, 10)
    with pytest.raises(CapReached):
        ask(team, hold=11)
    cap(team, 11)
    ask(team, hold=11)
    cap(team, 5)
    with pytest.raises(CapReached):
        ask(team, hold=1)
    cap(team, None)
    assert ask(team, hold=50).job_id


def test_a_job_costs_no_more_than_the_person_let_it(team, outside) -> None:
    from reachly.filters import Filters
    from reachly.generate.asking import Search
    from reachly.generate.asking import ask as want
    from tests.generate.finding import SOFTWARE

    search = Search(Filters.of(SOFTWARE), 20, ("lusha",), ("email",), max_credits=7)
    made = want(team.workspace_id, team.user_id, search, f"k{uuid4()}").job_id
    assert job(team, made)["credits_held"] == 7
    assert work(made) == "succeeded"
    row = job(team, made)
    assert (row["progress_done"], row["credits_spent"], row["credits_released"]) == (7, 7, 0)
    assert sources(team, made)["lusha"]["state"] == "finished"
    told = [event["data"].get("detail") for event in rows(team, "SELECT data FROM job_events WHERE job_id = %s", made)]
    assert any(each and "limit of 7 credits" in each for each in told)


def test_leads_that_cost_less_than_the_most_use_the_limit_up_further(team, outside) -> None:
    from reachly.filters import Filters
    from reachly.generate.asking import Search
    from reachly.generate.asking import ask as want
    from tests.generate.finding import SOFTWARE

    search = Search(Filters.of(SOFTWARE), 50, ("lusha",), ("email", "phone"), max_credits=30)
    made = want(team.workspace_id, team.user_id, search, f"k{uuid4()}").job_id
    assert work(made) == "succeeded"
    row = job(team, made)
    assert row["credits_spent"] <= 30
    assert 30 - row["credits_spent"] < 6  # nobody else could be paid for whatever they brought
    assert row["credits_spent"] + row["credits_released"] == row["credits_held"] == 30


def test_the_audit_holds_every_hold_against_the_cap_of_its_time(team, outside) -> None:
    ask(team, hold=30)  # before there was a cap
    cap(team, 40)
    assert work(find(team, 8)) == "succeeded"
    ask(team, hold=2)
    cap(team, 5)  # lowered below what is used: what was allowed stays allowed
    assert [str(breach) for breach in audit.run() if breach.workspace_id == team.workspace_id] == []
