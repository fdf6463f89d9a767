"""Two leads that are one person become one, lose nothing, cost nothing, and come apart again as they were."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from reachly import database, leads
from reachly.actions import UndoOver, undo
from reachly.audit.running import run as audit
from reachly.database import scope
from reachly.leads import LeadQuery
from reachly.merging import CannotMerge, duplicates, duplicates_of, merge
from tests.generate.finding import find, rows, work
from tests.planted import as_owner, people, plant
from tests.web.browsing import Browser, words

pytestmark = pytest.mark.usefixtures("team")


def anna(**more):
    (person,) = people(1, first_name="Anna", last_name="Müller", company_domain="acme.example", company="Acme", **more)
    return person


def shown(team) -> dict:
    with scope(team.workspace_id, team.user_id):
        return {row["id"]: row for row in database.rows("SELECT * FROM leads WHERE NOT hidden AND deleted_at IS NULL")}


def unlocked(team) -> set:
    return {(row["contact_id"], row["field"]) for row in rows(team, "SELECT contact_id, field FROM unlocks")}


@pytest.fixture
def pair(team):
    """One who has a title and a phone, and one who has an address."""
    kept, gone = plant(
        team,
        anna(email=None, email_status=None, phone="+4915112345678", linkedin_url=None, title="Head of Sales"),
        anna(email="anna@acme.example", phone=None, linkedin_url="https://www.linkedin.com/in/anna-m", title=None),
    )
    for lead, field in ((kept, "phone"), (gone, "email")):
        as_owner(
            "INSERT INTO unlocks (workspace_id, contact_id, field, credits)"
            " SELECT workspace_id, contact_id, %s, 0 FROM leads WHERE id = %s",
            (field, lead),
        )
    return kept, gone


def test_the_same_name_at_the_same_company_is_found_and_two_profiles_are_not(team, pair) -> None:
    (found,) = duplicates(team.workspace_id, team.user_id)
    assert (found.kept.id, found.gone.id, found.why) == (*pair, "the same name at the same company")
    assert len(duplicates_of(team.workspace_id, team.user_id, pair[1])) == 1
    as_owner("UPDATE leads SET linkedin_url = 'https://www.linkedin.com/in/another' WHERE id = %s", (pair[0],))
    assert duplicates(team.workspace_id, team.user_id) == []


def test_one_stands_for_both_and_comes_apart_again_as_they_were(team, pair) -> None:
    before, paid = shown(team), unlocked(team)
    made = merge(team.workspace_id, team.user_id, *pair)
    (lead,) = shown(team).values()
    assert lead["id"] == pair[0]
    assert (lead["email"], lead["phone"]) == ("anna@acme.example", "+4915112345678")
    assert (lead["title"], lead["linkedin_url"]) == ("Head of Sales", "https://www.linkedin.com/in/anna-m")
    assert leads.count(team.workspace_id, team.user_id, LeadQuery(q="anna")).number == 1
    assert unlocked(team) == paid | {(lead["contact_id"], "email")}
    assert undo(team.workspace_id, team.user_id, made.action_id).count == 2
    after = shown(team)
    for one in (before, after):
        for row in one.values():
            row.pop("updated_at")
    assert after == before
    assert unlocked(team) == paid
    with pytest.raises(UndoOver):
        undo(team.workspace_id, team.user_id, made.action_id)


def test_lists_keep_the_person_once(team, pair) -> None:
    with scope(team.workspace_id, team.user_id):
        made = database.one(
            "INSERT INTO lists (workspace_id, owner_id, name)"
            " VALUES (scope_workspace(), scope_user(), 'L') RETURNING id"
        )
        database.execute(
            "INSERT INTO list_contacts (workspace_id, list_id, contact_id, position, note)"
            " SELECT workspace_id, %s, contact_id, 1, 'met in Graz' FROM leads WHERE id = %s",
            (made["id"], str(pair[1])),
        )
    merged = merge(team.workspace_id, team.user_id, *pair)
    notes = "SELECT c.note FROM list_contacts c JOIN leads l USING (workspace_id, contact_id) WHERE NOT l.hidden"
    assert rows(team, notes) == [{"note": "met in Graz"}]
    undo(team.workspace_id, team.user_id, merged.action_id)
    assert rows(team, f"{notes} AND l.id = %s", str(pair[0])) == []


def test_tags_and_notes_follow_and_go_back(team, pair) -> None:
    with scope(team.workspace_id, team.user_id):
        tag = database.one("INSERT INTO tags (workspace_id, name) VALUES (scope_workspace(), 'Warm') RETURNING id")
        for sql in (
            "INSERT INTO lead_tags (workspace_id, contact_id, tag_id) SELECT workspace_id, contact_id, %s",
            "INSERT INTO lead_notes (workspace_id, contact_id, user_id, text)"
            " SELECT workspace_id, contact_id, scope_user(), %s",
        ):
            database.execute(f"{sql} FROM leads WHERE id = %s", (str(tag["id"]), str(pair[1])))
    told = (
        "SELECT (SELECT count(*) FROM lead_tags t WHERE t.contact_id = l.contact_id) AS tags,"
        " (SELECT count(*) FROM lead_notes n WHERE n.contact_id = l.contact_id) AS notes FROM leads l WHERE l.id = %s"
    )
    merged = merge(team.workspace_id, team.user_id, *pair)
    assert rows(team, told, str(pair[0])) == [{"tags": 1, "notes": 1}]
    undo(team.workspace_id, team.user_id, merged.action_id)
    assert [rows(team, told, str(each))[0]["tags"] for each in pair] == [0, 1]
    assert [rows(team, told, str(each))[0]["notes"] for each in pair] == [0, 1]


def test_what_a_job_delivered_is_not_bought_again_after_a_merge(team, outside) -> None:
    assert work(find(team, 3)) == "succeeded"
    kept, gone, _third = shown(team)
    merge(team.workspace_id, team.user_id, kept, gone)
    assert work(find(team, 3)) == "succeeded"
    assert gone not in shown(team)
    captured = rows(team, "SELECT count(*) AS n FROM transactions WHERE kind = 'capture' GROUP BY contact_id, field")
    assert {row["n"] for row in captured} == {1}
    assert [breach for breach in audit() if str(team.workspace_id) in str(breach)] == []


def test_of_two_who_merge_the_same_at_once_one_does(team, pair) -> None:
    def press(way: int) -> bool:
        try:
            merge(team.workspace_id, team.user_id, *(pair if way % 2 else pair[::-1]))
        except CannotMerge:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sorted(threads.map(press, range(6))) == [False] * 5 + [True]
    assert len(shown(team)) == 1


def test_nobody_merges_what_is_not_theirs_or_not_there(team, other_team, pair) -> None:
    (theirs,) = plant(other_team, anna(email="x@acme.example"))
    for kept, gone in ((pair[0], theirs), (theirs, pair[0]), (pair[0], uuid4()), (pair[0], pair[0])):
        with pytest.raises(CannotMerge):
            merge(team.workspace_id, team.user_id, kept, gone)
    assert len(shown(team)) == 2


def test_pairs_are_shown_side_by_side_and_made_one_by_a_press(team, pair) -> None:
    browser = Browser(team)
    page = browser.get("/leads/duplicates")
    assert "The same name at the same company" in words(page)
    pressed = browser.post("/leads/duplicates", {"kept": pair[1], "gone": pair[0]})
    assert pressed.location == "/leads/duplicates"
    assert "No two of your leads look like one person" in words(browser.get("/leads/duplicates"))
    assert list(shown(team)) == [pair[1]]


def test_pairs_are_looked_for_among_the_last_and_those_of_one_lead_among_all(team, monkeypatch) -> None:
    names = {"linkedin_url": None, "company": "Acme"}
    first, second, third, fourth, last = plant(
        team,
        {"first_name": "Ann", "last_name": "Łęcka", "email": "A@acme.example", **names},
        {"first_name": "Eve", "last_name": "Else", "email": "a@ACME.example", **names},
        {"first_name": "ann", "last_name": "lecka", "email": None, **names},
        {"first_name": "Ann", "last_name": "Lecka", "email": None, **names | {"company": "Other"}},
        {"email": None, **names},
    )
    found = duplicates(team.workspace_id, team.user_id)
    assert [(each.kept.id, each.gone.id, each.why) for each in found] == [
        (first, third, "the same name at the same company"),
        (first, second, "the same e-mail"),
    ]
    monkeypatch.setattr(sys.modules[duplicates.__module__], "LOOKED", 3)
    assert [each.gone.id for each in duplicates(team.workspace_id, team.user_id)] == [third]
    assert {each.gone.id for each in duplicates_of(team.workspace_id, team.user_id, first)} == {second, third}
    assert [each.kept.id for each in duplicates_of(team.workspace_id, team.user_id, second)] == [first]
    assert duplicates_of(team.workspace_id, team.user_id, fourth) == []
    assert duplicates_of(team.workspace_id, team.user_id, last) == []


def test_nobody_else_learns_of_twins(team, other_team, pair) -> None:
    with scope(other_team.workspace_id, other_team.user_id):
        assert database.rows("SELECT * FROM lead_twins(%s, 100, 100)", (str(pair[0]),)) == []
        assert database.rows("SELECT * FROM lead_twins(NULL, 100, 100)") == []
