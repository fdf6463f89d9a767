"""Profiles are kept, run again for who is new, remembered on their jobs, and seen by their workspace alone."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import peewee
import pytest

from reachly import actions, lists, profiles
from reachly.database import execute, scope
from reachly.engine.stop import cancel
from reachly.filters import Filters
from reachly.generate.asking import Search
from reachly.profiles import CannotRun, NoSuchProfile, StillRunning, Unsound
from reachly.profiles.running import start
from reachly.retry import retry
from reachly.sources import sources_of
from tests.generate.finding import rows, work
from tests.lists.kept import colleague, filled
from tests.lists.test_sharing import given
from tests.profiles.kept import keep, kept, runs


def test_a_profile_comes_back_as_it_was_kept(team, other_team) -> None:
    wanted = kept(schedule="weekly", weekday=5, hour=7, time_zone="Europe/Berlin", run_credits=20, month_credits=90)
    made = profiles.create(team.workspace_id, team.user_id, wanted)
    told = profiles.get(team.workspace_id, team.user_id, made)
    assert (told.kept, told.owner, told.brought, told.last) == (wanted, "Alice", 0, None)
    assert told.when == "Every Friday at 07:00, Europe/Berlin"
    changed = replace(wanted, name="Other", filters=Filters.of({"keywords": ["cloud"]}), schedule="off")
    profiles.change(team.workspace_id, team.user_id, made, changed)
    told = profiles.get(team.workspace_id, team.user_id, made)
    assert (told.kept, told.next_run_at) == (changed, None)
    for act in (profiles.get, profiles.delete):
        with pytest.raises(NoSuchProfile):
            act(other_team.workspace_id, other_team.user_id, made)
    assert profiles.page(other_team.workspace_id, other_team.user_id).profiles == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("filters", Filters()),
        ("limit", 10_001),
        ("schedule", "hourly"),
        ("weekday", 8),
        ("hour", 24),
        ("time_zone", "Mars/Base"),
        ("run_credits", 0),
        ("month_credits", -5),
        ("reveal", ()),
        ("list_id", uuid4()),
    ],
)
def test_what_cannot_be_kept_is_said_by_its_field(team, field: str, value: object) -> None:
    with pytest.raises(Unsound) as refused:
        keep(team, **{field: value})
    assert list(refused.value.problems) == [field]


@pytest.mark.parametrize(
    "filters",
    [
        "[]",
        '{"colours": ["red"]}',
        '{"industries": "Software"}',
        '{"industries": []}',
        '{"industries": [1]}',
        '{"industries": [""]}',
        "{}",
        '{"exclude_industries": ["Software"]}',
    ],
)
def test_the_database_takes_no_filters_that_no_search_takes(team, filters: str) -> None:
    with pytest.raises(peewee.IntegrityError), scope(team.workspace_id, team.user_id):
        execute("INSERT INTO icp_profiles (name, filters) VALUES ('x', %s::jsonb)", (filters,))


def test_the_view_has_an_array_for_each_filter(team, other_team) -> None:
    made = keep(team, filters=Filters.of({"industries": ["Software", "Retail"], "exclude_keywords": ["agency"]}))
    [row] = rows(team, "SELECT * FROM lead_filters")
    assert (row["id"], row["industries"], row["exclude_keywords"], row["job_titles"]) == (
        made,
        ["Software", "Retail"],
        ["agency"],
        [],
    )
    assert rows(other_team, "SELECT * FROM lead_filters") == []
    profiles.delete(team.workspace_id, team.user_id, made)
    assert rows(team, "SELECT * FROM lead_filters") == []


def test_running_again_brings_only_who_is_new_and_pays_only_for_them(team, outside) -> None:
    made = keep(team, schedule="off")
    who = (team.workspace_id, team.user_id)
    first = profiles.run(*who, made, "one")
    assert profiles.run(*who, made, "one") == replace(first, replayed=True)
    with pytest.raises(StillRunning):
        profiles.run(*who, made, "two")
    work(first.job_id)
    before = {row["contact_id"] for row in rows(team, "SELECT contact_id FROM leads")}
    second = profiles.run(*who, made, "two")
    work(second.job_id)
    brought = {row["contact_id"] for row in rows(team, "SELECT contact_id FROM leads WHERE job_id = %s", second.job_id)}
    [job] = rows(team, "SELECT result, credits_spent AS spent FROM jobs WHERE id = %s", second.job_id)
    assert len(brought) == 5
    assert not brought & before
    assert (job["spent"], job["result"]["duplicates"] >= 5) == (5, True)
    told = profiles.get(*who, made)
    assert (told.brought, told.spent, told.last.found, told.last.owned >= 5) == (10, 10, 5, True)
    assert [run["outcome"] for run in runs(team, made)] == ["started", "started"]


def test_what_it_brings_goes_onto_its_list(team, outside) -> None:
    onto = lists.create(team.workspace_id, team.user_id, "Fresh")
    made = keep(team, schedule="off", list_id=getattr(onto, "id", onto))
    asked = profiles.run(team.workspace_id, team.user_id, made)
    work(asked.job_id)
    assert rows(team, "SELECT count(*) AS many FROM list_contacts") == [{"many": 5}]


def test_the_price_is_the_most_that_a_run_may_cost(team, outside) -> None:
    who = (team.workspace_id, team.user_id)
    known = sources_of(*who)
    made = keep(team)

    def price(**chosen):
        return profiles.price(*who, made, kept(**chosen), known)

    assert (price().credits, price(reveal=("email", "phone")).credits, price(run_credits=3).credits) == (5, 30, 3)
    assert price(reveal=("phone",), run_credits=3).problem
    assert price(sources=("nobody",)).problem


def test_who_only_looks_keeps_changes_and_runs_nothing(team, outside) -> None:
    from tests.planted import as_owner

    made = keep(team)
    as_owner("UPDATE memberships SET role = 'viewer' WHERE user_id = %s", (team.user_id,))
    who = (team.workspace_id, team.user_id)
    assert profiles.get(*who, made).kept.name
    with pytest.raises(peewee.ProgrammingError):
        keep(team)
    with pytest.raises(peewee.ProgrammingError):
        profiles.run(*who, made)
    with pytest.raises(peewee.ProgrammingError):
        profiles.delete(*who, made)


def test_a_deleted_profile_comes_back_with_its_time(team) -> None:
    made = keep(team)
    act = profiles.delete(team.workspace_id, team.user_id, made)
    with pytest.raises(NoSuchProfile):
        profiles.get(team.workspace_id, team.user_id, made)
    assert actions.undo(team.workspace_id, team.user_id, act).count == 1
    assert profiles.get(team.workspace_id, team.user_id, made).next_run_at is not None


def test_without_anybody_to_look_for_nothing_runs_and_nothing_is_priced(team, outside) -> None:
    made = keep(team)
    nobody = kept(filters=Filters.of({"exclude_keywords": ["agency"]}))
    with scope(team.workspace_id, team.user_id), pytest.raises(CannotRun) as refused:
        start(team.workspace_id, team.user_id, made, nobody)
    assert refused.value.code == "no_filters"
    known = sources_of(team.workspace_id, team.user_id)
    told = profiles.price(team.workspace_id, team.user_id, made, nobody, known)
    assert (told.credits, bool(told.problem)) == (0, True)
    assert rows(team, "SELECT id FROM jobs") == []


def test_a_job_that_goes_on_with_a_run_is_a_run_too(team, outside) -> None:
    made = keep(team, limit=9, month_credits=5)
    first = profiles.run(team.workspace_id, team.user_id, made)
    cancel(team.workspace_id, team.user_id, first.job_id)
    again = retry(team.workspace_id, team.user_id, first.job_id)
    with pytest.raises(StillRunning) as busy:
        profiles.run(team.workspace_id, team.user_id, made)
    assert busy.value.job_id == again.job_id
    assert [run["job_id"] for run in runs(team, made)] == [first.job_id, again.job_id]
    assert work(again.job_id) == "succeeded"
    with pytest.raises(CannotRun) as over:
        profiles.run(team.workspace_id, team.user_id, made)
    assert over.value.code == "cap_reached"


def test_a_search_of_ones_own_as_a_run_stays_within_the_month(team, outside) -> None:
    made = keep(team, month_credits=5)
    own = Search(Filters.of({"keywords": ["cloud"]}), 9, ("lusha",), profile_id=made)
    first = profiles.ask_within(team.workspace_id, team.user_id, own, "a")
    assert rows(team, "SELECT credits_held AS held FROM jobs WHERE id = %s", first.job_id) == [{"held": 5}]
    assert profiles.ask_within(team.workspace_id, team.user_id, own, "a").job_id == first.job_id
    with pytest.raises(CannotRun) as over:
        profiles.ask_within(team.workspace_id, team.user_id, own, "b")
    assert over.value.code == "cap_reached"


def test_only_lists_of_ours_that_one_may_change_are_filled(team, other_team) -> None:
    theirs, _ = filled(other_team, 0, "Theirs")
    given(other_team, team, theirs)
    bob = colleague(team)
    locked = lists.create(team.workspace_id, team.user_id, "Locked", editing="owner").id
    for who, listed in ((team, theirs), (bob, locked)):
        with pytest.raises(Unsound) as refused:
            keep(who, list_id=listed)
        assert list(refused.value.problems) == ["list_id"]
    made = keep(team, list_id=locked)
    profiles.change(bob.workspace_id, bob.user_id, made, kept(list_id=locked, paused=True))
    with pytest.raises(Unsound):
        profiles.change(team.workspace_id, team.user_id, made, kept(list_id=theirs))


def test_what_goes_on_with_a_run_waits_for_the_other_and_stays_within_the_month(team, outside) -> None:
    made = keep(team, limit=9, month_credits=5)
    first = profiles.run(team.workspace_id, team.user_id, made)
    cancel(team.workspace_id, team.user_id, first.job_id)
    second = profiles.run(team.workspace_id, team.user_id, made)
    with pytest.raises(StillRunning):
        retry(team.workspace_id, team.user_id, first.job_id)
    work(second.job_id)
    with pytest.raises(CannotRun) as over:
        retry(team.workspace_id, team.user_id, first.job_id)
    assert over.value.code == "cap_reached"
