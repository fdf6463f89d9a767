"""What was done is written down with it, told to its workspace alone, and taken back once and in time."""

from __future__ import annotations

from uuid import uuid4

import pytest

from reachly.actions import NoSuchAction, UndoOver, feed, note, standing, undo, undoes
from reachly.database import rows, scope
from tests.planted import as_owner, people, plant

TAKEN_BACK: list[str] = []


@undoes("tests.wave")
def _unwave(action) -> int:
    TAKEN_BACK.append(str(action.id))
    return action.count


def _wave(team, count: int = 3, undoable: bool = True):
    with scope(team.workspace_id, team.user_id):
        return note("tests.wave", count, data={"name": "Ola"}, undoable=undoable)


def test_an_act_stands_in_the_feed_of_its_workspace_alone(team, other_team) -> None:
    _wave(team, 3)
    last = _wave(team, 4)
    page = feed(team.workspace_id, team.user_id, limit=1)
    assert [(act.id, act.count, act.user, dict(act.data)) for act in page.actions] == [
        (last, 4, "Alice", {"name": "Ola"})
    ]
    rest = feed(team.workspace_id, team.user_id, after=page.next)
    assert [act.count for act in rest.actions] == [3]
    assert rest.next is None
    assert feed(other_team.workspace_id, other_team.user_id).actions == []


def test_an_act_is_taken_back_once(team) -> None:
    act = _wave(team)
    assert standing(team.workspace_id, team.user_id).id == act
    assert undo(team.workspace_id, team.user_id, act).count == 3
    assert TAKEN_BACK[-1] == str(act)
    assert standing(team.workspace_id, team.user_id) is None
    with pytest.raises(UndoOver):
        undo(team.workspace_id, team.user_id, act)
    assert TAKEN_BACK.count(str(act)) == 1


def test_what_is_too_old_or_never_could_be_stays(team) -> None:
    old, firm = _wave(team), _wave(team, undoable=False)
    as_owner("UPDATE actions SET undoable_until = now() - interval '1 second' WHERE id = %s", (old,))
    for act in (old, firm):
        with pytest.raises(UndoOver):
            undo(team.workspace_id, team.user_id, act)


def test_nobody_takes_back_what_another_workspace_did(team, other_team) -> None:
    act = _wave(team)
    for which in (act, uuid4()):
        with pytest.raises(NoSuchAction):
            undo(other_team.workspace_id, other_team.user_id, which)


def test_a_lead_has_a_feed_of_what_touched_it(team) -> None:
    ids = plant(team, *people(2))
    with scope(team.workspace_id, team.user_id):
        contacts = {row["id"]: row["contact_id"] for row in rows("SELECT id, contact_id FROM leads")}
        note("tests.wave", 1, contacts=[contacts[ids[0]]])
    told = [len(feed(team.workspace_id, team.user_id, contact_id=contacts[lead]).actions) for lead in ids]
    assert told == [1, 0]
