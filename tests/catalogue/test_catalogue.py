"""The catalogue: free to look through, masked, and its people become leads for nothing."""

from __future__ import annotations

from uuid import uuid4

import pytest

from reachly import actions, catalogue, unlock
from reachly.actions import UndoOver
from reachly.catalogue import CatalogueQuery
from reachly.database import execute, one, rows, scope
from reachly.filters import Filters
from tests.conftest import Team
from tests.planted import as_owner
from tests.unlock.held import balance, held, lead, row


def _look(team: Team, q: str = "", limit: int = 50, after=None, **more) -> catalogue.CataloguePage:
    return catalogue.page(team.workspace_id, team.user_id, CatalogueQuery(q, **more), after, limit)


def _mark() -> str:
    return f"Zz{uuid4().hex[:10]}"


def test_somebody_is_found_with_what_is_for_sale_masked(team: Team) -> None:
    mark = _mark()
    contact = held("maria@acme-works.example", phone="+4915112345678", name="Maria", last_name=mark)
    (found,) = _look(team, mark).people
    assert (found.id, found.masked_email, found.masked_phone) == (contact, "m•••@acme-works.example", "+49 •••")
    assert (found.email, found.phone, found.lead_id) == (None, None, None)
    assert (found.email_status, found.email_at is not None) == ("valid", True)
    assert balance(team)["available"] == 100


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+14155550100", "+1 •••"),
        ("+442071838750", "+44 •••"),
        ("+35312345678", "+353 •••"),
        ("+77012345678", "+7 •••"),
    ],
)
def test_of_a_phone_the_country_is_shown(team: Team, phone: str, masked: str) -> None:
    mark = _mark()
    held(phone=phone, last_name=mark)
    assert _look(team, mark).people[0].masked_phone == masked


def test_nobody_finds_out_by_searching_what_stands_before_the_at_sign(team: Team) -> None:
    secret = uuid4().hex
    held(f"{secret}@firm.example")
    assert _look(team, secret).people == []


def test_who_opted_out_or_is_hidden_here_is_not_there(team: Team, other_team: Team) -> None:
    mark = _mark()
    shown, barred, hidden, company = (held(last_name=mark) for _ in range(4))
    as_owner("UPDATE contacts SET suppressed = true WHERE id = %s", (barred,))
    with scope(team.workspace_id, team.user_id):
        execute("INSERT INTO hidden_contacts (workspace_id, contact_id) VALUES (%s, %s)", (team.workspace_id, hidden))
        execute(
            "INSERT INTO hidden_companies (workspace_id, organization_id)"
            " SELECT %s, organization_id FROM contacts WHERE id = %s",
            (team.workspace_id, company),
        )
    assert {each.id for each in _look(team, mark).people} == {shown}
    assert {each.id for each in _look(other_team, mark).people} == {shown, hidden, company}
    saved = catalogue.keep(team.workspace_id, team.user_id, [shown, barred, hidden, company])
    assert (len(saved.lead_ids), saved.added) == (1, 1)


def test_pages_neither_skip_nor_repeat(team: Team) -> None:
    mark = _mark()
    everyone = [held(last_name=mark) for _ in range(7)]
    seen, after = [], None
    while True:
        page = _look(team, mark, 3, after)
        seen += [each.id for each in page.people]
        after = page.next
        if after is None:
            break
    assert seen == everyone[::-1]
    assert catalogue.count(team.workspace_id, team.user_id, CatalogueQuery(mark)).number == 7
    assert str(catalogue.count(team.workspace_id, team.user_id, CatalogueQuery(mark), 5)) == "5+"


