"""An import that was stopped midway goes on as if it had not been."""

from __future__ import annotations

from reachly import imports
from reachly.engine.claim import take
from reachly.engine.stop import cancel
from reachly.imports.step import step
from reachly.settings import settings
from tests.imports.made import cancelled_midway, counts, csv_of, imported, leads, people, refused, upload, work
from tests.planted import as_owner


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
    told, asked = cancelled_midway(team, monkeypatch)
    told = imports.get(team.workspace_id, team.user_id, told.id)
    assert (told.state, told.run.new, told.undoable, len(leads(team))) == ("stopped", 10, True, 10)
    again = imports.start(team.workspace_id, team.user_id, told.id)
    assert again.job_id != asked.job_id
    assert work(again.job_id) == "succeeded"
    assert counts(imports.get(team.workspace_id, team.user_id, told.id)) == (25, 0, 0, 0)
    assert len(leads(team)) == 25
    imports.undo(team.workspace_id, team.user_id, told.id)
    assert leads(team) == []


def test_an_import_cancelled_before_it_began_again_can_still_go_on(team, monkeypatch) -> None:
    told, asked = cancelled_midway(team, monkeypatch)
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
