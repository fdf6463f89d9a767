"""An export's job: a whole file or none, a row that tells the truth about it, whatever dies in between."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from reachly import storage
from reachly.database import one, rows, scope
from reachly.engine.claim import LeaseLost, take
from reachly.engine.outcomes import Continue, Failed, Succeeded, Wait
from reachly.engine.request import KeyReused
from reachly.engine.stop import cancel
from reachly.export import ExportWish, again, ask, listing
from reachly.export.expire import expire, remove_strays
from reachly.export.step import folder as job_folder
from reachly.export.step import step
from reachly.export.writing import write
from reachly.leads import LeadQuery, delete
from tests.export.conftest import finish
from tests.planted import as_owner, people, plant
from tests.storing import store_in

ALL = ExportWish(LeadQuery(), name="Northern Europe — Käufer")


def export_of(team):
    (export,) = listing(team.workspace_id, team.user_id).exports
    return export


def test_what_a_killed_worker_left_of_its_upload_goes_with_the_next_attempt(team, folder, files) -> None:
    plant(team, *people(3))
    job_id = ask(team.workspace_id, team.user_id, ALL).job_id
    left = folder / "exports" / str(team.workspace_id) / str(job_id) / "1.csv#1"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a fi")
    assert finish(job_id) == "succeeded"
    assert left.name not in files()
    assert len(files()) == 2


def test_a_finished_export_tells_the_truth_about_its_file(team, folder, files) -> None:
    plant(team, *people(250))
    made = ask(team.workspace_id, team.user_id, ALL)
    assert finish(made.job_id) == "succeeded"
    export = export_of(team)
    data = (folder / export.path).read_bytes()
    assert data.count(b"\r\n") - 1 == export.rows == 250
    assert (len(data), hashlib.sha256(data).hexdigest()) == (export.bytes, export.sha256)
    assert export.filename == f"northern-europe-kaufer-{export.job_number}.csv"
    with scope(team.workspace_id, team.user_id):
        job = one("SELECT * FROM jobs WHERE id = %s", (made.job_id,))
        events = rows("SELECT kind, data FROM job_events WHERE job_id = %s ORDER BY seq", (made.job_id,))
    assert job["result"] == {"export_id": str(export.id), "rows": 250, "bytes": len(data)}
    assert (job["progress_done"], job["progress_total"], job["credits_held"]) == (250, 250, 0)
    assert [event["kind"] for event in events] == ["log", "progress", "log", "done"]
    assert events[0]["data"]["text"] == "Alice asked for the file"
    manifest = json.loads((folder / export.path).with_suffix(".manifest.json").read_bytes())
    assert manifest == export.manifest
    assert {name: manifest[name] for name in ("rows", "bytes", "sha256", "mode", "query")} == {
        "rows": 250,
        "bytes": len(data),
        "sha256": export.sha256,
        "mode": "excel",
        "query": {},
    }
    assert manifest["snapshot_at"].endswith("Z")
    assert files() == ["1.csv", "1.manifest.json"]


def test_the_file_has_the_rows_of_its_moment_and_says_so(team) -> None:
    ids = plant(team, *people(10))
    made = ask(team.workspace_id, team.user_id, ALL)
    delete(team.workspace_id, team.user_id, ids[:4])
    assert finish(made.job_id) == "succeeded"
    with scope(team.workspace_id, team.user_id):
        job = one("SELECT progress_done, progress_total FROM jobs WHERE id = %s", (made.job_id,))
    assert (export_of(team).rows, job["progress_done"], job["progress_total"]) == (6, 6, 6)


def test_a_selection_exports_the_selected(team, other_team) -> None:
    ids, foreign = plant(team, *people(5)), plant(other_team, *people(2))
    wish, errors = ExportWish.from_args(
        {"lead_ids": [str(lead_id) for lead_id in (*ids[:2], foreign[0])], "format": "jsonl"}
    )
    assert not errors
    finish(ask(team.workspace_id, team.user_id, wish).job_id)
    assert (export_of(team).rows, export_of(team).mode, export_of(team).format) == (2, "exact", "jsonl")


def test_the_same_request_twice_is_one_job(team) -> None:
    plant(team, *people(2))
    first = ask(team.workspace_id, team.user_id, ALL, "key")
    plant(team, *people(1))
    assert ask(team.workspace_id, team.user_id, ALL, "key").job_id == first.job_id
    with pytest.raises(KeyReused):
        ask(team.workspace_id, team.user_id, ExportWish(format="jsonl", mode="exact"), "key")


def test_a_step_after_the_row_was_written_makes_no_second_file(claimed, files) -> None:
    claim = claimed(ALL)
    first = step(claim)
    assert isinstance(first, Succeeded)
    assert step(claim) == first
    assert files() == ["1.csv", "1.manifest.json"]


def test_a_worker_that_dies_between_file_and_row_leaves_nothing_behind(team, claimed, files) -> None:
    plant(team, *people(5))
    dead = claimed(ALL)
    write(dead, ALL, f"{job_folder(dead)}/{dead.attempt}")
    assert files() == ["1.csv", "1.manifest.json"]
    as_owner("UPDATE jobs SET lease_until = now() - interval '1 s' WHERE id = %s", (dead.id,))
    assert finish(dead.id) == "succeeded"
    assert files() == ["2.csv", "2.manifest.json"]
    assert export_of(team).path.endswith("/2.csv")


@pytest.mark.parametrize("tell_every", [0, 60])
def test_a_worker_that_lost_its_lease_leaves_no_file_and_no_row(team, claimed, files, monkeypatch, tell_every) -> None:
    monkeypatch.setattr("reachly.export.writing._TELL_EVERY", tell_every)
    plant(team, *people(200))
    late = claimed(ALL)
    as_owner("UPDATE jobs SET lease_until = now() - interval '1 s' WHERE id = %s", (late.id,))
    assert take(late.id, "another") is not None
    with pytest.raises(LeaseLost):
        step(late)
    assert files() == []
    assert listing(team.workspace_id, team.user_id).exports == []


def test_a_cancelled_export_stops_and_leaves_nothing(team, claimed, files, monkeypatch) -> None:
    monkeypatch.setattr("reachly.export.writing._TELL_EVERY", 0)
    plant(team, *people(200))
    claim = claimed(ALL)
    assert cancel(team.workspace_id, team.user_id, claim.id) == "cancelling"
    assert step(claim) == Continue()
    assert files() == []


def test_a_worker_that_is_stopped_does_not_finish_a_long_file_first(team, claimed, files, monkeypatch) -> None:
    monkeypatch.setattr("reachly.export.writing._TELL_EVERY", 0)
    plant(team, *people(200))
    claim = claimed(ALL)
    claim.stopping = lambda: True
    assert step(claim) == Continue()
    assert files() == []


def test_progress_is_told_in_rows_while_the_file_is_written(team, claimed, monkeypatch) -> None:
    monkeypatch.setattr("reachly.export.writing._TELL_EVERY", 0)
    plant(team, *people(200))
    claim = claimed(ALL)
    step(claim)
    with scope(team.workspace_id, team.user_id):
        told = [
            row["data"]
            for row in rows("SELECT data FROM job_events WHERE job_id = %s AND kind = 'progress'", (claim.id,))
        ]
    done = [event["done"] for event in told]
    assert len(done) > 5
    assert done == sorted(done)
    assert {event["total"] for event in told} == {200}


def test_a_storage_that_is_away_is_waited_for_and_then_given_up(claimed, tmp_path, monkeypatch) -> None:
    (tmp_path / "in the way").write_text("a file, not a folder")
    store_in(tmp_path / "in the way" / "storage", monkeypatch)
    claim = claimed(ALL)
    outcome = step(claim)
    assert isinstance(outcome, Wait)
    assert outcome.reason == "waiting for the storage"
    claim.waits = 20
    assert step(claim) == Failed("storage_away", "The storage for files does not answer. Ask for the file again later.")


def test_a_request_of_another_version_fails_in_words(claimed) -> None:
    claim = claimed(ALL)
    claim.params["columns"] = [["shoe_size", "Shoe size"]]
    assert isinstance(step(claim), Failed)
    claim.params.clear()
    assert isinstance(step(claim), Failed)


def test_a_stopped_export_can_be_asked_for_again(team) -> None:
    made = ask(team.workspace_id, team.user_id, ALL)
    cancel(team.workspace_id, team.user_id, made.job_id)
    with scope(team.workspace_id, team.user_id):
        job = one("SELECT * FROM jobs WHERE id = %s", (made.job_id,))
    wish = again(job)
    assert (wish.params, wish.name, wish.retry_of) == (ALL.as_params(), ALL.name, made.job_id)


def test_an_expired_file_is_deleted_and_its_row_stays(team, files) -> None:
    expire()
    finish(ask(team.workspace_id, team.user_id, ALL).job_id)
    assert expire() == 0
    as_owner("UPDATE exports SET expires_at = now() - interval '1 s' WHERE workspace_id = %s", (team.workspace_id,))
    assert expire() == 1
    assert files() == []
    assert export_of(team).deleted_at is not None
    assert expire() == 0


def test_one_round_deletes_all_that_expired_however_many(team, files, monkeypatch) -> None:
    monkeypatch.setattr("reachly.export.expire._MOST", 2)
    for _ in range(3):
        finish(ask(team.workspace_id, team.user_id, ALL).job_id)
    as_owner("UPDATE exports SET expires_at = now() - interval '1 s' WHERE workspace_id = %s", (team.workspace_id,))
    assert expire() == 3
    assert files() == []


def test_files_without_a_row_are_removed_when_they_are_old(team, claimed, files, folder) -> None:
    finish(ask(team.workspace_id, team.user_id, ALL).job_id)
    stray = claimed(ALL)
    write(stray, ALL, f"{job_folder(stray)}/9")
    (folder / job_folder(stray) / "8.csv#1").write_bytes(b"cut off")
    assert remove_strays() == 0
    assert len(files()) == 5
    assert remove_strays(timedelta(0)) == 3
    assert files() == ["1.csv", "1.manifest.json"]
    assert storage.size(export_of(team).path) == export_of(team).bytes


_KILLED = """
import os, sys, time
sys.path.insert(0, sys.argv[1])
from reachly import storage
def chunks():
    for _ in range(12):
        yield bytes(1_000_000)
    print("halfway", flush=True)
    time.sleep(60)
storage.put("exports/a/b/1.csv", chunks())
"""


def test_a_writer_that_is_killed_leaves_no_file_to_be_seen(folder, files) -> None:
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED, root], stdout=subprocess.PIPE, env=dict(os.environ)
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"halfway\n"
        writer.send_signal(signal.SIGKILL)
    assert list(storage.listed("exports")) == []
    assert files() == ["1.csv#1"]
    assert storage.clear_cut_off("exports", timedelta(0)) == 1
    assert files() == []
