"""An import from upload to undo: every row comes to one thing, and nothing leaves the workspace."""

from __future__ import annotations

from datetime import timedelta

import peewee
import pytest

from reachly import actions, imports, lists, storage
from reachly.database import one, rows, scope
from reachly.engine.claim import take
from reachly.engine.stop import cancel
from reachly.imports.expire import expire, remove_strays
from reachly.imports.mapping import BadMapping
from reachly.imports.step import step
from reachly.retry import NothingToRetry, retry
from reachly.settings import settings
from tests.imports.made import checked, counts, csv_of, imported, leads, people, refused, upload, work
from tests.lists.kept import colleague, filled, order
from tests.lists.test_sharing import given
from tests.planted import as_owner, found, plant
from tests.unlock.held import held
from tests.web.browsing import Browser, words


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


def test_undo_takes_new_leads_away_and_gives_former_values_back(team) -> None:
    found(team, "Grace", 1)
    (before,) = leads(team, "first_name, last_name, email, phone, company, provenance, has_phone, email_status")
    told = imported(
        team, upload(team, csv_of(*people(3), f"Grace,Hopper,{before['email']},Navy,,+14155550199"), overwrite=True)
    )
    assert counts(told) == (3, 1, 0, 0)
    (act,) = actions.feed(team.workspace_id, team.user_id, kinds=["leads.import"]).actions
    assert (act.count, act.undoable, act.subject_id) == (4, True, told.id)
    assert actions.undo(team.workspace_id, team.user_id, act.id).count == 4
    assert leads(team, "first_name, last_name, email, phone, company, provenance, has_phone, email_status") == [before]
    after = imports.get(team.workspace_id, team.user_id, told.id)
    assert (after.state, after.undone) == ("undone", {"gone": 3, "restored": 1, "shown": 0, "kept": 0})
    with pytest.raises(imports.NothingToUndo):
        imports.undo(team.workspace_id, team.user_id, told.id)
    assert counts(imported(team, csv_of(*people(3)))) == (3, 0, 0, 0)


def test_undo_leaves_what_others_have_changed_since(team) -> None:
    first = imported(team, csv_of("Ada,Lovelace,ada@engine.example,Engine,engine.example,", *people(1)))
    second = imported(team, upload(team, csv_of("Ada,King,ada@engine.example,Engine Ltd,,"), overwrite=True))
    imported(team, upload(team, csv_of("Ada,Byron,ada@engine.example,,,"), overwrite=True))
    assert imports.undo(team.workspace_id, team.user_id, second.id) is None
    (ada, _) = leads(team, "first_name, last_name, company, email")
    assert (ada["last_name"], ada["company"]) == ("Byron", "Engine")
    assert imports.undo(team.workspace_id, team.user_id, first.id) is None
    assert [row["last_name"] for row in leads(team)] == ["Byron"]
    assert imports.get(team.workspace_id, team.user_id, first.id).undone == {
        "gone": 1,
        "restored": 0,
        "shown": 0,
        "kept": 1,
    }


def test_an_exclusion_list_hides_people_and_companies_and_its_undo_shows_them(team) -> None:
    header = "Email,Domain"
    data = csv_of("ada@engine.example,", ",https://www.Engine.example/about", ",gmail.com", ",", header=header)
    told = imported(team, upload(team, data, use="exclude"))
    assert (counts(told), told.reasons) == ((2, 0, 0, 1), {"mail_provider": 1})
    with scope(team.workspace_id, team.user_id):
        assert one("SELECT count(*) AS many FROM hidden_contacts") == {"many": 1}
        assert rows("SELECT domain FROM hidden_companies") == [{"domain": "engine.example"}]
    assert leads(team) == []
    assert counts(imported(team, upload(team, data, use="exclude"))) == (0, 0, 2, 1)
    imports.undo(team.workspace_id, team.user_id, told.id)
    with scope(team.workspace_id, team.user_id):
        assert one("SELECT count(*) AS many FROM hidden_contacts") == {"many": 0}
        assert one("SELECT count(*) AS many FROM hidden_companies") == {"many": 0}
    assert imports.get(team.workspace_id, team.user_id, told.id).undone["shown"] == 2


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


