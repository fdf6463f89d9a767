"""Books with something of everything in them, and a storage of each test's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reachly.credits import HistoryQuery, history
from reachly.engine.run import run
from reachly.export import ExportWish, ask
from reachly.export.step import step
from reachly.leads import LeadQuery, delete
from tests.planted import found, refund
from tests.storing import store_in


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A storage of this test's own."""
    return store_in(tmp_path, monkeypatch)


@pytest.fixture
def books(team) -> Any:
    """A team with everything in its books: jobs finished, failed and open, a refund, a deletion, an export."""
    found(team, "Done", 4, phones=1, hold=30)
    found(team, "Failed", 2, hold=8, end="failed")
    capture = history(team.workspace_id, team.user_id, HistoryQuery(kind=("capture",))).movements[0]
    refund(team, capture.id)
    delete(team.workspace_id, team.user_id, LeadQuery(), most=2)
    made = ask(team.workspace_id, team.user_id, ExportWish())
    assert run(made.job_id, {"export_leads": step}, "test") == "succeeded"
    found(team, "Open", 3, hold=12, end=None)
    return team
