"""Two rows of the catalogue become one for every workspace: nothing lost, nothing paid twice, and two again."""

from __future__ import annotations

from uuid import uuid4

import peewee
import pytest

from reachly import database
from reachly.database import scope
from reachly.operator import line
from reachly.operator.admin import main
from reachly.oversight import as_owner as command_line
from tests.generate.finding import find, rows, work
from tests.oversight.alike import breaches, everything, organization, paid, person, save, seen, told
from tests.planted import as_owner

# People whom no other test finds, and so no other workspace has merged.
TEXTILES = {"industries": ["Textiles"], "seniorities": ["director"]}


def test_leads_lists_tags_notes_unlocks_and_history_follow_and_go_back_exactly(team, other_team, desk, twice) -> None:
    kept, gone = twice
    save(team, gone)
    paid(team, gone, "email", "anna@acme.example")
    with scope(team.workspace_id, team.user_id):
        made = {
            "lists": database.one(
                "INSERT INTO lists (workspace_id, owner_id, name)"
                " VALUES (scope_workspace(), scope_user(), 'L') RETURNING id"
            ),
            "tags": database.one(
                "INSERT INTO tags (workspace_id, name) VALUES (scope_workspace(), 'Warm') RETURNING id"
            ),
        }
        for sql, value in (
            ("INSERT INTO list_contacts (workspace_id, contact_id, list_id, position)", f"'{made['lists']['id']}', 1"),
            ("INSERT INTO lead_tags (workspace_id, contact_id, tag_id)", f"'{made['tags']['id']}'"),
            ("INSERT INTO lead_notes (workspace_id, contact_id, user_id, text)", "scope_user(), 'met in Graz'"),
        ):
            database.execute(f"{sql} SELECT scope_workspace(), %s, {value}", (str(gone),))
    save(other_team, kept)
    before = everything()

    done = desk.merge("contact", kept, gone, "one and the same")
    assert (done.outcome, done.leads, done.workspaces) == ("done", 1, 1)
    assert seen(team) == [{"contact_id": kept, "email": "anna@acme.example", "phone": None}]
    for table in ("list_contacts", "lead_tags", "lead_notes", "unlocks"):
        assert rows(team, f"SELECT DISTINCT contact_id FROM {table}") == [{"contact_id": kept}], table
    [(stands,)] = as_owner("SELECT to_jsonb(c) FROM contacts c WHERE id = %s", (kept,))
    assert (stands["email"], stands["phone"], stands["title"]) == ("anna@acme.example", "+4915112345678", "CEO")
    assert as_owner("SELECT count(*) FROM employment_history WHERE contact_id = %s", (kept,)) == [(2,)]
    assert as_owner("SELECT count(*) FROM contact_keys WHERE contact_id = %s", (kept,)) == [(2,)]

    assert desk.split(done.id).outcome == "done"
    assert everything() == before
    assert desk.split(done.id).outcome == "gone"
    assert [(act.act, act.reason) for act in desk.acts(most=2)] == [("split", ""), ("merge", "one and the same")]


@pytest.mark.parametrize("away", [None, "kept", "gone"])
def test_who_has_both_has_one_with_what_both_had_and_two_again(team, desk, twice, away: str | None) -> None:
    kept, gone = twice
    save(team, kept, gone)
    paid(team, kept, "phone", "+4915112345678")
    paid(team, gone, "email", "anna@acme.example")
    if away:
        as_owner("UPDATE leads SET deleted_at = now() WHERE contact_id = %s", (kept if away == "kept" else gone,))
    before = everything()
    done = desk.merge("contact", kept, gone)
    assert done.outcome == "done"
    assert seen(team) == [{"contact_id": kept, "email": "anna@acme.example", "phone": "+4915112345678"}]
    assert {row["field"] for row in rows(team, "SELECT field FROM unlocks WHERE contact_id = %s", str(kept))} == {
        "email",
        "phone",
    }
    assert desk.split(done.id).outcome == "done"
    assert everything() == before


def test_what_was_delivered_under_one_is_not_bought_again_under_the_other(team, desk, outside) -> None:
    assert work(find(team, 3, filters=TEXTILES)) == "succeeded"
    first, second, _third = [row["contact_id"] for row in seen(team)]
    money = "SELECT id FROM transactions WHERE kind = 'capture' AND contact_id IN (%s, %s) ORDER BY id"
    captures = rows(team, money, str(first), str(second))
    assert captures
    done = desk.merge("contact", first, second)
    assert work(find(team, 3, filters=TEXTILES)) == "succeeded"
    assert second not in [row["contact_id"] for row in seen(team)]
    again = rows(team, "SELECT contact_id, field FROM unlocks")
    assert len({(row["contact_id"], row["field"]) for row in again}) == len(again)
    bought = rows(team, "SELECT count(*) AS n FROM transactions WHERE kind = 'capture' GROUP BY contact_id, field")
    assert {row["n"] for row in bought} == {1}
    assert rows(team, money, str(first), str(second)) == captures
    assert breaches(team) == []
    assert desk.split(done.id).outcome == "done"
    assert breaches(team) == []


def test_what_was_paid_for_the_one_that_goes_is_still_paid_for(team, desk, outside) -> None:
    assert work(find(team, 1)) == "succeeded"
    [gone] = [row["contact_id"] for row in seen(team)]
    kept = person("new")
    for split_again in range(2):
        done = desk.merge("contact", kept, gone)
        assert [row["contact_id"] for row in seen(team)] == [kept]
        assert breaches(team) == []
        assert desk.split(done.id).outcome == "done", split_again
        assert breaches(team) == []
    as_owner("UPDATE unlocks SET contact_id = %s WHERE contact_id = %s", (person("else"), gone))
    assert "every capture has what it paid for" in str(breaches(team))
    as_owner("UPDATE unlocks SET contact_id = %s WHERE workspace_id = %s", (gone, team.workspace_id))


