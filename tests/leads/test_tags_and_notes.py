"""Tags of leads and notes about them: whose they are, in bulk, and taken back exactly."""

from __future__ import annotations

import peewee
import pytest

from reachly import notes, tags
from reachly.accounts import Invalid
from reachly.actions import feed, undo
from reachly.database import execute, scope
from reachly.leads import LeadQuery, count, get
from tests.planted import as_owner, people, plant


def of(team, lead) -> list[str]:
    contact = get(team.workspace_id, team.user_id, lead).lead.contact_id
    return [tag.name for tag in tags.of_contacts(team.workspace_id, team.user_id, [contact]).get(contact, [])]


def test_tags_are_put_on_and_taken_off_many_at_once_and_back(team) -> None:
    who = team.workspace_id, team.user_id
    ids = plant(team, *people(3))
    tags.tag(*who, ids[:1], "Warm")
    done = tags.tag(*who, LeadQuery(), add="warm, Élan", drop="Nobody has this")
    assert done.count == 3
    assert [of(team, lead) for lead in ids] == [["Élan", "Warm"]] * 3
    assert count(*who, LeadQuery(tag=("élan",))).number == 3
    assert tags.tag(*who, LeadQuery(), add="WARM").action is None
    assert undo(*who, done.action).count == 3
    assert [of(team, lead) for lead in ids] == [["Warm"], [], []]
    assert [tag.name for tag in tags.all_tags(*who)] == ["Élan", "Warm"]


def test_taking_tags_off_comes_back_but_for_what_changed_since(team) -> None:
    who = team.workspace_id, team.user_id
    ids = plant(team, *people(3))
    tags.tag(*who, ids, "Warm")
    off = tags.tag(*who, ids, drop=["Warm"])
    tags.tag(*who, ids[:1], "Warm")
    undone = undo(*who, off.action)
    assert (undone.count, undone.stayed) == (2, 1)
    assert [of(team, lead) for lead in ids] == [["Warm"]] * 3


def test_never_more_are_tagged_than_were_agreed_to(team) -> None:
    who = team.workspace_id, team.user_id
    ids = plant(team, *people(4))
    assert tags.tag(*who, LeadQuery(), add="Hot", most=3).count == 3
    assert of(team, ids[3]) == []
    assert list(tags.of_leads(*who, LeadQuery()).values()) == [3]


def test_a_deleted_tag_comes_back_with_its_leads(team) -> None:
    who = team.workspace_id, team.user_id
    ids = plant(team, *people(2))
    tags.tag(*who, ids, "Warm", colour="warn")
    [tag] = tags.all_tags(*who)
    assert tag.colour == "warn"
    gone, had, act = tags.delete(*who, tag.id)
    assert (gone.name, had, of(team, ids[0])) == ("Warm", 2, [])
    assert count(*who, LeadQuery(tag=("Warm",))).number == 0
    tags.tag(*who, ids[:1], "warm")
    assert undo(*who, act).count == 1
    assert [of(team, lead) for lead in ids] == [["warm"], ["warm"]]


def test_a_tag_is_renamed_but_never_like_another(team) -> None:
    who = team.workspace_id, team.user_id
    tags.tag(*who, plant(team, *people(1)), "Warm, Cold")
    cold, warm = tags.all_tags(*who)
    assert tags.change(*who, warm.id, name="Hot", colour="error").name == "Hot"
    for wrong in ({"name": "HOT"}, {"name": " "}, {"colour": "pink"}, {"name": "x" * 41}):
        with pytest.raises(Invalid):
            tags.change(*who, cold.id, **wrong)
    with pytest.raises(tags.NoSuchTag):
        tags.change(*who, team.user_id, name="None")


def test_tags_and_notes_are_the_workspaces_own(team, other_team) -> None:
    [lead] = plant(team, *people(1))
    tags.tag(team.workspace_id, team.user_id, [lead], "Warm")
    notes.write(team.workspace_id, team.user_id, lead, "Call her")
    contact = get(team.workspace_id, team.user_id, lead).lead.contact_id
    them = other_team.workspace_id, other_team.user_id
    assert tags.all_tags(*them) == []
    assert tags.of_contacts(*them, [contact]) == {}
    assert notes.of(*them, contact) == []
    assert tags.tag(*them, [lead], "Warm").count == 0
    with pytest.raises(notes.NoSuchNote):
        notes.write(*them, lead, "Mine now")


def test_a_note_is_changed_and_deleted_by_who_wrote_it(team) -> None:
    who = team.workspace_id, team.user_id
    [lead] = plant(team, *people(1))
    contact = get(*who, lead).lead.contact_id
    first = notes.write(*who, lead, "  Call her\0 ")
    notes.change(*who, first, "Called her")
    [note] = notes.of(*who, contact)
    assert (note.text, note.user, note.mine, note.changed) == ("Called her", "Alice", True, True)
    act = notes.delete(*who, first)
    assert notes.of(*who, contact) == []
    assert undo(*who, act).count == 1
    assert len(notes.of(*who, contact)) == 1
    for wrong in ("", "   ", "x" * 4001):
        with pytest.raises(Invalid):
            notes.write(*who, lead, wrong)
    kinds = [one.kind for one in feed(*who, contact_id=contact).actions]
    assert kinds == ["leads.unnote", "leads.renote", "leads.note"]


def test_nobody_writes_in_anothers_name(team, other_team) -> None:
    who = team.workspace_id, team.user_id
    [lead] = plant(team, *people(1))
    as_owner(
        "INSERT INTO memberships (workspace_id, user_id, role) VALUES (%s, %s, 'member')",
        (str(team.workspace_id), str(other_team.user_id)),
    )
    note = notes.write(*who, lead, "Hers")
    for act in (lambda: notes.change(team.workspace_id, other_team.user_id, note, "His"),
                lambda: notes.delete(team.workspace_id, other_team.user_id, note)):  # fmt: skip
        with pytest.raises(notes.NoSuchNote):
            act()
    contact = get(*who, lead).lead.contact_id
    with pytest.raises(peewee.ProgrammingError), scope(team.workspace_id, other_team.user_id):
        execute(
            "INSERT INTO lead_notes (workspace_id, contact_id, user_id, text) VALUES (scope_workspace(), %s, %s, 'x')",
            (str(contact), str(team.user_id)),
        )


def test_a_viewer_changes_no_tags_and_writes_no_notes(team) -> None:
    [lead] = plant(team, *people(1))
    as_owner("UPDATE memberships SET role = 'viewer' WHERE user_id = %s", (str(team.user_id),))
    try:
        with pytest.raises(peewee.ProgrammingError):
            tags.tag(team.workspace_id, team.user_id, [lead], "Warm")
        with pytest.raises(peewee.ProgrammingError):
            notes.write(team.workspace_id, team.user_id, lead, "Hello")
    finally:
        as_owner("UPDATE memberships SET role = 'owner' WHERE user_id = %s", (str(team.user_id),))