def test_saving_is_free_and_leaves_the_fields_locked(team: Team) -> None:
    mark = _mark()
    contacts = [held(last_name=mark), held(None, last_name=mark)]
    saved = catalogue.keep(team.workspace_id, team.user_id, contacts)
    assert saved.added == 2
    first, second = (row(team, lead_id) for lead_id in saved.lead_ids)
    assert (first["source"], first["email"], first["has_email"], first["credits"]) == ("catalogue", None, True, 0)
    assert second["has_email"] is False
    assert (first["company"].startswith("Firm"), first["company_size"]) == (True, "51-200")
    assert "email" not in first["provenance"]
    again = catalogue.keep(team.workspace_id, team.user_id, contacts)
    assert (again.lead_ids, again.added, again.action) == (saved.lead_ids, 0, None)
    assert [each.lead_id for each in _look(team, mark).people] == saved.lead_ids[::-1]
    assert balance(team)["available"] == 100


def test_saving_can_be_taken_back_but_not_from_whom_was_paid_for(team: Team) -> None:
    kept, gone = held(), held()
    saved = catalogue.keep(team.workspace_id, team.user_id, [kept, gone])
    assert unlock.ask(team.workspace_id, team.user_id, [kept], ["email"]).charged == 1
    assert saved.action is not None
    assert actions.undo(team.workspace_id, team.user_id, saved.action).count == 1
    with scope(team.workspace_id, team.user_id):
        left = rows("SELECT id FROM leads WHERE deleted_at IS NULL")
    assert [each["id"] for each in left] == [saved.lead_ids[0]]
    with pytest.raises(UndoOver):
        actions.undo(team.workspace_id, team.user_id, saved.action)
    back = catalogue.keep(team.workspace_id, team.user_id, [gone])
    assert (back.lead_ids, back.added) == ([saved.lead_ids[1]], 1), "who was deleted comes back as the same lead"


def test_what_was_unlocked_is_seen_whole(team: Team, other_team: Team) -> None:
    mark = _mark()
    contact = held("ada@whole.example", last_name=mark)
    lead(team, contact)
    unlock.ask(team.workspace_id, team.user_id, [contact], ["email"])
    assert _look(team, mark).people[0].email == "ada@whole.example"
    assert _look(other_team, mark).people[0].email is None


def test_an_address_that_bounced_is_not_offered(team: Team) -> None:
    mark = _mark()
    held(status="invalid", last_name=mark)
    (found,) = _look(team, mark).people
    assert found.masked_email is None


def test_without_a_scope_nothing_is_masked_because_nothing_is_told(team: Team) -> None:
    from reachly import database

    contact = held()
    with database.transaction():
        assert one("SELECT count(*) AS many FROM catalogue_masked(ARRAY[%s]::uuid[])", (str(contact),)) == {"many": 0}


def test_a_search_is_told_whom_the_catalogue_holds_already(team: Team) -> None:
    mark = _mark()
    contacts = [held(title=f"Chief {mark}"), held(None, title=f"Chief {mark}"), held(title=f"Chief {mark}")]
    filters = Filters.of({"job_titles": [mark]})
    with scope(team.workspace_id, team.user_id):
        assert catalogue.in_catalogue(filters).number == 3
        assert catalogue.in_catalogue(filters, ["email"]).number == 2
    lead(team, contacts[0])
    with scope(team.workspace_id, team.user_id):
        assert catalogue.in_catalogue(filters, ["email"]).number == 1


@pytest.mark.parametrize(
    "args",
    [
        {"q": "ada", "seniorities": ["vp"], "owned": "false", "has_email": "true", "email_statuses": ["valid"]},
        {"locations": ["Berlin", "Hamburg"], "exclude_industries": ["Software"]},
        {},
    ],
)
def test_a_query_reads_back_as_the_same(args: dict) -> None:
    query, errors = CatalogueQuery.from_args(args)
    told: dict[str, list[str]] = {}
    for name, value in query.pairs:
        told.setdefault(name, []).append(value)
    assert errors == {}
    assert CatalogueQuery.from_args(told)[0] == query


def test_what_is_no_filter_is_said_and_left_out() -> None:
    query, errors = CatalogueQuery.from_args({"seniorities": ["vp", "king"], "q": "x" * 300})
    assert query.filters.seniorities == ("vp",)
    assert set(errors) == {"seniorities", "q"}