@pytest.mark.parametrize(("at_first", "since"), [(None, "kept"), ("gone", None), ("gone", "kept"), (None, "gone")])
def test_whoever_is_not_to_be_sold_is_not_sold_after_a_split_either(desk, twice, at_first, since) -> None:
    ids = dict(zip(("kept", "gone"), twice, strict=True))
    suppress = "UPDATE contacts SET suppressed = true WHERE id = %s"
    if at_first:
        as_owner(suppress, (ids[at_first],))
    done = desk.merge("contact", *twice)
    if since:
        as_owner(suppress, (ids[since],))
    assert desk.split(done.id).outcome == "done"
    assert as_owner("SELECT suppressed FROM contacts WHERE id IN (%s, %s)", twice) == [(True,), (True,)]


def test_the_catalogue_shows_one_and_saves_the_one_that_stands(team, desk, twice) -> None:
    kept, gone = twice
    told = "SELECT contact_id FROM catalogue_search('anna muller', '{}', NULL, 50)"
    assert {row["contact_id"] for row in rows(team, told)} >= {kept, gone}
    desk.merge("contact", kept, gone)
    assert {row["contact_id"] for row in rows(team, told)} & {kept, gone} == {kept}
    save(team, gone)
    assert [row["contact_id"] for row in seen(team)] == [kept]


def test_whoever_was_hidden_stays_hidden(team, desk, twice) -> None:
    kept, gone = twice
    save(team, kept)
    as_owner("INSERT INTO hidden_contacts (workspace_id, contact_id) VALUES (%s, %s)", (team.workspace_id, gone))
    before = everything()
    done = desk.merge("contact", kept, gone)
    assert seen(team) == []
    desk.split(done.id)
    assert everything() == before


def test_merges_are_taken_back_last_first(desk, twice) -> None:
    kept, gone = twice
    third = person("acme-ag")
    first = desk.merge("contact", kept, gone)
    assert desk.merge("contact", kept, gone).outcome == "merged"
    assert desk.merge("contact", gone, third).outcome == "merged"
    second = desk.merge("contact", third, kept)
    assert as_owner("SELECT merged_into FROM contacts WHERE id = %s", (gone,)) == [(third,)]
    assert desk.split(first.id).outcome == "later"
    assert [desk.split(one.id).outcome for one in (second, first)] == ["done", "done"]
    assert as_owner("SELECT merged_into FROM contacts WHERE id IN (%s, %s)", (gone, kept)) == [(None,), (None,)]


def test_a_lead_takes_what_was_bought_for_it_since_along_when_it_goes_back(team, desk, twice) -> None:
    kept, gone = twice
    save(team, gone)
    done = desk.merge("contact", kept, gone)
    paid(team, kept, "phone", "+4915112345678")
    desk.split(done.id)
    assert rows(team, "SELECT contact_id, field FROM unlocks") == [{"contact_id": gone, "field": "phone"}]
    assert seen(team) == [{"contact_id": gone, "email": None, "phone": "+4915112345678"}]


def test_somebodys_own_contact_is_never_merged(team, desk, twice) -> None:
    as_owner("UPDATE contacts SET private_to = %s WHERE id = %s", (team.workspace_id, twice[1]))
    assert desk.merge("contact", *twice).outcome == "gone"
    assert desk.merge("contact", twice[0], twice[0]).outcome == "gone"
    assert desk.merge("contact", twice[0], uuid4()).outcome == "gone"


def test_pairs_are_found_by_profile_domain_and_name(desk) -> None:
    mark = uuid4().hex[:12]
    acme = organization(f"Acme {mark}", domain=f"{mark}.example", country="Germany")
    named = organization(f"ACME {mark} GmbH", name_key=f"acme {mark} gmbh", country="Germany")
    below = organization("Something else", domain=f"www.{mark}.example")
    abroad = organization(f"Acme {mark}", name_key=f"acme {mark}", country="France")
    found = told(desk, "organization")
    assert found[frozenset((acme, below))] == "the same domain"
    assert found[frozenset((acme, named))] == "the same name in the same country"
    assert not [pair for pair in found if abroad in pair]
    assert (acme, named) in [(pair.kept_id, pair.gone_id) for pair in desk.pairs("organization", 500)]
    one, two, other = (
        person(mark, last_name=mark, organization_id=acme, linkedin_url=url)
        for url in (
            f"https://www.linkedin.com/in/{mark}",
            f"https://de.linkedin.com/in/{mark}/",
            "https://www.linkedin.com/in/x-" + mark,
        )
    )
    found = told(desk, "contact")
    assert found[frozenset((one, two))] == "the same profile"
    assert not [pair for pair in found if other in pair]


def test_no_workspace_merges_the_catalogue(team, twice) -> None:
    for call in ("desk_merge(NULL, 'contact', %s, %s, '')", "operations_merge('contact', %s, %s, '')"):
        with (
            pytest.raises(peewee.ProgrammingError, match=r"permission denied|only an administrator"),
            scope(team.workspace_id, team.user_id),
        ):
            database.execute(f"SELECT * FROM {call}", tuple(map(str, twice)))


def test_the_command_line_merges_and_splits_on_record(twice, capsys) -> None:
    known = line.parser().parse_args(["admin", "merge", "people", *map(str, twice), "--reason", "same person"])
    assert main(known) == 0
    made = capsys.readouterr().out.split()[-1]
    assert main(line.parser().parse_args(["admin", "split", made])) == 0
    assert "Two again" in capsys.readouterr().out
    assert [act.act for act in command_line().acts(most=2)] == ["split", "merge"]
