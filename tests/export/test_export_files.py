"""The bytes of a file: what is in the database comes back out, in Excel and in programs."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reachly import lists
from reachly.export import COLUMNS, ExportWish, Picked, preview
from reachly.export.columns import TRACED
from reachly.export.snapshot import Snapshot
from reachly.leads import LeadQuery
from tests.lists.kept import contact, filled
from tests.planted import as_owner, people, plant

PLAIN = LeadQuery(sort="oldest")


def picked(*keys: str) -> tuple[Picked, ...]:
    return tuple(Picked(key, key) for key in keys)


def content(team, wish: ExportWish) -> bytes:
    with Snapshot(team.workspace_id, team.user_id, wish) as snapshot:
        return b"".join(chunk.data for chunk in snapshot)


def table(data: bytes, encoding: str = "utf-8") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), strict=True))


HARD = [
    'quo"te',
    "com,ma",
    "two\nlines",
    "two\r\nlines",
    "ends in\r",
    "\nstarts with one",
    "semi;colon\ttab",
    "  spaces  ",
    "山田太郎",
    "مرحبا بالعالم",
    "👩‍🚀 Zoë",
    "\\.",
    "\\n not a line",
    "\x01\x02\x03",
    "null",
    "",
    '"',
    "'",
]


def test_exact_mode_gives_every_value_as_it_is_stored(team) -> None:
    plant(team, *[{"last_name": value, "title": value} for value in HARD])
    data = content(team, ExportWish(PLAIN, "csv", "exact", picked("last_name", "title")))
    assert not data.startswith(b"\xef\xbb\xbf")
    assert table(data) == [["last_name", "title"], *[[value, value] for value in HARD]]


def test_lines_end_as_the_standard_says_and_breaks_inside_values_are_let_be(team) -> None:
    plant(team, {"last_name": "a\nb", "title": "c\r\nd"}, {"last_name": "e"})
    for mode, mark in (("exact", b""), ("excel", b"\xef\xbb\xbf")):
        data = content(team, ExportWish(PLAIN, "csv", mode, picked("last_name", "title")))
        assert data == mark + b'last_name,title\r\n"a\nb","c\r\nd"\r\ne,\r\n'


def test_excel_mode_opens_as_utf8_and_runs_nothing(team) -> None:
    bad = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        '=HYPERLINK("http://x","y")',
    ]
    fine = ["a=b", "3-4", "x@y.example", "'quoted", "é=1", ""]
    plant(team, *[{"last_name": value, "company": value} for value in bad + fine])
    found = table(
        content(team, ExportWish(PLAIN, "csv", "excel", picked("last_name", "company", "location"))), "utf-8-sig"
    )
    assert [row[:2] for row in found[1:]] == [["'" + value] * 2 for value in bad] + [[value] * 2 for value in fine]


def test_no_text_column_lets_a_formula_through(team) -> None:
    texts = ("first_name", "last_name", "title", "department", "seniority", "email", "phone", "company", "industry")
    plant(
        team,
        dict.fromkeys((*texts, "city", "state", "country"), "=cmd")
        | {"provenance": {field: dict.fromkeys(("source", "at", "verified_at"), "=cmd") for field in TRACED}},
    )
    wish = ExportWish(PLAIN, "csv", "excel", tuple(Picked(key, f"={key}") for key in COLUMNS))
    header, row = table(content(team, wish), "utf-8-sig")
    assert header == [f"'={key}" for key in COLUMNS]
    assert not [cell for cell in row if cell[:1] in set("=+-@\t\r\n")]
    assert (
        sum(cell.startswith("'=cmd") for cell in row)
        == sum(column.text and not column.of_list for column in COLUMNS.values())
        == 52
    )


def test_a_value_that_is_put_together_is_judged_by_its_beginning(team) -> None:
    plant(
        team,
        {"first_name": "=a", "city": "=x"},
        {"last_name": "=b", "state": "=y"},
        {"first_name": "", "last_name": "=c", "city": "", "country": "=z"},
    )
    found = table(content(team, ExportWish(PLAIN, "csv", "excel", picked("full_name", "location"))), "utf-8-sig")
    assert found[1:] == [["'=a", "'=x"], ["'=b", "'=y"], [" =c", ", =z"]]


def test_phone_numbers_stay_intact_in_both_modes(team) -> None:
    plant(team, {"phone": "+49301234567"}, {"phone": "+1 415 555 0100"}, {"phone": "+cmd|x"})
    for mode, last in (("excel", "'+cmd|x"), ("exact", "+cmd|x")):
        found = table(content(team, ExportWish(PLAIN, "csv", mode, picked("phone"))), "utf-8-sig")
        assert found == [["phone"], ["+49301234567"], ["+1 415 555 0100"], [last]]


def test_columns_come_in_the_order_and_under_the_names_that_were_chosen(team) -> None:
    plant(team, {"first_name": "Anna", "last_name": "Z", "city": "Oslo", "country": "NO", "email": "a@x.example"})
    columns = (Picked("email", 'E-mail, "work"'), Picked("full_name", "100% Name"), Picked("location", "Wo?"))
    data = content(team, ExportWish(PLAIN, "csv", "exact", columns))
    assert data == b'"E-mail, ""work""",100% Name,Wo?\r\na@x.example,Anna Z,"Oslo, NO"\r\n'
    line = json.loads(content(team, ExportWish(PLAIN, "jsonl", "exact", columns)))
    assert list(line) == ['E-mail, "work"', "100% Name", "Wo?", "provenance"]


