"""Files as other programs take them in, and where each value came from."""

from __future__ import annotations

import csv
import io

import pytest

from reachly.export import COLUMNS, DEFAULT, PRESETS, ExportWish, preview
from reachly.export.wish import HEADER_BYTES
from reachly.leads import LeadQuery
from tests.planted import plant

ADA = {
    "first_name": "Ada",
    "last_name": "Löve",
    "email": "ada@acme.example",
    "phone": "+4930123",
    "title": "=CTO",
    "company": "Acme, Inc.",
    "company_domain": "acme.example",
    "industry": "Software",
    "city": "Berlin",
    "country": "Germany",
    "linkedin_url": "https://www.linkedin.com/in/ada",
    "source": "lusha",
}


def wish(key: str, **args) -> ExportWish:
    made, errors = ExportWish.from_args(args, PRESETS[key])
    assert not errors
    return made


def rows(team, wanted: ExportWish) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("\r\n".join(preview(team.workspace_id, team.user_id, wanted)), newline="")))


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_is_of_columns_that_there_are_under_names_that_fit(team, key) -> None:
    preset = PRESETS[key]
    assert all(column in COLUMNS for column, _ in preset.columns)
    headers = [header for _, header in preset.columns]
    assert len(set(headers)) == len(headers)
    assert all(len(header.encode()) <= HEADER_BYTES for header in headers)
    plant(team, ADA)
    [row] = rows(team, wish(key))
    assert list(row) == headers
    assert {"ada@acme.example", "=CTO", "+4930123"} <= set(row.values())


def test_what_the_other_side_insists_on_is_always_there(team) -> None:
    plant(team, {"first_name": "Cher"}, ADA)
    full, bare = rows(team, wish("salesforce"))
    assert (full["Last Name"], full["Company"], full["Lead Source"]) == ("Löve", "Acme, Inc.", "lusha")
    assert (bare["Last Name"], bare["Company"], bare["Website"]) == ("[not provided]", "[not provided]", "")
    assert rows(team, wish("pipedrive"))[0]["Person - Name"] == "Ada Löve"
    assert rows(team, wish("hubspot"))[0]["Website URL"] == "https://acme.example"


def test_own_words_go_before_the_presets(team) -> None:
    made = wish("hubspot", format="xlsx", columns=["email", {"key": "title", "header": "Role"}, "first_name"])
    assert (made.format, made.mode) == ("xlsx", "exact")
    assert [(each.key, each.header) for each in made.columns] == [
        ("email", "Email"),
        ("title", "Role"),
        ("first_name", "First name"),
    ]
    assert ExportWish.of_params(made.as_params(), made.name) == made


def test_on_wish_each_value_says_where_it_came_from(team) -> None:
    told = {"source": "lusha", "at": "2026-11-01T00:00:00+00:00", "verified_at": "2026-11-02"}
    plant(team, ADA | {"provenance": {"email": told, "city": {"source": "apollo"}}})
    plain, _ = ExportWish.from_args({"columns": ["email", "location", "credits"]})
    made, _ = ExportWish.from_args({"columns": ["email", "location", "credits"], "provenance": "1", "mode": "exact"})
    assert plain.written == plain.columns == made.columns
    [row] = rows(team, made)
    assert list(row)[3:6] == ["E-mail source", "E-mail fetched at", "E-mail verified at"]
    assert list(row.values())[3:] == [*told.values(), "apollo", "", ""]
    lines, _ = ExportWish.from_args({"format": "jsonl", "provenance": True})
    assert lines.written == lines.columns


def test_columns_beside_the_values_never_take_a_header_that_is_taken() -> None:
    args = {"columns": [{"key": "email", "header": "E-mail source"}, "email_source"], "provenance": True}
    made, errors = ExportWish.from_args(args)
    assert errors
    made, errors = ExportWish.from_args(args | {"columns": args["columns"][:1]})
    assert not errors
    headers = [each.header for each in made.written]
    assert len(set(headers)) == len(headers)
    assert ExportWish.from_args({"provenance": "perhaps"})[1] == {"provenance": "Say true or false."}
    assert len(ExportWish(LeadQuery(), provenance=True).written) > len(DEFAULT)
