"""The list shows each lead once, in order, whatever happens to the others meanwhile."""

from __future__ import annotations

import base64
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import pytest

from reachly.leads import SORTS, BadCursor, LeadQuery, NoSuchLead, count, facets, get, neighbours, page
from tests.planted import START, people, plant


def walk(team, query, limit=7, between=lambda: None) -> list:
    seen, cursor = [], None
    while True:
        found = page(team.workspace_id, team.user_id, query, cursor, limit)
        seen += [lead.id for lead in found.leads]
        cursor = found.next_cursor
        between()
        if cursor is None:
            return seen


def test_newest_comes_first_and_oldest_last(team) -> None:
    ids = plant(team, *people(5))
    assert walk(team, LeadQuery()) == ids[::-1]
    assert walk(team, LeadQuery(sort="oldest")) == ids


@pytest.mark.parametrize("sort", SORTS)
def test_pages_forth_and_back_are_exact_in_every_order(team, sort) -> None:
    leads = people(40)
    for n, lead in enumerate(leads):
        lead |= {"title": [None, "CEO", "cto"][n % 3], "company": [None, "Über", "apex"][n % 3], "created_at": START}
        lead["last_name"] = [None, "Öz", "Pa", "oa"][n % 4]
    ids = plant(team, *leads)
    query = LeadQuery(sort=sort)
    forth = walk(team, query)
    assert sorted(forth) == sorted(ids)
    whole = page(team.workspace_id, team.user_id, query, None, 200)
    assert [lead.id for lead in whole.leads] == forth
    assert (whole.next_cursor, whole.previous_cursor) == (None, None)

    back: list = []
    last = page(team.workspace_id, team.user_id, query, None, 35)
    cursor = last.next_cursor
    at_end = page(team.workspace_id, team.user_id, query, cursor, 35)
    assert [lead.id for lead in at_end.leads] == forth[35:]
    cursor = at_end.previous_cursor
    while cursor:
        found = page(team.workspace_id, team.user_id, query, cursor, 7, backwards=True)
        back = [lead.id for lead in found.leads] + back
        cursor = found.previous_cursor
    assert back == forth[:35]


def test_people_sort_names_without_accents_and_unknown_last(team) -> None:
    ids = plant(team, *[{"last_name": name} for name in ("Zed", None, "Öz", "oa", "Pa")])
    assert walk(team, LeadQuery(sort="name")) == [ids[3], ids[2], ids[4], ids[0], ids[1]]


def test_leads_that_arrive_while_somebody_pages_neither_shift_nor_double_a_row(team) -> None:
    ids = plant(team, *people(30))

    def more() -> None:
        plant(team, *people(3), start=START + timedelta(days=1))

    assert walk(team, LeadQuery(), between=more) == ids[::-1]


def test_a_cursor_of_another_order_or_made_up_is_refused(team) -> None:
    plant(team, *people(3))
    cursor = page(team.workspace_id, team.user_id, LeadQuery(), None, 1).next_cursor
    for wrong in (cursor[:-4], "x", "é", "W10", "bnVsbA", "IiI", "W1tbW1tbW1tb", "WyJuZXdlc3QiLDEsMl0"):
        with pytest.raises(BadCursor):
            page(team.workspace_id, team.user_id, LeadQuery(), wrong)
    with pytest.raises(BadCursor):
        page(team.workspace_id, team.user_id, LeadQuery(sort="name"), cursor)


@pytest.mark.parametrize("instant", ["2026-11-22T10:00:00+23:59", "9999-12-31T23:59:59+00:00"])
def test_a_made_up_instant_in_a_cursor_is_an_instant_like_any_other(team, instant) -> None:
    made_up = json.dumps(["newest", instant, str(uuid4())])
    cursor = base64.urlsafe_b64encode(made_up.encode()).decode().rstrip("=")
    assert page(team.workspace_id, team.user_id, LeadQuery(), cursor).leads == []


def test_an_instant_before_all_time_is_refused(team) -> None:
    made_up = json.dumps(["newest", "0001-01-01T00:00:00+23:59", str(uuid4())])
    with pytest.raises(BadCursor):
        page(team.workspace_id, team.user_id, LeadQuery(), base64.urlsafe_b64encode(made_up.encode()).decode())


def test_a_workspace_sees_only_its_own(team, other_team) -> None:
    (lead_id,) = plant(team, {"last_name": "Mine"})
    assert page(other_team.workspace_id, other_team.user_id, LeadQuery()).leads == []
    assert count(other_team.workspace_id, other_team.user_id, LeadQuery(lead_ids=(lead_id,))).number == 0
    with pytest.raises(NoSuchLead):
        get(other_team.workspace_id, other_team.user_id, lead_id)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("muller", [0]),
        ("MÜLLER anna", [0]),
        ("mullre", [0]),
        ("smth", []),
        ("firm.example", [1]),
        ("b@firm.example", [1]),
        ("100%", [2]),
        ("50%", []),
        ("_", []),
        ("田中", [3]),
        ("\\", []),
        ("direktor nobody", []),
    ],
)
def test_a_search_forgives_case_accents_and_slips(team, q, found) -> None:
    ids = plant(
        team,
        {"first_name": "Anna", "last_name": "Müller", "title": "Direktorin", "company": "Blau GmbH"},
        {"first_name": "Bob", "last_name": "Stone", "email": "b@firm.example"},
        {"first_name": "Chen", "company": "100% Pure"},
        {"first_name": "田中", "last_name": "太郎"},
    )
    assert walk(team, LeadQuery(q=q, sort="oldest")) == [ids[n] for n in found]


