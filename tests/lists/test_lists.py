"""Lists are made, filled in one statement, put into order, combined and deleted, and all of it can be taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from reachly import actions, lists
from reachly.accounts import Invalid
from reachly.leads import LeadQuery, delete
from tests.lists.kept import colleague, contact, filled, order
from tests.planted import as_owner, people, plant


def _who(team):
    return team.workspace_id, team.user_id


def test_a_list_is_made_changed_and_found(team) -> None:
    made = lists.create(*_who(team), "  Autumn   fair ", "Whom to meet")
    assert (made.name, made.visibility, made.mine, made.editable, made.leads.number) == (
        "Autumn fair",
        "team",
        True,
        True,
        0,
    )
    changed = lists.change(*_who(team), made.id, name="Spring fair", visibility="personal")
    assert (changed.name, changed.personal, changed.description) == ("Spring fair", True, "Whom to meet")
    assert [each.id for each in lists.lists(*_who(team)).lists] == [made.id]
    for wrong in ({"name": " "}, {"name": "x" * 121}, {"visibility": "world"}, {"description": "x" * 2001}):
        with pytest.raises(Invalid):
            lists.change(*_who(team), made.id, **wrong)


def test_lists_come_by_pages_what_changed_last_first(team) -> None:
    made = [lists.create(*_who(team), f"List {n}").id for n in range(5)]
    seen, cursor = [], None
    for _ in range(3):
        page = lists.lists(*_who(team), cursor, 2)
        seen += [each.id for each in page.lists]
        cursor = page.next_cursor
    assert (seen, cursor) == (made[::-1], None)


def test_all_that_match_come_onto_a_list_at_once_and_go_again(team) -> None:
    plant(team, *people(300), *people(5, source="clay"))
    made = lists.create(*_who(team), "Autumn")
    first = lists.add(*_who(team), made.id, LeadQuery(source=("clay",)))
    assert (first.count, first.already) == (5, 0)
    rest = lists.add(*_who(team), made.id, LeadQuery())
    assert (rest.count, rest.already) == (300, 5)
    assert lists.add(*_who(team), made.id, LeadQuery()).action is None
    assert lists.get(*_who(team), made.id).leads.number == 305
    assert actions.feed(*_who(team), subject_id=made.id).actions[0].count == 300
    assert actions.undo(*_who(team), rest.action).count == 300
    assert lists.get(*_who(team), made.id).leads.number == 5


def test_the_number_agreed_to_is_the_most_that_comes(team) -> None:
    plant(team, *people(9))
    made = lists.create(*_who(team), "Autumn")
    assert lists.add(*_who(team), made.id, LeadQuery(), most=4).count == 4


def test_who_is_taken_off_comes_back_with_place_note_and_tags(team) -> None:
    made, leads = filled(team, 4)
    lists.annotate(*_who(team), made, contact(team, leads[1]), "Knows Eva", ["hot", "EU"])
    gone = lists.remove(*_who(team), made, leads[1:3])
    assert (gone.count, order(team, made)) == (2, [leads[0], leads[3]])
    assert lists.remove(*_who(team), made, leads[1:3]).action is None
    assert actions.undo(*_who(team), gone.action).count == 2
    assert order(team, made) == leads
    back = lists.listed(*_who(team), made, leads[1])
    assert (back.note, back.tags) == ("Knows Eva", ["hot", "EU"])


def test_taking_an_addition_back_leaves_who_came_again_since(team) -> None:
    made, leads = filled(team, 0), plant(team, *people(2))
    added = lists.add(*_who(team), made[0], leads)
    lists.remove(*_who(team), made[0], leads[:1])
    lists.add(*_who(team), made[0], leads[:1])
    assert actions.undo(*_who(team), added.action).count == 1
    assert order(team, made[0]) == leads[:1]


def test_a_deleted_lead_is_on_no_list_and_comes_back_with_it(team) -> None:
    made, leads = filled(team, 3)
    gone = delete(*_who(team), leads[:1])
    assert (order(team, made), lists.get(*_who(team), made).leads.number) == (leads[1:], 2)
    with pytest.raises(lists.NotOnList):
        lists.listed(*_who(team), made, leads[0])
    actions.undo(*_who(team), gone.action)
    assert order(team, made) == leads


def test_a_lead_moves_up_down_to_the_ends_and_beside_another(team) -> None:
    made, (a, b, c, d) = filled(team, 4)

    def moved(lead, way, beside=None):
        lists.move(*_who(team), made, contact(team, lead), way, beside and contact(team, beside))
        return order(team, made)

    assert moved(c, "up") == [a, c, b, d]
    assert moved(a, "down") == [c, a, b, d]
    assert moved(d, "top") == [d, c, a, b]
    assert moved(d, "up") == [d, c, a, b]
    assert moved(d, "bottom") == [c, a, b, d]
    assert moved(d, "before", a) == [c, d, a, b]
    assert moved(c, "after", b) == [d, a, b, c]
    assert moved(c, "after", c) == [d, a, b, c]
    with pytest.raises(lists.NotOnList):
        lists.move(*_who(team), made, uuid4(), "top")


def test_a_place_is_found_between_two_however_often_it_is_halved(team) -> None:
    made, (a, b, c) = filled(team, 3)
    for turn in range(140):
        mover, beside = (c, b) if turn % 2 else (b, c)
        lists.move(*_who(team), made, contact(team, mover), "before", contact(team, beside))
        assert order(team, made) == [a, mover, beside]


def test_two_people_move_and_add_at_once_and_nobody_is_lost(team) -> None:
    made, leads = filled(team, 6)
    more = plant(team, *people(20))
    other = colleague(team)

    def reorder(who) -> None:
        for lead in leads * 3:
            lists.move(*_who(who), made, contact(who, lead), "top")

    def fill(who, half) -> None:
        for lead in half:
            lists.add(*_who(who), made, [lead])

    with ThreadPoolExecutor(4) as pool:
        acts = [pool.submit(reorder, who) for who in (team, other)]
        acts += [pool.submit(fill, who, half) for who, half in ((team, more[:12]), (other, more[8:]))]
        for act in acts:
            act.result()
    seen = order(team, made)
    assert len(seen) == 26
    assert set(seen[:6]) == set(leads)
    places = as_owner("SELECT count(DISTINCT position), count(*) FROM list_contacts WHERE list_id = %s", (made,))
    assert places == [(26, 26)]


def test_two_who_ask_for_opposite_orders_leave_one_of_them(team) -> None:
    made, (a, b) = filled(team, 2)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(lists.move, *_who(team), made, contact(team, a), "after", contact(team, b))
        two = pool.submit(lists.move, *_who(team), made, contact(team, b), "before", contact(team, a))
        one.result(), two.result()
    assert order(team, made) == [b, a]


def test_notes_and_tags_are_cleaned_and_bounded(team) -> None:
    made, (lead, _) = filled(team, 2)
    who = contact(team, lead)
    lists.annotate(*_who(team), made, who, tags=lists.tags_of("hot, #EU ,Hot; spring  fair"))
    lists.annotate(*_who(team), made, who, note="  later ")
    seen = lists.listed(*_who(team), made, lead)
    assert (seen.note, seen.tags) == ("later", ["hot", "EU", "spring fair"])
    for wrong in ({"note": "x" * 4001}, {"tags": ["x" * 41]}, {"tags": [str(n) for n in range(21)]}):
        with pytest.raises(Invalid):
            lists.annotate(*_who(team), made, who, **wrong)
    with pytest.raises(lists.NotOnList):
        lists.annotate(*_who(team), made, uuid4(), "x")
    assert [act.kind for act in actions.feed(*_who(team), contact_id=who).actions[:1]] == ["list.annotate"]


def test_many_are_tagged_at_once_and_that_is_taken_back(team) -> None:
    made, leads = filled(team, 4)
    lists.annotate(*_who(team), made, contact(team, leads[0]), tags=["hot", "old"])
    done = lists.tag(*_who(team), made, LeadQuery(list_id=made), ["hot", "new"], ["old"])
    assert done.count == 4
    assert [m.tags for m in lists.members(*_who(team), made).members] == [["hot", "new"]] * 4
    assert lists.tag(*_who(team), made, LeadQuery(), ["hot"]).count == 0
    assert actions.undo(*_who(team), done.action).count == 4
    assert [m.tags for m in lists.members(*_who(team), made).members] == [["hot", "old"], [], [], []]


def test_lists_are_united_intersected_and_subtracted(team) -> None:
    a, b, c, d = plant(team, *people(4))
    first, second = (lists.create(*_who(team), name).id for name in ("One", "Two"))
    for lead in (c, a, b):
        lists.add(*_who(team), first, [lead])
    for lead in (d, b):
        lists.add(*_who(team), second, [lead])
    lists.annotate(*_who(team), first, contact(team, b), "from one", ["x"])
    lists.annotate(*_who(team), second, contact(team, b), "from two")
    found = {how: lists.combine(*_who(team), how, [first, second], how) for how in lists.HOW}
    assert {how: order(team, made.id) for how, (made, _) in found.items()} == {
        "union": [c, a, b, d],
        "intersect": [b],
        "difference": [c, a],
    }
    assert lists.listed(*_who(team), found["union"][0].id, b).note == "from one"
    assert actions.undo(*_who(team), found["union"][1]).count == 4
    with pytest.raises(lists.NoSuchList):
        lists.get(*_who(team), found["union"][0].id)
    for wrong in ([first], [first, first], [uuid4()] * 2, [first] + [uuid4() for _ in range(20)]):
        with pytest.raises(Invalid):
            lists.combine(*_who(team), "union", wrong, "Wrong")
    with pytest.raises(lists.NoSuchList):
        lists.combine(*_who(team), "union", [first, uuid4()], "Wrong")


def test_a_deleted_list_is_gone_for_all_and_comes_back_whole(team) -> None:
    made, leads = filled(team, 3)
    gone, act = lists.delete(*_who(team), made)
    assert gone.leads.number == 3
    for look in (lists.get, lists.members, lists.delete):
        with pytest.raises(lists.NoSuchList):
            look(*_who(team), made)
    assert actions.undo(*_who(team), act).count == 1
    assert order(team, made) == leads
