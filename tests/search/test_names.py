"""People are found by their own spelling and by a plain one, and their names come out as they went in."""

from __future__ import annotations

import csv
import io
import json

import pytest

from reachly.database import rows, scope
from reachly.export import ExportWish, Picked
from reachly.export.snapshot import Snapshot
from reachly.leads import LeadQuery, page
from tests.conftest import Team, new_team
from tests.planted import plant
from tests.search.names import CASES


@pytest.fixture(scope="module")
def everyone() -> tuple[Team, list]:
    """A workspace with everyone in it."""
    team = new_team()
    return team, plant(team, *[{"last_name": case.name} for case in CASES])


def test_there_are_enough_of_them() -> None:
    assert len({case.name for case in CASES}) >= 200


def test_everyone_is_found_by_every_search_for_them(everyone) -> None:
    team, ids = everyone
    asked = [(number, q) for number, case in enumerate(CASES) for q in case.searches]
    with scope(team.workspace_id, team.user_id):
        missed = rows(
            "SELECT a.n, a.q FROM unnest(%s::int[], %s::text[], %s::uuid[]) a(n, q, id) WHERE NOT EXISTS ("
            " SELECT FROM lead_search(a.q, '{}', 'newest', NULL, NULL, NULL, false, NULL) s WHERE s.lead_id = a.id)",
            ([n for n, _ in asked], [q for _, q in asked], [str(ids[n]) for n, _ in asked]),
        )
    assert "\n".join(f"{CASES[row['n']].name} | {row['q']}" for row in missed) == ""


@pytest.mark.parametrize(
    ("q", "name"), [("mueller jurgen", "Jürgen Müller"), ("o'neil", "Shane O'Neil"), ("小龙", "李小龙")]
)
def test_what_finds_somebody_finds_few_others(everyone, q, name) -> None:
    team, _ = everyone
    found = page(team.workspace_id, team.user_id, LeadQuery(q=q)).leads
    assert [lead.last_name for lead in found] == [name]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_names_are_stored_and_exported_as_they_are(everyone, form) -> None:
    team, _ = everyone
    wish = ExportWish(LeadQuery(sort="oldest"), form, "exact", (Picked("last_name", "last_name"),))
    with Snapshot(team.workspace_id, team.user_id, wish) as snapshot:
        text = b"".join(chunk.data for chunk in snapshot).decode()
    if form == "csv":
        told = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    else:
        told = [json.loads(line)["last_name"] for line in text.splitlines()]
    assert told == [case.name for case in CASES]


def test_pages_show_names_as_they_are_in_every_order(everyone) -> None:
    team, _ = everyone
    for sort in ("newest", "name"):
        seen, cursor = [], None
        while True:
            here = page(team.workspace_id, team.user_id, LeadQuery(sort=sort), cursor, 100)
            seen += [lead.last_name for lead in here.leads]
            cursor = here.next_cursor
            if cursor is None:
                break
        assert sorted(seen) == sorted(case.name for case in CASES)