def test_every_column_can_be_had_and_is_of_its_kind(team) -> None:
    plant(
        team, {"email": "a@x.example", "provenance": {"email": {"source": "clay", "at": "2026-11-02T03:04:05+00:00"}}}
    )
    wish = ExportWish(PLAIN, "csv", "excel", picked(*COLUMNS))
    header, row = table(content(team, wish), "utf-8-sig")
    told = dict(zip(header, row, strict=True))
    assert told["created_at"] == "2026-11-01T00:00:00Z"
    assert (told["email_source"], told["sample"], told["credits"], told["job"]) == ("clay", "no", "0", "")


def test_jsonl_is_one_object_a_line_with_provenance(team) -> None:
    values = [value for value in HARD if value]
    plant(team, *[{"last_name": value, "sample": True, "provenance": {"title": {"source": value}}} for value in values])
    data = content(team, ExportWish(PLAIN, "jsonl", "exact", picked("last_name", "phone", "sample", "credits")))
    assert data.endswith(b"}\n")
    lines = [json.loads(line) for line in data[:-1].split(b"\n")]
    assert lines == [
        {"last_name": value, "phone": None, "sample": True, "credits": 0, "provenance": {"title": {"source": value}}}
        for value in values
    ]


def test_no_rows_make_a_file_with_nothing_but_its_header(team) -> None:
    assert content(team, ExportWish(PLAIN, "csv", "exact", picked("email", "phone"))) == b"email,phone\r\n"
    assert content(team, ExportWish(PLAIN, "jsonl", "exact")) == b""


def test_the_preview_is_the_files_beginning(team) -> None:
    plant(team, *people(5))
    columns = picked("first_name", "last_name")
    assert preview(team.workspace_id, team.user_id, ExportWish(PLAIN, "csv", "excel", columns)) == [
        "first_name,last_name",
        "First0000,Last0000",
        "First0001,Last0001",
    ]
    assert len(preview(team.workspace_id, team.user_id, ExportWish(PLAIN, "jsonl", "exact", columns), 3)) == 3


def test_all_rows_are_of_one_moment(team) -> None:
    plant(team, *people(300))
    with Snapshot(team.workspace_id, team.user_id, ExportWish(PLAIN, "csv", "exact", picked("last_name"))) as snapshot:
        chunks = iter(snapshot)
        next(chunks)
        plant(team, {"last_name": "Too late"})
        as_owner("UPDATE leads SET last_name = 'Changed' WHERE workspace_id = %s", (team.workspace_id,))
        found = list(chunks)
    assert sum(chunk.rows for chunk in found) == 300
    assert not [chunk for chunk in found if b"Changed" in chunk.data or b"Too late" in chunk.data]


def test_a_file_that_nobody_wants_any_more_stops_the_database(team) -> None:
    plant(team, *people(3000))
    columns = picked(*COLUMNS)
    for _ in range(3):
        with Snapshot(team.workspace_id, team.user_id, ExportWish(PLAIN, "csv", "exact", columns)) as snapshot:
            next(iter(snapshot))
        assert not snapshot._thread.is_alive()
    assert len(table(content(team, ExportWish(PLAIN, "csv", "exact", columns)))) == 3001
    left = as_owner("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%%' AND state = 'active'")
    assert left == [(0,)]


_value = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40) | st.sampled_from(HARD)


@given(rows=st.lists(st.tuples(_value, _value), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_stored_is_read_back_the_same(team, rows) -> None:
    ids = tuple(plant(team, *[{"last_name": one, "company": two} for one, two in rows]))
    query = LeadQuery(lead_ids=ids, sort="oldest")
    columns = picked("last_name", "company")
    assert table(content(team, ExportWish(query, "csv", "exact", columns)))[1:] == [list(row) for row in rows]
    lines = content(team, ExportWish(query, "jsonl", "exact", columns)).decode().split("\n")[:-1]
    assert [(line["last_name"], line["company"]) for line in map(json.loads, lines)] == rows


@pytest.mark.parametrize("sort", ["newest", "name", "company", "title"])
def test_the_same_data_gives_the_same_bytes(team, sort) -> None:
    plant(team, *[lead | {"last_name": "Same", "company": None} for lead in people(60)])
    for wish in (ExportWish(LeadQuery(sort=sort)), ExportWish(LeadQuery(sort=sort), "jsonl", "exact")):
        first = content(team, wish)
        as_owner("UPDATE leads SET updated_at = updated_at WHERE workspace_id = %s", (team.workspace_id,))
        assert content(team, wish) == first


def test_a_lists_file_comes_in_its_order_with_its_notes_and_tags(team) -> None:
    made, leads = filled(team)
    lists.annotate(team.workspace_id, team.user_id, made, contact(team, leads[1]), "=met, in Graz", ["warm", "fair"])
    lists.move(team.workspace_id, team.user_id, made, contact(team, leads[2]), "top")
    wish = ExportWish(
        LeadQuery(list_id=made), "csv", "excel", picked("first_name", "list_note", "list_tags"), list_order=True
    )
    rows = table(content(team, wish), "utf-8-sig")[1:]
    assert [row[0] for row in rows] == ["First0002", "First0000", "First0001"]
    assert rows[2][1:] == ["'=met, in Graz", "warm, fair"]
    again = ExportWish.of_params(json.loads(json.dumps(wish.as_params())))
    assert table(content(team, again), "utf-8-sig")[1:] == rows
    lines = content(team, ExportWish(wish.query, "jsonl", "exact", wish.columns, list_order=True)).splitlines()
    assert [json.loads(line)["list_tags"] for line in lines] == [[], [], ["warm", "fair"]]
    book = ExportWish(wish.query, "xlsx", "exact", wish.columns, list_order=True)
    assert len(preview(team.workspace_id, team.user_id, book, 3)) == 4
    elsewhere = ExportWish(LeadQuery(sort="oldest"), "csv", "exact", wish.columns, list_order=True)
    assert [row[1:] for row in table(content(team, elsewhere))[1:]] == [["", ""]] * 3