def test_a_job_that_dies_between_two_pages_goes_on_where_it_was(team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "import_page_rows", 10)
    told = upload(team, csv_of(*people(35), 'multi,"line\nname",m@firm.example,,,', *people(5, 35)))
    asked = imports.start(team.workspace_id, team.user_id, told.id)
    claim = take(asked.job_id, "one that dies")
    monkeypatch.setattr("reachly.imports.step._LOOKS_UP", -1)
    step(claim)
    step(claim)
    as_owner("UPDATE jobs SET lease_until = now() - interval '1 minute' WHERE id = %s", (asked.job_id,))
    assert work(asked.job_id) == "succeeded"
    assert counts(imports.get(team.workspace_id, team.user_id, told.id)) == (41, 0, 0, 0)
    assert len(leads(team)) == 41


def test_a_cancelled_import_keeps_what_it_brought_can_go_on_and_can_be_undone(team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "import_page_rows", 10)
    monkeypatch.setattr("reachly.imports.step._LOOKS_UP", -1)
    told = upload(team, csv_of(*people(25)))
    asked = imports.start(team.workspace_id, team.user_id, told.id)
    claim = take(asked.job_id, "test")
    step(claim)
    cancel(team.workspace_id, team.user_id, asked.job_id)
    claim.end("cancelled")
    told = imports.get(team.workspace_id, team.user_id, told.id)
    assert (told.state, told.run.new, told.undoable, len(leads(team))) == ("stopped", 10, True, 10)
    again = imports.start(team.workspace_id, team.user_id, told.id)
    assert again.job_id != asked.job_id
    assert work(again.job_id) == "succeeded"
    assert counts(imports.get(team.workspace_id, team.user_id, told.id)) == (25, 0, 0, 0)
    assert len(leads(team)) == 25
    imports.undo(team.workspace_id, team.user_id, told.id)
    assert leads(team) == []


def test_what_was_taken_back_is_not_gone_on_with(team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "import_page_rows", 10)
    monkeypatch.setattr("reachly.imports.step._LOOKS_UP", -1)
    told = upload(team, csv_of(*people(25)))
    asked = imports.start(team.workspace_id, team.user_id, told.id)
    claim = take(asked.job_id, "test")
    step(claim)
    cancel(team.workspace_id, team.user_id, asked.job_id)
    claim.end("cancelled")
    (act,) = actions.feed(team.workspace_id, team.user_id, kinds=["leads.import"]).actions
    waiting = imports.start(team.workspace_id, team.user_id, told.id)
    with pytest.raises(imports.NothingToUndo):
        imports.undo(team.workspace_id, team.user_id, told.id)
    with pytest.raises(actions.UndoOver):
        actions.undo(team.workspace_id, team.user_id, act.id)
    with scope(team.workspace_id, team.user_id), pytest.raises(peewee.ProgrammingError):
        one("SELECT * FROM import_undo(%s, NULL, 100)", (str(told.id),))
    cancel(team.workspace_id, team.user_id, waiting.job_id)
    imports.undo(team.workspace_id, team.user_id, told.id)
    assert leads(team) == []
    assert imports.start(team.workspace_id, team.user_id, told.id).replayed
    with pytest.raises(NothingToRetry):
        retry(team.workspace_id, team.user_id, waiting.job_id)
    shown = Browser(team).get(f"/jobs/{waiting.job_id}")
    assert ("taken back since" in words(shown), "Go on from here" in words(shown)) == (True, False)
    monkeypatch.setattr("reachly.retry.over", lambda _job: False)  # somebody who was let go on a moment before
    late = retry(team.workspace_id, team.user_id, waiting.job_id)
    assert work(late.job_id) == "failed"
    assert leads(team) == []


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


def test_a_large_import_is_taken_back_by_a_job(team, monkeypatch) -> None:
    monkeypatch.setattr("reachly.imports.asking.AT_ONCE", 5)
    monkeypatch.setattr("reachly.imports.step.AT_ONCE", 5)
    told = imported(team, csv_of(*people(12)))
    asked = imports.undo(team.workspace_id, team.user_id, told.id)
    assert work(asked.job_id) == "succeeded"
    assert leads(team) == []
    assert imports.get(team.workspace_id, team.user_id, told.id).undone["gone"] == 12


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


