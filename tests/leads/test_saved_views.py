"""Saved views: one's own and the team's, and how each person has the page."""

from __future__ import annotations

from uuid import uuid4

import pytest

from reachly import views
from reachly.accounts import Invalid
from reachly.actions import feed, undo
from tests.planted import as_owner

LOOK = ("country=Norway&sort=name", ["email", "company"], "compact")


def joined(team, other, role: str = "member") -> tuple:
    as_owner(
        "INSERT INTO memberships (workspace_id, user_id, role) VALUES (%s, %s, %s)",
        (str(team.workspace_id), str(other.user_id), role),
    )
    return team.workspace_id, other.user_id


def test_a_view_is_kept_found_and_changed(team) -> None:
    who = team.workspace_id, team.user_id
    made = views.save(*who, " Norwegian   buyers ", *LOOK)
    assert (made.name, made.query, made.columns, made.density) == ("Norwegian buyers", *LOOK)
    changed = views.change(*who, made.id, name="Norway", look=("q=a", None, "comfortable"))
    assert (changed.name, changed.query, changed.columns, changed.density) == ("Norway", "q=a", None, "comfortable")
    assert views.desk(*who, "leads").views == [changed]
    for wrong in ("", " \0 ", "x" * 61):
        with pytest.raises(Invalid):
            views.save(*who, wrong, *LOOK)
    with pytest.raises(Invalid):
        views.save(*who, "Long", "q=" + "x" * 8_000, None, "compact")


def test_ones_own_view_is_nobody_elses_and_neither_is_what_was_done_with_it(team, other_team) -> None:
    who, them = (team.workspace_id, team.user_id), joined(team, other_team)
    own = views.save(*who, "Mine", *LOOK)
    shared = views.save(*who, "Ours", *LOOK, shared=True)
    assert [(view.name, view.mine, view.editable, view.owner) for view in views.desk(*them, "leads").views] == [
        ("Ours", False, False, "Alice")
    ]
    assert [dict(act.data)["name"] for act in feed(*them).actions] == ["Ours"]
    for act in (views.get, views.delete):
        with pytest.raises(views.NoSuchView):
            act(*them, own.id)
    with pytest.raises(views.MayNotChange):
        views.change(*them, shared.id, name="Theirs")
    with pytest.raises(views.NoSuchView):
        views.get(other_team.workspace_id, other_team.user_id, shared.id)


def test_who_runs_the_workspace_changes_the_teams_views_but_takes_none_away(team, other_team) -> None:
    who, them = (team.workspace_id, team.user_id), joined(team, other_team, "admin")
    shared = views.save(*who, "Ours", *LOOK, shared=True)
    assert views.change(*them, shared.id, name="Better").name == "Better"
    with pytest.raises(views.MayNotChange):
        views.change(*them, shared.id, shared=False)


def test_a_deleted_view_comes_back_and_the_page_opens_without_it_meanwhile(team) -> None:
    who = team.workspace_id, team.user_id
    made = views.save(*who, "Norway", *LOOK)
    views.open_with(*who, "leads", made.id)
    assert views.desk(*who, "leads").opens_with == made.id
    gone, act = views.delete(*who, made.id)
    assert views.desk(*who, "leads").opens_with is None
    assert undo(*who, act).count == 1
    assert views.desk(*who, "leads").opens_with == gone.id
    with pytest.raises(views.NoSuchView):
        views.open_with(*who, "leads", uuid4())


def test_columns_and_density_are_each_persons_and_each_views(team, other_team) -> None:
    who, them = (team.workspace_id, team.user_id), joined(team, other_team)
    shared = views.save(*who, "Ours", *LOOK, shared=True)
    views.choose(*who, "leads", shared.id, ["phone", "email"], "comfortable")
    views.choose(*who, "leads", None, ["email"], "nonsense")
    mine = views.desk(*who, "leads", shared.id)
    assert (mine.columns, mine.density) == (("phone", "email"), "comfortable")
    assert views.desk(*them, "leads", shared.id).columns is None
    assert views.desk(*who, "leads").density == "comfortable"
    views.forget_look(*who, "leads", shared.id)
    assert views.desk(*who, "leads", shared.id).columns is None
    assert views.desk(*who, "leads").columns == ("email",)
