"""What goes into a jsonb parameter is what came, less what PostgreSQL cannot hold."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reachly import database
from reachly.database import as_json


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("a\x00b", "ab"),
        ("\ud800x", "x"),
        ("\\u0000", "\\u0000"),
        ("\\\x00", "\\"),
        ("\\\\u0000", "\\\\u0000"),
        ("李 O'Neil “ü”", "李 O'Neil “ü”"),
    ],
)
def test_nul_and_lone_surrogates_are_left_out_and_nothing_else(given_text: str, kept: str) -> None:
    with database.transaction():
        found = database.one("SELECT %s::jsonb AS value", (as_json({"text": given_text}),))
    assert found == {"value": {"text": kept}}


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00")))
def test_text_comes_back_as_it_went(text: str) -> None:
    assert json.loads(as_json([text])) == [text]