def test_an_import_cancelled_before_it_began_again_can_still_go_on(team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "import_page_rows", 10)
    monkeypatch.setattr("reachly.imports.step._LOOKS_UP", -1)
    told = upload(team, csv_of(*people(25)))
    asked = imports.start(team.workspace_id, team.user_id, told.id)
    claim = take(asked.job_id, "test")
    step(claim)
    cancel(team.workspace_id, team.user_id, asked.job_id)
    claim.end("cancelled")
    seen = {asked.job_id}
    for _ in range(2):
        waiting = imports.start(team.workspace_id, team.user_id, told.id)
        assert waiting.job_id not in seen
        assert imports.start(team.workspace_id, team.user_id, told.id).job_id == waiting.job_id
        cancel(team.workspace_id, team.user_id, waiting.job_id)
        seen.add(waiting.job_id)
    assert work(imports.start(team.workspace_id, team.user_id, told.id).job_id) == "succeeded"
    assert counts(imports.get(team.workspace_id, team.user_id, told.id)) == (25, 0, 0, 0)
    assert len(leads(team)) == 25


def test_an_undo_cancelled_before_it_began_can_be_asked_for_again(team, monkeypatch) -> None:
    monkeypatch.setattr("reachly.imports.asking.AT_ONCE", 3)
    told = imported(team, csv_of(*people(5)))
    first = imports.undo(team.workspace_id, team.user_id, told.id)
    assert imports.undo(team.workspace_id, team.user_id, told.id).job_id == first.job_id
    cancel(team.workspace_id, team.user_id, first.job_id)
    second = imports.undo(team.workspace_id, team.user_id, told.id)
    assert second.job_id != first.job_id
    assert work(second.job_id) == "succeeded"
    assert leads(team) == []


def test_an_import_that_goes_on_after_a_day_judges_rows_as_if_it_had_never_stopped(
    team, other_team, monkeypatch
) -> None:
    monkeypatch.setattr(settings(), "import_page_rows", 2)
    monkeypatch.setattr("reachly.imports.step._LOOKS_UP", -1)
    header = "First name,Last name,E-mail,Company,Website,Phone"
    lines = [
        "Ann,Lee,,Acme,acme.example,",
        "Bob,Ray,bob@acme.example,Acme,acme.example,",
        "Ann,Lee,ann@acme.example,Acme,acme.example,",  # the same name, and who knows whether the same person
        "Bob,Ray,bob@acme.example,Acme,acme.example,+4915112345678",
        "Ann,Lee,,Acme,acme.example,",
    ]
    whole = imported(other_team, csv_of(*lines, header=header))
    told = upload(team, csv_of(*lines, header=header))
    asked = imports.start(team.workspace_id, team.user_id, told.id)
    claim = take(asked.job_id, "test")
    step(claim)
    cancel(team.workspace_id, team.user_id, asked.job_id)
    claim.end("cancelled")
    as_owner("UPDATE jobs SET finished_at = now() - interval '1 day' WHERE id = %s", (asked.job_id,))
    as_owner("SELECT * FROM imports_expired(10)")
    assert work(imports.start(team.workspace_id, team.user_id, told.id).job_id) == "succeeded"
    told = imports.get(team.workspace_id, team.user_id, told.id)
    assert (counts(told), leads(team)) == (counts(whole), leads(other_team))
    assert refused(team, told) == refused(other_team, whole)
    as_owner("UPDATE jobs SET finished_at = now() - interval '1 day' WHERE workspace_id = %s", (team.workspace_id,))
    as_owner("SELECT * FROM imports_expired(10)")
    assert as_owner("SELECT count(*) FROM import_seen WHERE workspace_id = %s", (team.workspace_id,)) == [(0,)]


def test_a_crash_of_the_database_empties_no_table() -> None:
    assert as_owner("SELECT relname FROM pg_class WHERE relpersistence = 'u'") == []
