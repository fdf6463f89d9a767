"""Deleted leads are gone from everywhere, counted exactly, and come back when asked in time."""

from __future__ import annotations

from uuid import uuid4

import pytest

from reachly.actions import NoSuchAction, UndoOver, feed, undo
from reachly.leads import Deleted, LeadQuery, NoSuchLead, count, delete, get
from tests.planted import as_owner, people, plant


def total(team, **query) -> int:
    return count(team.workspace_id, team.user_id, LeadQuery(**query)).number


def test_a_selection_goes_and_comes_back(team) -> None:
    ids = plant(team, *people(5))
    gone = delete(team.workspace_id, team.user_id, ids[:2])
    assert gone.count == 2
    assert total(team) == 3
    with pytest.raises(NoSuchLead):
        get(team.workspace_id, team.user_id, ids[0])
    assert undo(team.workspace_id, team.user_id, gone.action).count == 2
    assert total(team) == 5


def test_all_that_match_go_and_no_others(team) -> None:
    plant(team, *people(3, country="DE"), *people(2, country="NL"))
    assert delete(team.workspace_id, team.user_id, LeadQuery(country=("DE",))).count == 3
    assert (total(team), total(team, country=("DE",))) == (2, 0)


def test_never_more_go_than_were_agreed_to(team) -> None:
    ids = plant(team, *people(5))
    assert delete(team.workspace_id, team.user_id, LeadQuery(), most=3).count == 3
    assert total(team, lead_ids=tuple(ids[3:])) == 2


def test_deleting_nothing_leaves_nothing_to_take_back(team) -> None:
    assert delete(team.workspace_id, team.user_id, [uuid4()]) == Deleted(None, 0)
    assert delete(team.workspace_id, team.user_id, []) == Deleted(None, 0)
    assert feed(team.workspace_id, team.user_id).actions == []


def test_each_deletion_comes_back_by_itself_and_once(team) -> None:
    ids = plant(team, *people(4))
    first = delete(team.workspace_id, team.user_id, ids[:2])
    second = delete(team.workspace_id, team.user_id, ids)
    assert (first.count, second.count) == (2, 2)
    assert undo(team.workspace_id, team.user_id, second.action).count == 2
    assert total(team, lead_ids=tuple(ids[:2])) == 0
    with pytest.raises(UndoOver):
        undo(team.workspace_id, team.user_id, second.action)


def test_after_ten_minutes_it_is_too_late(team) -> None:
    gone = delete(team.workspace_id, team.user_id, plant(team, *people(1)))
    as_owner("UPDATE actions SET undoable_until = now() - interval '1 minute' WHERE id = %s", (gone.action,))
    with pytest.raises(UndoOver):
        undo(team.workspace_id, team.user_id, gone.action)
    assert total(team) == 0


def test_another_workspace_can_neither_delete_nor_undo(team, other_team) -> None:
    ids = plant(team, *people(2))
    assert delete(other_team.workspace_id, other_team.user_id, ids).count == 0
    assert delete(other_team.workspace_id, other_team.user_id, LeadQuery()).count == 0
    gone = delete(team.workspace_id, team.user_id, ids)
    with pytest.raises(NoSuchAction):
        undo(other_team.workspace_id, other_team.user_id, gone.action)
    with pytest.raises(NoSuchAction):
        undo(team.workspace_id, team.user_id, uuid4())


def test_a_lead_found_again_stays_and_is_not_counted_twice(team) -> None:
    ids = plant(team, *people(2))
    gone = delete(team.workspace_id, team.user_id, ids)
    as_owner("UPDATE leads SET deleted_at = NULL WHERE id = %s", (ids[0],))
    undone = undo(team.workspace_id, team.user_id, gone.action)
    assert (undone.count, undone.stayed) == (1, 1)
    assert total(team) == 2


def test_a_deletion_stands_in_the_feed_of_a_lead_that_came_back(team) -> None:
    [lead] = plant(team, *people(1))
    gone = delete(team.workspace_id, team.user_id, [lead])
    undo(team.workspace_id, team.user_id, gone.action)
    contact = get(team.workspace_id, team.user_id, lead).lead.contact_id
    [act] = feed(team.workspace_id, team.user_id, contact_id=contact).actions
    assert (act.kind, act.count, act.undone_at is not None) == ("leads.delete", 1, True)
