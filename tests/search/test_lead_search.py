"""The search table says at every moment what the leads say, and nothing to anybody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from reachly import database
from reachly.actions import undo
from reachly.database import scope, transaction
from reachly.leads import LeadQuery, count, delete, facets, neighbours, page
from reachly.search import fill
from tests.generate.finding import find, work
from tests.planted import START, as_owner, people, plant

WRONG = (
    "SELECT count(*) FROM (SELECT * FROM lead_search_wanted EXCEPT SELECT * FROM lead_search) a"
    " UNION ALL SELECT count(*) FROM (SELECT * FROM lead_search EXCEPT SELECT * FROM lead_search_wanted) b"
)


def found(team: Any, q: str = "", **asked: Any) -> list[UUID]:
    """Every lead that matches, page by page."""
    query, seen, cursor = LeadQuery(q=q, **asked), [], None
    while True:
        here = page(team.workspace_id, team.user_id, query, cursor, 3)
        seen += [lead.id for lead in here.leads]
        cursor = here.next_cursor
        if cursor is None:
            assert count(team.workspace_id, team.user_id, query).number == len(seen)
            assert count(team.workspace_id, team.user_id, query, cap=None).number == len(seen)
            return seen


def test_the_table_follows_whatever_happens_to_leads(team, outside) -> None:
    ids = plant(team, *people(7))
    assert work(find(team, 5)) == "succeeded"
    as_owner("UPDATE leads SET last_name = 'Öztürk', phone = '+4930' WHERE id = ANY (%s)", (ids[:3],))
    assert as_owner(WRONG) == [(0,), (0,)]
    assert found(team, "ozturk") == ids[2::-1]
    gone = delete(team.workspace_id, team.user_id, ids[:2])
    assert found(team, "ozturk") == [ids[2]]
    undo(team.workspace_id, team.user_id, gone.action)
    assert found(team, "öztürk") == ids[2::-1]
    as_owner("UPDATE leads SET updated_at = now() WHERE id = ANY (%s)", (ids,))
    as_owner("DELETE FROM leads WHERE id = ANY (%s)", (ids[3:],))
    assert as_owner(WRONG) == [(0,), (0,)]


@pytest.mark.parametrize("q", ["", "first"])
@pytest.mark.parametrize("sort", ["newest", "oldest", "name", "company", "title"])
def test_pages_of_a_search_are_exact_in_every_order_both_ways(team, sort, q) -> None:
    leads = people(23)
    for n, lead in enumerate(leads):
        lead |= {"title": [None, "CEO", "cto"][n % 3], "company": ["Über", None, "apex"][n // 3 % 3]}
    ids = plant(team, *leads)
    forth = found(team, q, sort=sort)
    assert sorted(forth) == sorted(ids)
    query = LeadQuery(q=q, sort=sort)
    whole = page(team.workspace_id, team.user_id, query, None, 100)
    assert [lead.id for lead in whole.leads] == forth
    cursor = page(team.workspace_id, team.user_id, query, None, 20).next_cursor
    end = page(team.workspace_id, team.user_id, query, cursor, 20)
    back = page(team.workspace_id, team.user_id, query, end.previous_cursor, 20, backwards=True)
    assert [lead.id for lead in (*back.leads, *end.leads)] == forth
    beside = neighbours(team.workspace_id, team.user_id, query, forth[4])
    assert (beside.previous, beside.next, str(beside.place)) == (forth[3], forth[5], "5")


def test_what_the_table_does_not_know_narrows_all_the_same(team) -> None:
    leads = people(60, title="Head of Sales", city="Lyon")
    for n in (0, 30, 59):
        leads[n] |= {"city": "Berlin"}
    ids = plant(team, *leads)
    assert found(team, "head", location=("Berlin",)) == [ids[59], ids[30], ids[0]]
    assert found(team, "sales", exclude_location=("Lyon",)) == [ids[59], ids[30], ids[0]]
    assert found(team, "first0030", location=("Berlin",), lead_ids=tuple(ids[:40])) == [ids[30]]
    assert found(team, job_title=("of sales",), location=("berlin",), sort="name") == [ids[0], ids[30], ids[59]]
    assert delete(team.workspace_id, team.user_id, LeadQuery(q="head", location=("Berlin",))).count == 3


def test_without_a_scope_there_is_nobody_and_with_anothers_none_of_ours(team, other_team) -> None:
    plant(team, *people(3))
    asked = "SELECT * FROM lead_search('first', '{}', 'newest', NULL, NULL, NULL, false, NULL)"
    with transaction():
        assert database.rows(asked) == []
    with scope(other_team.workspace_id, other_team.user_id):
        assert database.rows(asked) == []
    with scope(team.workspace_id, team.user_id):
        assert len(database.rows(asked)) == 3


def test_words_are_words_and_never_a_statement(team) -> None:
    plant(team, *people(2))
    for q in (
        "'; DELETE FROM leads; --",
        "\\' OR true --",
        "$$",
        "%' OR '1'='1",
        "E'\\x27",
        "a" * 200,
        "x " * 100,
        "-",
        "'",
    ):
        assert found(team, q) == []
    assert len(found(team, "")) == 2


def test_nearly_is_said_and_only_where_nobody_has_the_words(team) -> None:
    ids = plant(team, {"last_name": "Müller"}, {"last_name": "Miller"})
    exact = page(team.workspace_id, team.user_id, LeadQuery(q="müller"))
    assert ([lead.id for lead in exact.leads], exact.close) == ([ids[0]], False)
    nearly = page(team.workspace_id, team.user_id, LeadQuery(q="mullre"))
    assert ([lead.id for lead in nearly.leads], nearly.close) == ([ids[0]], True)
    # Somebody has the word, only not among these: nobody else is put in their place.
    assert page(team.workspace_id, team.user_id, LeadQuery(q="muller", lead_ids=(ids[1],))).leads == []


@pytest.mark.parametrize(
    "slip",
    [
        "Koksinen",
        "Kosknien",
        "Koskien",
        "Koskinenn",
        "Kosxinen",
        "Whiftield",
        "Schnieder",
        "Jonhson",
        "Muler",
        "Mullre",
    ],
)
def test_a_slip_of_the_finger_is_forgiven_wherever_it_happens(team, slip) -> None:
    names = ("Koskinen", "Whitfield", "Schneider", "Johnson", "Müller", "Anders", "Kovacs", "Whittaker", "Joyce")
    plant(team, *[{"first_name": "Anna", "last_name": name, "title": "Consultant"} for name in names])
    found = page(team.workspace_id, team.user_id, LeadQuery(q=slip))
    assert found.close
    meant = {"ko": "Koskinen", "wh": "Whitfield", "sc": "Schneider", "jo": "Johnson", "mu": "Müller"}[slip[:2].lower()]
    assert [lead.last_name for lead in found.leads] == [meant]


def test_until_the_table_is_filled_search_finds_all_the_same(team) -> None:
    ids = plant(team, {"last_name": "Mård"}, {"last_name": "Nilsson"})
    as_owner("DELETE FROM lead_search")
    as_owner("UPDATE search_fills SET finished_at = NULL, at = DEFAULT, at_workspace = DEFAULT WHERE name = 'leads'")
    assert found(team, "maard") == [ids[0]]
    assert found(team, sort="name") == ids
    more = plant(team, {"last_name": "Mård"}, start=START + timedelta(days=1))
    assert found(team, "mård") == [*more, ids[0]]
    fill()
    assert as_owner(WRONG) == [(0,), (0,)]
    assert as_owner("SELECT finished_at IS NOT NULL FROM search_fills WHERE name = 'leads'") == [(True,)]
    assert found(team, "mård") == [*more, ids[0]]


def test_the_menus_count_what_the_other_filters_leave(team) -> None:
    plant(team, *people(3, country="DE", industry="Retail"), *people(2, country="NL", industry="Retail"))
    plant(team, *people(1, country="NL", industry="Software", last_name="Özil"))

    def offered(**asked: Any) -> dict[str, list[tuple[str, str]]]:
        told = facets(team.workspace_id, team.user_id, LeadQuery(**asked))
        return {name: [(value, str(many)) for value, many in values] for name, values in told.items()}

    assert offered(country=("NL",))["industry"] == [("Retail", "2"), ("Software", "1")]
    assert offered(country=("NL",))["country"] == [("DE", "3"), ("NL", "3")]
    both = offered(country=("NL",), industry=("Retail",))
    assert (both["country"], both["industry"]) == ([("DE", "3"), ("NL", "2")], [("Retail", "2"), ("Software", "1")])
    assert offered(q="ozil")["country"] == [("NL", "1")]
    assert offered(lead_ids=(uuid4(),))["source"] == []


def test_the_menus_speak_of_the_leads_that_the_list_has(team) -> None:
    [exact, _near] = plant(team, {"last_name": "Meyerhofer"}, {"last_name": "Meyerhoffer", "country": "Austria"})
    query = LeadQuery(q="Meyerhofer")
    assert [lead.id for lead in page(team.workspace_id, team.user_id, query).leads] == [exact]
    assert facets(team.workspace_id, team.user_id, query, 5)["country"] == []
    beside = LeadQuery(q="Meyerhofer", country=("France",))
    assert facets(team.workspace_id, team.user_id, beside, 5)["country"] == []
