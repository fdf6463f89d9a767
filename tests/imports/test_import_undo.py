"""An import taken back: what it brought goes, what others did since stays."""

from __future__ import annotations

import peewee
import pytest

from reachly import actions, imports
from reachly.database import one, rows, scope
from reachly.engine.stop import cancel
from reachly.retry import NothingToRetry, retry
from tests.imports.made import cancelled_midway, counts, csv_of, imported, leads, people, upload, work
from tests.planted import found
from tests.web.browsing import Browser, words


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


def test_what_was_taken_back_is_not_gone_on_with(team, monkeypatch) -> None:
    told, _ = cancelled_midway(team, monkeypatch)
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


def test_a_large_import_is_taken_back_by_a_job(team, monkeypatch) -> None:
    monkeypatch.setattr("reachly.imports.asking.AT_ONCE", 5)
    monkeypatch.setattr("reachly.imports.step.AT_ONCE", 5)
    told = imported(team, csv_of(*people(12)))
    asked = imports.undo(team.workspace_id, team.user_id, told.id)
    assert work(asked.job_id) == "succeeded"
    assert leads(team) == []
    assert imports.get(team.workspace_id, team.user_id, told.id).undone["gone"] == 12


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
