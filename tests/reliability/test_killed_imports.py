"""Workers die in the middle of a file, and every row comes to one thing all the same."""

from __future__ import annotations

import pytest

from jobs.broker import send
from reachly import imports
from tests.generate.finding import rows
from tests.imports.made import counts, csv_of, people, upload
from tests.reliability.workers import until, worker

ROWS = 1200


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_file_loses_and_doubles_no_row(make_team, outside) -> None:
    team = make_team(0)
    told = upload(team, csv_of(*people(ROWS), "No,Body,,,,", people(1)[0]))
    job_id = imports.start(team.workspace_id, team.user_id, told.id).job_id
    send("interactive", job_id)
    with worker(outside, IMPORT_PAGE_ROWS="20") as victim:
        until(team, job_id, lambda row: row["progress_done"] >= 100)
        victim.kill()
    with worker(outside):
        row = until(team, job_id, lambda row: row["finished_at"] is not None)
    assert (row["status"], row["progress_done"]) == ("succeeded", ROWS + 2)
    assert row["attempt"] >= 2
    assert counts(imports.get(team.workspace_id, team.user_id, told.id)) == (ROWS, 0, 1, 1)
    assert rows(team, "SELECT count(*) AS n, count(DISTINCT email) AS people FROM leads") == [
        {"n": ROWS, "people": ROWS}
    ]
    seqs = [each["seq"] for each in rows(team, "SELECT seq FROM job_events WHERE job_id = %s ORDER BY seq", job_id)]
    assert seqs == list(range(1, len(seqs) + 1))
