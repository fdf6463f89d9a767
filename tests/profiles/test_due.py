"""What is due runs once per due time, in its keeper's name and within its caps; what cannot is told and left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import peewee
import pytest

from reachly import profiles
from reachly.engine.stop import cancel
from reachly.profiles import start_due, tell_ended
from tests.generate.finding import rows, work
from tests.planted import as_owner
from tests.profiles.kept import MONDAY, NEXT_DAY, keep, kept, next_run, runs
from tests.teams.conftest import join

DUE = MONDAY + timedelta(hours=1)
"""Half an hour after the time."""
EIGHT = MONDAY + timedelta(minutes=30)


def test_what_is_due_runs_once_and_then_at_its_next_time(team, outside) -> None:
    profile = keep(team)
    assert next_run(team, profile) == EIGHT
    assert start_due(MONDAY) == 0
    assert start_due(DUE) == 1
    assert start_due(DUE) == 0
    [run] = runs(team, profile)
    assert (run["outcome"], run["due_at"], run["user_id"]) == ("started", EIGHT, team.user_id)
    assert next_run(team, profile) == EIGHT + NEXT_DAY
    [job] = rows(team, "SELECT * FROM jobs WHERE id = %s", run["job_id"])
    assert (job["params"]["icp_profile_id"], job["user_id"], job["name"]) == (
        str(profile),
        team.user_id,
        "Software, top",
    )
    assert work(job["id"]) == "succeeded"
    assert start_due(DUE + NEXT_DAY) == 1


def test_many_schedulers_at_once_start_each_due_time_once(team, outside) -> None:
    profile = keep(team)
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(lambda _: start_due(DUE), range(12))) == 1
    assert len(runs(team, profile)) == 1


def test_times_missed_while_nobody_was_there_are_one_run(team, outside) -> None:
    profile = keep(team)
    late = DUE + 9 * NEXT_DAY
    assert [start_due(late) for _ in range(3)] == [1, 0, 0]
    assert next_run(team, profile) == EIGHT + 10 * NEXT_DAY


def test_a_scheduler_that_dies_in_between_leaves_the_time_due(team, outside, monkeypatch) -> None:
    from reachly.profiles import due

    profile = keep(team)

    def dies(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(due, "remember", dies)
        with pytest.raises(SystemExit):
            start_due(DUE)
    assert rows(team, "SELECT id FROM jobs") == []
    assert next_run(team, profile) == EIGHT
    assert start_due(DUE) == 1


def test_what_fails_is_told_and_left_until_the_next_time(team, other_team, outside, monkeypatch) -> None:
    from reachly.profiles import due

    fails, runs_on = keep(team, name="Fails"), keep(other_team)
    start = due.start

    def breaks(workspace_id, *rest):
        if workspace_id == team.workspace_id:
            raise KeyError("email")
        return start(workspace_id, *rest)

    monkeypatch.setattr(due, "start", breaks)
    assert start_due(DUE) == 1
    assert next_run(team, fails) == next_run(other_team, runs_on) == EIGHT + NEXT_DAY
    assert [(run["outcome"], run["code"], run["due_at"]) for run in runs(team, fails)] == [("refused", "failed", EIGHT)]
    [told] = rows(team, "SELECT words FROM notifications WHERE kind = 'profile.refused'")
    assert "Something went wrong on our side" in told["words"]


def test_many_schedulers_at_once_put_off_what_fails_once(team, outside, monkeypatch) -> None:
    from reachly.profiles import due

    profile = keep(team)

    def breaks(*_: object) -> None:
        raise KeyError("email")

    monkeypatch.setattr(due, "start", breaks)
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(lambda _: start_due(DUE), range(12))) == 0
    assert next_run(team, profile) == EIGHT + NEXT_DAY
    assert [(run["outcome"], run["due_at"]) for run in runs(team, profile)] == [("refused", EIGHT)]
    assert len(rows(team, "SELECT id FROM notifications WHERE kind = 'profile.refused'")) == 1
    assert len(rows(team, "SELECT id FROM mails WHERE kind = 'profile.refused'")) == 1


def test_while_the_database_is_in_the_way_the_time_stays_due(team, outside, monkeypatch) -> None:
    from reachly.profiles import due

    profile = keep(team)

    def away(*_: object) -> None:
        raise peewee.OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(due, "start", away)
        assert start_due(DUE) == 0
    assert next_run(team, profile) == EIGHT
    assert start_due(DUE) == 1


def test_a_workspace_with_many_profiles_does_not_keep_the_others_waiting(
    team, other_team, outside, monkeypatch
) -> None:
    from reachly.profiles import due

    for number in range(4):
        keep(team, name=f"Of many {number}")
    late = keep(other_team)
    as_owner("UPDATE icp_profiles SET next_run_at = next_run_at + interval '1 minute' WHERE id = %s", (str(late),))
    monkeypatch.setattr(due, "AT_ONCE", 2)
    start_due(DUE)
    assert len(runs(other_team, late)) == 1


def test_it_does_not_run_while_its_last_run_is_at_work(team, outside) -> None:
    profile = keep(team)
    start_due(DUE)
    assert start_due(DUE + NEXT_DAY) == 0
    assert [(run["outcome"], run["code"]) for run in runs(team, profile)] == [
        ("started", None),
        ("skipped", "still_running"),
    ]
    cancel(team.workspace_id, team.user_id, runs(team, profile)[0]["job_id"])
    assert start_due(DUE + 2 * NEXT_DAY) == 1


def test_out_of_credits_is_told_and_left_until_the_next_time(team, outside) -> None:
    profile = keep(team, limit=500)
    assert start_due(DUE) == start_due(DUE) == 0
    assert start_due(DUE + NEXT_DAY) == 0
    assert [(run["outcome"], run["code"]) for run in runs(team, profile)] == [("refused", "not_enough_credits")] * 2
    told = rows(team, "SELECT words FROM notifications WHERE kind = 'profile.refused'")
    assert len(told) == 2
    assert "up to 500 credits and 100 are available" in told[0]["words"]
    assert len(rows(team, "SELECT id FROM mails WHERE kind = 'profile.refused'")) == 1, (
        "the same is not mailed each day"
    )


def test_a_cap_for_each_run_and_one_for_the_month(team, outside) -> None:
    profile = keep(team, limit=9, run_credits=3, month_credits=5)
    start_due(DUE)
    first = runs(team, profile)[0]["job_id"]
    assert rows(team, "SELECT credits_held AS held FROM jobs WHERE id = %s", first) == [{"held": 3}]
    work(first)
    start_due(DUE + NEXT_DAY)
    second = runs(team, profile)[1]["job_id"]
    assert rows(team, "SELECT credits_held AS held FROM jobs WHERE id = %s", second) == [{"held": 2}]
    work(second)
    assert start_due(DUE + 2 * NEXT_DAY) == 0
    assert runs(team, profile)[2]["code"] == "cap_reached"
    assert profiles.get(team.workspace_id, team.user_id, profile).spent == 5


def test_the_workspaces_cap_holds_for_it_too(team, outside) -> None:
    from reachly.spending import set_caps

    profile = keep(team)
    set_caps(team.workspace_id, team.user_id, {None: 2})
    assert start_due(DUE) == 0
    assert runs(team, profile)[0]["code"] == "cap_reached"


def test_nothing_runs_for_who_may_only_look_or_has_left(team, other_team, outside) -> None:
    profile = keep(team)
    as_owner("UPDATE memberships SET role = 'viewer' WHERE user_id = %s", (team.user_id,))
    assert start_due(DUE) == 0
    assert [run["code"] for run in runs(team, profile)] == ["not_allowed"]
    as_owner("DELETE FROM memberships WHERE user_id = %s", (team.user_id,))
    assert start_due(DUE + NEXT_DAY) == 0
    assert rows(team, "SELECT id FROM jobs") == []


def test_what_is_paused_deleted_or_never_timed_does_not_run(team, outside) -> None:
    from dataclasses import replace

    from tests.profiles.kept import kept

    profile = keep(team)
    who = (team.workspace_id, team.user_id)
    profiles.change(*who, profile, replace(kept(), paused=True), MONDAY)
    assert (next_run(team, profile), start_due(DUE)) == (None, 0)
    profiles.change(*who, profile, kept(), DUE)
    assert next_run(team, profile) == EIGHT + NEXT_DAY
    gone = profiles.delete(*who, profile)
    assert start_due(DUE + 2 * NEXT_DAY) == 0
    from reachly import actions

    assert actions.undo(*who, gone).count == 1
    as_owner("UPDATE icp_profiles SET next_run_at = NULL WHERE id = %s", (str(profile),))
    assert start_due(DUE + 2 * NEXT_DAY) == 0
    assert next_run(team, profile) == EIGHT + 3 * NEXT_DAY


def test_new_matches_are_told_once_in_the_app_and_by_mail(team, outside) -> None:
    profile = keep(team)
    start_due(DUE)
    assert tell_ended() == 0
    job = runs(team, profile)[0]["job_id"]
    work(job)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: tell_ended(), range(8))) == 1
    [notice] = rows(team, "SELECT words, link, user_id FROM notifications")
    assert notice["words"] == "5 new leads match “Software, top”."
    assert (notice["link"], notice["user_id"]) == (f"/leads?job_id={job}", team.user_id)
    [letter] = rows(team, "SELECT recipient, subject FROM mails")
    assert letter == {"recipient": team.email, "subject": "5 new leads match “Software, top”"}


def test_a_run_without_anybody_new_and_one_of_a_quiet_profile_tell_nothing(team, outside) -> None:
    quiet = keep(team, notify=False)
    start_due(DUE)
    work(runs(team, quiet)[0]["job_id"])
    none = keep(team, filters=_nobody())
    start_due(DUE)
    work(runs(team, none)[0]["job_id"])
    assert tell_ended() == 2
    assert rows(team, "SELECT words FROM notifications") == rows(team, "SELECT id FROM mails") == []


def _nobody():
    from reachly.filters import Filters

    return Filters.of({"company_domains": ["nobody-works-here.example"]})


def test_whoever_changes_what_a_profile_costs_keeps_it_from_then_on(team, outside) -> None:
    profile_id = keep(team, run_credits=4)
    person = join(team)
    same, dearer = kept(run_credits=4, name="Another name"), kept(run_credits=None)
    for wanted, keeper in ((same, team.user_id), (dearer, person.user_id)):
        profiles.change(team.workspace_id, person.user_id, profile_id, wanted, MONDAY)
        assert as_owner("SELECT owner_id FROM icp_profiles WHERE id = %s", (profile_id,)) == [(keeper,)]