def test_filters_narrow_each_other_down(team) -> None:
    ids = plant(
        team,
        {"source": "lusha", "country": "DE", "email": "a@x.example", "email_status": "valid", "company_size": "1-10"},
        {"source": "clay", "country": "DE", "phone": "+49301234567", "sample": True, "seniority": "vp"},
        {"source": "clay", "country": "NL", "industry": "Retail", "department": "Sales"},
    )

    def found(**asked: object) -> list:
        query, errors = LeadQuery.from_args(asked)
        assert not errors
        return [ids.index(lead_id) for lead_id in walk(team, query)][::-1]

    assert found(country=["DE"]) == [0, 1]
    assert found(country=["DE", "NL"], source="clay") == [1, 2]
    assert found(has_email="yes") == [0]
    assert found(has_email="no", has_phone="yes") == [1]
    assert found(sample="no") == [0, 2]
    assert found(seniority="vp") == [1]
    assert found(industry="Retail", department="Sales") == [2]
    assert found(email_status="valid", company_size="1-10") == [0]
    assert found(created_from="2026-11-02") == []
    assert found(created_before="2026-11-01") == [0, 1, 2]
    assert found(lead_ids=[str(ids[2]), str(uuid4())]) == [2]
    assert found(job_id=str(uuid4())) == []


def test_a_count_stops_at_its_ceiling_and_says_so(team) -> None:
    plant(team, *people(12))
    assert str(count(team.workspace_id, team.user_id, LeadQuery(), cap=10)) == "10+"
    assert str(count(team.workspace_id, team.user_id, LeadQuery(), cap=12)) == "12"
    assert count(team.workspace_id, team.user_id, LeadQuery(), cap=None).number == 12


def test_the_side_panel_knows_who_is_beside(team) -> None:
    ids = plant(team, *people(4))[::-1]
    for place, (before, at) in enumerate(pairwise(ids), 2):
        found = neighbours(team.workspace_id, team.user_id, LeadQuery(), at)
        assert (found.previous, str(found.place)) == (before, str(place))
    assert neighbours(team.workspace_id, team.user_id, LeadQuery(), ids[0]).next == ids[1]
    assert neighbours(team.workspace_id, team.user_id, LeadQuery(q="nobody"), ids[0]).place is None


def test_the_filter_menus_offer_what_there_is_commonest_first(team) -> None:
    plant(team, *people(3, country="DE", industry="Retail"), *people(1, country="NL", seniority="vp"))
    told = facets(team.workspace_id, team.user_id)
    found = {name: [(value, int(str(number))) for value, number in values] for name, values in told.items()}
    assert found["country"] == [("DE", 3), ("NL", 1)]
    assert found["industry"] == [("Retail", 3)]
    assert found["seniority"] == [("vp", 1)]
    assert found["source"] == [("lusha", 4)]
    assert found["email_status"] == []


NARROWED = (
    LeadQuery(),
    LeadQuery(sort="company"),
    LeadQuery(q="stone"),
    LeadQuery(q="stnoe"),
    LeadQuery(q="nobody of that name"),
    LeadQuery(q="stone", country=("DE",)),
    LeadQuery(country=("DE", "NL"), seniority=("vp",)),
    LeadQuery(industry=("retail",)),
    LeadQuery(q="stone", exclude_industry=("textiles",)),
    LeadQuery(job_title=("cto",), has_email=True),
    LeadQuery(location=("NL",), sort="name"),
)


@pytest.mark.parametrize("query", NARROWED, ids=range(len(NARROWED)))
def test_counts_and_menus_say_what_the_pages_hold(team, other_team, query) -> None:
    for each in (team, other_team):
        leads = people(24)
        for n, lead in enumerate(leads):
            lead |= {"last_name": ["Stone", "Weber", "Ito"][n % 3], "title": ["CEO", "cto", None][n // 3 % 3]}
            lead |= {"country": ["DE", "NL", None][n % 5 % 3], "seniority": ["vp", None][n % 2]}
            lead |= {"industry": ["Retail", "retail", "Textiles", None][n % 4], "email": f"m{n}@firm.example"}
        plant(each, *leads)
    shown = page(team.workspace_id, team.user_id, query, limit=100).leads
    if query.q != "stnoe":  # who nearly has the words is counted on pages alone
        assert count(team.workspace_id, team.user_id, query, None).number == len(shown)
    assert count(team.workspace_id, team.user_id, query).number == len(shown)
    for name, options in facets(team.workspace_id, team.user_id, query).items():
        others = page(team.workspace_id, team.user_id, replace(query, **{name: ()}), limit=100).leads
        has = Counter(str(getattr(lead, name)).lower() for lead in others if getattr(lead, name))
        told: Counter[str] = Counter()
        for value, number in options:
            told[value.lower()] += number.number
        assert told == has, name


def test_one_lead_comes_with_what_is_around_it(team) -> None:
    (lead_id,) = plant(team, {"last_name": "Stone", "provenance": {"title": {"source": "clay"}}})
    found = get(team.workspace_id, team.user_id, lead_id)
    assert found.lead.name == "Stone"
    assert found.lead.provenance == {"title": {"source": "clay"}}
    assert (found.organization, found.employment, found.unlocks, found.job_number) == (None, [], [], None)
