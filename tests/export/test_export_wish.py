"""Forms and JSON say which file is wanted; what cannot be read is named beside its field."""

from __future__ import annotations

from uuid import uuid4

import pytest
from werkzeug.datastructures import MultiDict

from reachly.export import DEFAULT_COLUMNS, ExportWish, Picked
from reachly.leads import LeadQuery


def test_nothing_said_is_all_leads_for_excel() -> None:
    assert ExportWish.from_args({}) == (ExportWish(), {})
    assert ExportWish().columns == DEFAULT_COLUMNS


def test_a_form_gives_columns_in_order_with_headers_of_their_own() -> None:
    form = MultiDict(
        [
            ("columns", "email"),
            ("columns", "title"),
            ("header_title", " Job  role "),
            ("country", "DE"),
            ("mode", "exact"),
        ]
    )
    wish, errors = ExportWish.from_args(form)
    assert not errors
    assert wish == ExportWish(
        LeadQuery(country=("DE",)), "csv", "exact", (Picked("email", "E-mail"), Picked("title", "Job role"))
    )


def test_a_program_gives_objects_and_filters() -> None:
    lead_id = str(uuid4())
    wish, errors = ExportWish.from_args(
        {
            "format": "jsonl",
            "columns": ["email", {"key": "phone", "header": "Tel"}],
            "filters": {"country": ["DE"]},
            "lead_ids": [lead_id],
        }
    )
    assert not errors
    assert (wish.format, wish.mode) == ("jsonl", "exact")
    assert wish.columns == (Picked("email", "email"), Picked("phone", "Tel"))
    assert (wish.query.country, [str(one) for one in wish.query.lead_ids or ()]) == (("DE",), [lead_id])


def test_a_job_keeps_the_wish_whole() -> None:
    wish = ExportWish(LeadQuery(q="x", lead_ids=(uuid4(),)), "jsonl", "exact", (Picked("email", "E"),), "Name")
    assert ExportWish.of_params(wish.as_params(), "Name") == wish


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"format": "xls"}, "format"),
        ({"format": ["csv"]}, "format"),
        ({"mode": "word"}, "mode"),
        ({"columns": ["shoe_size"]}, "columns"),
        ({"columns": 7}, "columns"),
        ({"columns": [None]}, "columns"),
        ({"columns": ["email", "email"]}, "columns"),
        ({"columns": [{"key": "email", "header": "X"}, {"key": "phone", "header": "X"}]}, "columns"),
        ({"columns": [{"key": "email", "header": "é" * 40}]}, "columns"),
        ({"columns": [{"key": "email", "header": "a\0b"}]}, "columns"),
        ({"name": "x" * 121}, "name"),
        ({"filters": [1]}, "filters"),
        ({"filters": {"seniority": ["emperor"]}}, "filters.seniority"),
        ({"filters": {}, "lead_ids": ["x"]}, "filters.lead_ids"),
        ({"lead_ids": ["x"]}, "lead_ids"),
    ],
)
def test_what_cannot_be_read_is_named(given, field) -> None:
    assert list(ExportWish.from_args(given)[1]) == [field]


def test_the_usual_keys_of_jsonl_are_the_columns_own() -> None:
    wish, errors = ExportWish.from_args({"format": "jsonl"})
    assert not errors
    assert [column.header for column in wish.columns] == [column.key for column in wish.columns]
    assert "company_size" not in [column.key for column in wish.columns]
