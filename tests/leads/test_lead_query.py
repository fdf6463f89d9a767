"""A query reads from an address, reads back into one, and says what it did not understand."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from reachly.leads import LeadQuery


def test_an_empty_address_asks_for_everything_newest_first() -> None:
    assert LeadQuery.from_args({}) == (LeadQuery(), {})
    assert not LeadQuery().narrowed
    assert not LeadQuery(sort="name").narrowed
    assert LeadQuery(q="x").narrowed


def test_an_address_with_repeated_names_gives_alternatives_once_each() -> None:
    args = MultiDict([("source", "lusha"), ("source", "clay"), ("source", "lusha"), ("has_email", "1"), ("page", "7")])
    query, errors = LeadQuery.from_args(args)
    assert (query.source, query.has_email, errors) == (("lusha", "clay"), True, {})


def test_a_json_object_is_read_the_same_way() -> None:
    ids = [str(uuid4()), str(uuid4())]
    query, errors = LeadQuery.from_args({"lead_ids": ids, "sample": False, "seniority": ["vp"], "q": "anna"})
    assert errors == {}
    assert [str(lead_id) for lead_id in query.lead_ids or ()] == ids
    assert (query.sample, query.seniority, query.q) == (False, ("vp",), "anna")


def test_a_day_that_ends_a_range_is_in_it() -> None:
    query, _ = LeadQuery.from_args({"created_from": "2026-11-01", "created_before": "2026-11-30"})
    assert query.created_from == datetime(2026, 11, 1, tzinfo=UTC)
    assert query.created_before == datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sort", "price"),
        ("job_id", "12"),
        ("has_email", "perhaps"),
        ("seniority", "emperor"),
        ("company_size", "12-13"),
        ("email_status", "fine"),
        ("created_from", "yesterday"),
        ("created_before", "9999-12-31"),
        ("lead_ids", "abc"),
        ("q", "x" * 201),
        ("q", "nul\0"),
        ("sample", ["yes", "no"]),
    ],
)
def test_what_cannot_be_read_is_left_out_and_named(field: str, value: object) -> None:
    query, errors = LeadQuery.from_args({field: value, "industry": "Retail"})
    assert list(errors) == [field]
    assert errors[field].endswith(".")
    assert query == LeadQuery(industry=("Retail",))


_texts = (
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20).map(str.strip).filter(bool)
)
_queries = st.builds(
    LeadQuery,
    q=_texts | st.just(""),
    job_id=st.uuids() | st.none(),
    industry=st.lists(_texts, unique=True, max_size=3).map(tuple),
    email_status=st.just(("valid", "unknown")) | st.just(()),
    has_phone=st.booleans() | st.none(),
    created_from=st.datetimes(timezones=st.just(UTC)) | st.none(),
    lead_ids=st.lists(st.uuids(), unique=True, min_size=1, max_size=3).map(tuple) | st.none(),
    sort=st.sampled_from(["newest", "name"]),
)


@given(_queries)
def test_every_query_reads_back_from_its_address(query: LeadQuery) -> None:
    assert LeadQuery.from_args(query.as_args()) == (query, {})
