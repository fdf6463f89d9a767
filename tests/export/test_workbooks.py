"""Workbooks, read back by another program: every value typed, nothing run, nothing lost without being told."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import time
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from reachly.engine.claim import LeaseLost, take
from reachly.engine.outcomes import Continue, Succeeded
from reachly.engine.stop import cancel
from reachly.export import ExportWish, Picked, ask, listing, open_download
from reachly.export import workbook as books
from reachly.export.expire import remove_strays
from reachly.export.step import step
from reachly.leads import LeadQuery
from tests.export.conftest import finish
from tests.planted import as_owner, people, plant

OLDEST = LeadQuery(sort="oldest")


def book(*keys: str, **values) -> ExportWish:
    return ExportWish(OLDEST, "xlsx", "exact", tuple(Picked(key, key) for key in keys), **values)


def made(team, folder: Path, wish: ExportWish) -> tuple[openpyxl.Workbook, dict]:
    assert finish(ask(team.workspace_id, team.user_id, wish).job_id) == "succeeded"
    export = listing(team.workspace_id, team.user_id).exports[0]
    data = (folder / export.path).read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == (export.bytes, export.sha256)
    assert export.filename.endswith(".xlsx")
    return openpyxl.load_workbook(io.BytesIO(data)), export.manifest


def cells(sheet) -> list[list]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def left_over() -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"{books.PREFIX}*"))


def test_every_value_comes_back_as_it_is_stored_and_nothing_is_a_formula(team, folder) -> None:
    hard = [
        "=1+1",
        "+49 30",
        "-1",
        "@SUM(A1)",
        "a\nb",
        'q"uo,te',
        "山田",
        "مرحبا",
        "👩‍🚀",
        "  spaces  ",
        "007",
        "1e5",
        "_x0041_",
    ]
    plant(team, *[{"last_name": value, "phone": "+4930123"} for value in hard])
    found, manifest = made(team, folder, book("last_name", "phone", "credits", "created_at", "id"))
    sheet = found.active
    rows = cells(sheet)
    assert rows[0] == ["last_name", "phone", "credits", "created_at", "id"]
    # What looks like an escape of the format's is escaped itself, which this reader leaves to its caller.
    assert [unescape(row[0]) for row in rows[1:]] == hard
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=2) for cell in row} == {"s"}
    assert rows[1][1:4] == ["+4930123", 0, datetime.fromisoformat("2026-11-01")]
    assert len(rows[1][4]) == 36
    assert sheet.freeze_panes == "A2"
    assert manifest["sheets"] == [{"name": "Leads", "rows": len(hard)}]
    assert "cut" not in manifest


def test_a_workbook_of_nothing_has_its_header(team, folder) -> None:
    found, manifest = made(team, folder, book("email", "phone"))
    assert cells(found.active)[0] == ["email", "phone"]
    assert (manifest["rows"], manifest["sheets"]) == (0, [{"name": "Leads", "rows": 0}])


def test_a_cell_that_is_too_long_is_cut_and_the_manifest_says_so(team, folder) -> None:
    fits, long, wide = "é" * 32_767, "x" * 40_000, "👩" * 20_000
    plant(team, {"title": fits}, {"title": long}, {"title": wide, "company": long})
    found, manifest = made(team, folder, book("title", "company"))
    titles = [row[0] for row in cells(found.active)[1:]]
    assert titles == [fits, long[:32_767], "👩" * 16_383]
    assert manifest["cut"] == {"most_characters": 32_767, "cells": {"title": 2, "company": 1}}


def test_more_rows_than_a_sheet_has_go_on_in_the_next(team, folder, monkeypatch) -> None:
    monkeypatch.setattr(books, "MOST_ROWS", 4)
    monkeypatch.setattr(books, "_FETCHED", 3)
    plant(team, *people(10))
    found, manifest = made(team, folder, book("email"))
    assert found.sheetnames == ["Leads", "Leads 2", "Leads 3"]
    assert [[row[0] for row in cells(sheet)] for sheet in found] == [
        ["email", *[f"p{n}@firm.example" for n in part]] for part in (range(4), range(4, 8), range(8, 10))
    ]
    assert [sheet["rows"] for sheet in manifest["sheets"]] == [4, 4, 2]


def test_a_workbook_that_is_not_wanted_any_more_leaves_nothing(team, claimed, files, monkeypatch) -> None:
    monkeypatch.setattr("reachly.export.writing._TELL_EVERY", 0)
    monkeypatch.setattr(books, "_LOOK_EVERY", 0.001)
    monkeypatch.setattr(books, "_FETCHED", 10)
    plant(team, *people(300))
    before = left_over()
    cancelled = claimed(book("email", "title"))
    assert cancel(team.workspace_id, team.user_id, cancelled.id) == "cancelling"
    assert step(cancelled) == Continue()
    late = claimed(book("email"))
    as_owner("UPDATE jobs SET lease_until = now() - interval '1 s' WHERE id = %s", (late.id,))
    assert take(late.id, "another") is not None
    with pytest.raises(LeaseLost):
        step(late)
    assert files() == []
    assert left_over() == before
    again = claimed(book("email"))
    assert isinstance(step(again), Succeeded)


def test_what_killed_workers_left_on_the_disk_is_removed(team) -> None:
    old, new = (Path(tempfile.mkdtemp(prefix=books.PREFIX)) for _ in range(2))
    os.utime(old, (time.time() - 90_000,) * 2)
    assert books.remove_left_over() >= 1
    assert (old.exists(), new.exists()) == (False, True)
    new.rmdir()
    remove_strays()


def test_a_workbook_is_told_to_be_one(team, folder) -> None:
    made(team, folder, book("email"))
    [export] = listing(team.workspace_id, team.user_id).exports
    told = open_download(team.workspace_id, team.user_id, export.id)
    assert told.headers["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert b"".join(told.body)[:2] == b"PK"
