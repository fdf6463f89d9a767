"""An import from upload to leads: every row comes to one thing, and nothing leaves the workspace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reachly import imports, lists, storage
from reachly.database import one, rows, scope
from reachly.imports.expire import expire, remove_strays
from reachly.imports.mapping import BadMapping
from reachly.settings import settings
from tests.imports.made import checked, counts, csv_of, imported, leads, people, refused, upload
from tests.lists.kept import colleague, filled, order
from tests.lists.test_sharing import given
from tests.planted import as_owner, found, plant
from tests.unlock.held import held


def test_a_file_is_tried_first_and_then_imported_as_it_was_said(team) -> None:
    told = upload(team, csv_of(*people(25), "No,Body,,,,", "Bad,Mail,a@@b,Firm,firm.example,", people(1)[0]))
    assert told.state == "new"
    told = checked(team, told)
    assert (told.state, counts(told, dry=True)) == ("checked", (25, 0, 1, 2))
    assert leads(team) == []
    told = imported(team, told)
    assert (told.state, counts(told)) == ("done", (25, 0, 1, 2))
    assert len(leads(team)) == 25
    assert told.reasons == {"email": 1, "nobody": 1}
    lines = refused(team, told).split("\r\n")
    assert lines[0] == "Line,Reason,First name,Last name,E-mail,Company,Website,Phone"
    assert lines[1].startswith("27,")
    assert lines[1].endswith(",No,Body,,,,")
    assert lines[2] == "28,“a@@b” is not an e-mail address.,Bad,Mail,a@@b,Firm,firm.example,"


def test_imported_fields_are_unlocked_cost_nothing_and_say_where_they_are_from(team) -> None:
    told = imported(team, csv_of("Ada,Lovelace,Ada@Engine.example,Engine,engine.example,+44 20 7946 0958"))
    (lead,) = leads(team, "first_name, email, phone, company_domain, source, credits, provenance, has_email")
    assert lead["email"] == "Ada@engine.example"
    assert lead["phone"] == "+442079460958"
    assert (lead["source"], lead["credits"], lead["has_email"]) == ("import", 0, True)
    origin = lead["provenance"]["email"]
    assert (origin["source"], origin["import"], origin["line"]) == ("import", str(told.id), 2)
    with scope(team.workspace_id, team.user_id):
        assert one("SELECT count(*) AS many FROM unlocks") == {"many": 0}
        assert one("SELECT credits_held FROM jobs WHERE id = %s", (told.run.job_id,)) == {"credits_held": 0}


def test_what_was_paid_for_is_kept_and_only_what_is_empty_is_filled(team) -> None:
    found(team, "Grace", 1)
    (lead,) = leads(team)
    told = imported(team, csv_of(f"Grace,Hopper,{lead['email']},Navy,navy.example,+14155550199"))
    assert counts(told) == (0, 1, 0, 0)
    (after,) = leads(team, "last_name, email, phone, company")
    assert (after["last_name"], after["email"], after["phone"]) == (lead["last_name"], lead["email"], "+14155550199")
    again = imported(team, upload(team, csv_of(f"Grace,Hopper,{lead['email']},Navy,,"), overwrite=True))
    assert counts(again) == (0, 1, 0, 0)
    (after,) = leads(team, "last_name, email, company")
    assert after == {"last_name": "Hopper", "email": lead["email"], "company": "Navy"}


def test_the_same_person_twice_is_one_lead_and_the_second_row_is_not_dropped_silently(team) -> None:
    monkey = people(3)
    told = imported(team, csv_of(*monkey, monkey[1], "Other,Name,p2@firm0.example,,,"))
    assert counts(told) == (3, 0, 1, 1)
    assert "The same person or company as in line 4, with other values." in refused(team, told)


def test_repeats_are_found_across_pages_and_in_a_dry_run_alike(team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "import_page_rows", 2)
    data = csv_of(*people(5), people(1)[0], "Other,Name,p2@firm0.example,,,", *people(2, 5))
    told = checked(team, upload(team, data))
    assert counts(told, dry=True) == (7, 0, 1, 1)
    assert counts(imported(team, told)) == (7, 0, 1, 1)


def test_another_workspace_neither_sees_nor_finds_nor_joins_what_was_imported(team, other_team) -> None:
    imported(team, csv_of("Ada,Lovelace,ada@engine.example,Engine,engine.example,+442079460958"))
    told = imported(other_team, csv_of("Ada,King,ada@engine.example,Engine,engine.example,"))
    assert counts(told) == (1, 0, 0, 0)
    (mine,), (theirs,) = leads(team, "contact_id"), leads(other_team, "contact_id")
    assert mine["contact_id"] != theirs["contact_id"]
    with scope(other_team.workspace_id, other_team.user_id):
        assert one("SELECT id FROM contacts WHERE id = %s", (mine["contact_id"],)) is None
        assert one("SELECT id FROM contacts WHERE id = %s", (theirs["contact_id"],)) is not None
        for table in ("imports", "import_runs", "import_refusals", "leads"):
            sees = one(f"SELECT count(*) AS many FROM {table} WHERE workspace_id = %s", (str(team.workspace_id),))
            assert sees == {"many": 0}
    assert as_owner("SELECT doc FROM contact_search WHERE contact_id = %s", (mine["contact_id"],)) == []
    assert as_owner("SELECT first_name, email, linkedin_url FROM contacts WHERE id = %s", (mine["contact_id"],)) == [
        (None, None, None)
    ]
    assert as_owner("SELECT key FROM contact_keys WHERE key LIKE %s", ("%engine.example%",)) == []
    assert as_owner("SELECT domain FROM organizations WHERE domain = 'engine.example'") == []


def test_a_key_of_everybodys_never_leads_to_somebodys_own_contact(team) -> None:
    imported(team, csv_of("Ada,Lovelace,ada@engine.example,Engine,engine.example,"))
    (mine,) = leads(team, "contact_id")
    as_owner("INSERT INTO contact_keys (key, contact_id) VALUES ('l:/in/ada-test', %s)", (mine["contact_id"],))
    assert as_owner("SELECT key FROM contact_keys WHERE key = 'l:/in/ada-test'") == []


def test_guessing_addresses_does_not_tell_which_one_the_catalogue_knows(team, other_team) -> None:
    found(other_team, "Grace", 1)
    (lead,) = leads(other_team)
    told = imported(team, csv_of(f",,{lead['email']},,,", ",,guess@firm.example,,,"))
    assert counts(told) == (2, 0, 0, 0)
    mine = {row["contact_id"] for row in leads(team, "contact_id, first_name, last_name, email")}
    assert not mine & {row["contact_id"] for row in leads(other_team, "contact_id, first_name, last_name, email")}


def test_who_must_not_be_contacted_is_refused_by_whichever_key(team) -> None:
    found(team, "Grace", 1)
    (lead,) = leads(team)
    as_owner(
        "UPDATE contacts SET suppressed = true WHERE id IN (SELECT contact_id FROM contact_keys WHERE key = %s)",
        (f"e:{lead['email']}",),
    )
    told = imported(team, csv_of(f"Someone,Else,{lead['email'].upper()},,,"))
    assert (counts(told), told.reasons) == ((0, 0, 0, 1), {"suppressed": 1})


def test_all_of_a_file_can_be_put_on_a_list_in_its_order(team) -> None:
    with scope(team.workspace_id, team.user_id):
        listed = one(
            "INSERT INTO lists (workspace_id, owner_id, name) VALUES (%s, %s, 'Fair') RETURNING id",
            (str(team.workspace_id), str(team.user_id)),
        )
    imported(team, csv_of(*people(2)))
    told = imported(team, upload(team, csv_of(*people(4)), list_id=listed["id"]))
    assert counts(told) == (2, 0, 2, 0)
    order = "SELECT l.first_name FROM list_contacts c JOIN leads l USING (workspace_id, contact_id) ORDER BY c.position"
    with scope(team.workspace_id, team.user_id):
        assert [row["first_name"] for row in rows(order)] == ["First0", "First1", "First2", "First3"]
    imports.undo(team.workspace_id, team.user_id, told.id)
    with scope(team.workspace_id, team.user_id):
        assert rows(order) == []
    assert len(leads(team)) == 2


def test_only_lists_of_ours_that_their_person_may_change_are_filled(team, other_team) -> None:
    theirs, _ = filled(other_team, 0, "Theirs")
    given(other_team, team, theirs)
    bob = colleague(team)
    locked = lists.create(team.workspace_id, team.user_id, "Locked", editing="owner").id
    for who, listed in ((team, theirs), (bob, locked)):
        with pytest.raises(BadMapping) as wrong:
            upload(who, csv_of(*people(1)), list_id=listed)
        assert list(wrong.value.errors) == ["list_id"]
    free = lists.create(team.workspace_id, team.user_id, "Free").id
    told = upload(bob, csv_of(*people(2)), list_id=free)
    as_owner("UPDATE lists SET editing = 'owner' WHERE id = %s", (free,))
    assert counts(imported(bob, told)) == (2, 0, 0, 0)
    assert order(team, free) == []


def test_the_database_does_not_let_a_row_be_dropped(team) -> None:
    told = imported(team, csv_of(*people(2)))
    with pytest.raises(Exception, match="nothing_dropped"):
        as_owner("UPDATE import_runs SET read = read + 1 WHERE id = %s", (told.run.id,))


def test_people_that_were_imported_are_not_bought_again(team) -> None:
    imported(team, csv_of("Ada,Lovelace,ada@engine.example,Engine,engine.example,"))
    with scope(team.workspace_id, team.user_id):
        asked = "SELECT leads_owned(%s, %s) AS key"
        assert rows(asked, (["e:ada@engine.example", "e:x@y.example"], ["email"])) == [{"key": "e:ada@engine.example"}]
        assert rows(asked, (["e:ada@engine.example"], ["email", "phone"])) == []


def test_planted_leads_without_keys_are_let_be(team) -> None:
    plant(team, {"first_name": "Planted", "email": "planted@firm.example"})
    assert counts(imported(team, csv_of(*people(1)))) == (1, 0, 0, 0)


def test_files_go_when_their_time_has_come_and_so_do_those_that_no_import_names(team, files) -> None:
    kept = upload(team, csv_of(*people(1)))
    told = imported(team, csv_of(*people(1), "No,Body,,,,"))
    as_owner("UPDATE imports SET expires_at = now() WHERE id = %s", (str(told.id),))
    storage.put(f"imports/{team.workspace_id}/left-over.csv", [b"a"])
    expire()
    assert remove_strays(timedelta(0)) == 1
    assert files() == [kept.path.rsplit("/", 1)[1]]
    told = imports.get(team.workspace_id, team.user_id, told.id)
    assert (told.expired, told.run.refused, told.undoable) == (True, 1, True)
    assert "No,Body" not in refused(team, told)
    with scope(team.workspace_id, team.user_id):
        assert one("SELECT count(*) AS many FROM import_refusals") == {"many": 0}


def test_an_exclusion_list_tells_nobody_whose_address_was_guessed(team) -> None:
    known = held(email="ada_held@engine.example", last_name="Held")
    as_owner("INSERT INTO contact_keys (key, contact_id) VALUES ('e:ada_held@engine.example', %s)", (known,))
    told = imported(team, upload(team, csv_of("ada_held@engine.example", header="Email"), use="exclude"))
    assert counts(told) == (1, 0, 0, 0)
    with scope(team.workspace_id, team.user_id):
        assert rows("SELECT contact_id FROM hidden_contacts WHERE contact_id = %s", (str(known),)) == []
        assert one("SELECT count(*) AS many FROM hidden_contacts") == {"many": 1}


def test_a_crash_of_the_database_empties_no_table() -> None:
    assert as_owner("SELECT relname FROM pg_class WHERE relpersistence = 'u'") == []
