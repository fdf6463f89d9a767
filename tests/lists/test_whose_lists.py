"""Whose a list is, is said by the database: own, the team's, of others, without a scope."""

from __future__ import annotations

import peewee
import pytest

from reachly import actions, lists
from reachly.database import execute, one, scope, transaction
from tests.lists.kept import colleague, contact, filled

TABLES = ("lists", "list_contacts", "list_members")


def _seen(team, user) -> dict[str, int]:
    with scope(team.workspace_id, user):
        return {table: one(f"SELECT count(*) AS n FROM {table}")["n"] for table in TABLES}


def test_a_personal_list_is_its_owners_alone_in_all_its_tables(team) -> None:
    made, leads = filled(team, 2, visibility="personal")
    boss = colleague(team, "admin")
    assert _seen(team, team.user_id)["list_contacts"] == 2
    assert _seen(team, boss.user_id) == dict.fromkeys(TABLES, 0)
    for act in (
        lambda: lists.get(team.workspace_id, boss.user_id, made),
        lambda: lists.members(team.workspace_id, boss.user_id, made),
        lambda: lists.add(team.workspace_id, boss.user_id, made, leads),
        lambda: lists.remove(team.workspace_id, boss.user_id, made, leads),
        lambda: lists.change(team.workspace_id, boss.user_id, made, name="Mine"),
        lambda: lists.delete(team.workspace_id, boss.user_id, made),
        lambda: lists.combine(team.workspace_id, boss.user_id, "union", [made, made.__class__(int=1)], "X"),
    ):
        with pytest.raises(lists.NoSuchList):
            act()
    for act in (lists.move, lists.annotate):
        with pytest.raises(lists.NotOnList):
            act(team.workspace_id, boss.user_id, made, contact(team, leads[0]), "top")
    assert lists.lists(team.workspace_id, boss.user_id).lists == []
    assert [each.kind for each in actions.feed(team.workspace_id, boss.user_id).actions] == []
    assert len(actions.feed(team.workspace_id, team.user_id).actions) == 3


def test_without_a_scope_and_from_elsewhere_there_is_nothing(team, other_team) -> None:
    made, leads = filled(team, 2)
    with transaction():
        assert all(one(f"SELECT count(*) AS n FROM {table}")["n"] == 0 for table in TABLES)
    assert _seen(other_team, other_team.user_id) == dict.fromkeys(TABLES, 0)
    with pytest.raises(lists.NoSuchList):
        lists.get(other_team.workspace_id, other_team.user_id, made)
    with scope(other_team.workspace_id, other_team.user_id):
        assert execute("UPDATE lists SET name = 'Mine' WHERE id = %s", (made,)).rowcount == 0
        assert execute("DELETE FROM list_contacts WHERE list_id = %s", (made,)).rowcount == 0
    for workspace in (team.workspace_id, other_team.workspace_id):
        with (
            pytest.raises((peewee.ProgrammingError, peewee.IntegrityError)),
            scope(other_team.workspace_id, other_team.user_id),
        ):
            execute(
                "INSERT INTO list_contacts (workspace_id, list_id, contact_id, position) VALUES (%s, %s, %s, 9)",
                (workspace, made, contact(team, leads[0])),
            )


def test_a_viewer_looks_and_changes_nothing(team) -> None:
    made, leads = filled(team, 2)
    viewer = colleague(team, "viewer")
    who = (team.workspace_id, viewer.user_id)
    assert lists.get(*who, made).editable is False
    assert len(lists.members(*who, made).members) == 2
    for act in (
        lambda: lists.add(*who, made, leads),
        lambda: lists.remove(*who, made, leads),
        lambda: lists.change(*who, made, name="Mine"),
        lambda: lists.delete(*who, made),
        lambda: lists.tag(*who, made, leads, ["x"]),
        lambda: lists.annotate(*who, made, contact(team, leads[0]), "x"),
        lambda: lists.move(*who, made, contact(team, leads[1]), "top"),
    ):
        with pytest.raises(lists.MayNotEdit):
            act()
    with pytest.raises(peewee.ProgrammingError):
        lists.create(*who, "Mine")


def test_a_list_that_its_owner_edits_is_read_by_the_team(team) -> None:
    made, leads = filled(team, 2, editing="owner")
    member, admin = colleague(team), colleague(team, "admin")
    who = (team.workspace_id, member.user_id)
    assert (lists.get(*who, made).editable, len(lists.members(*who, made).members)) == (False, 2)
    for act in (
        lambda: lists.remove(*who, made, leads),
        lambda: lists.change(*who, made, editing="team"),
        lambda: lists.move(*who, made, contact(team, leads[1]), "top"),
    ):
        with pytest.raises(lists.MayNotEdit):
            act()
    with scope(*who):
        assert execute("UPDATE lists SET editing = 'team' WHERE id = %s", (made,)).rowcount == 0
    assert lists.change(team.workspace_id, admin.user_id, made, editing="team").editing == "team"
    assert lists.get(*who, made).editable


def test_nobody_makes_anothers_list_their_secret(team) -> None:
    made, _ = filled(team, 1)
    member = colleague(team)
    with pytest.raises(lists.MayNotEdit):
        lists.change(team.workspace_id, member.user_id, made, visibility="personal")
    with pytest.raises(peewee.ProgrammingError), scope(team.workspace_id, member.user_id):
        execute("UPDATE lists SET visibility = 'personal' WHERE id = %s", (made,))


def test_who_may_not_edit_a_list_cannot_use_up_its_owners_undo(team) -> None:
    made, _ = filled(team, 1, editing="owner")
    _deleted, gone = lists.delete(team.workspace_id, team.user_id, made)
    with pytest.raises(actions.UndoOver):
        actions.undo(team.workspace_id, colleague(team).user_id, gone)
    assert actions.undo(team.workspace_id, team.user_id, gone).count == 1
    assert lists.get(team.workspace_id, team.user_id, made).name == "Autumn"
