"""The catalogue is searched free of charge, and gives nothing away that is for sale."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from reachly import database
from reachly.database import scope, transaction
from reachly.filters import Filters
from reachly.search import count_contacts, fill, search_contacts
from tests.planted import as_owner, people, plant

_CONTACT = ("first_name", "last_name", "title", "seniority", "department", "city", "country", "email", "phone")


@pytest.fixture
def mark() -> str:
    """A word that nobody else in the catalogue has."""
    return "q" + "".join("ghjklmnprs"[int(digit, 16) % 10] for digit in uuid4().hex[:12])


def add(mark: str, company: dict[str, Any] | None = None, **values: Any) -> UUID:
    """A contact whose company has the mark in its name."""
    told = {"name": f"Firm {mark}", "domain": f"{uuid4().hex[:10]}.example"} | (company or {})
    ((organization,),) = as_owner(
        f"INSERT INTO organizations ({', '.join(told)}) VALUES ({', '.join(['%s'] * len(told))}) RETURNING id",
        tuple(told.values()),
    )
    names = [name for name in _CONTACT if name in values]
    ((contact,),) = as_owner(
        f"INSERT INTO contacts (organization_id, suppressed{''.join(', ' + name for name in names)})"
        f" VALUES (%s, %s{', %s' * len(names)}) RETURNING id",
        (organization, values.get("suppressed", False), *(values[name] for name in names)),
    )
    return contact


def found(team: Any, q: str, after: UUID | None = None, limit: int = 50, **filters: Any) -> list[UUID]:
    """The ids of who matches."""
    own = {name: filters.pop(name) for name in ("has_email", "has_phone", "owned", "email_statuses") if name in filters}
    with scope(team.workspace_id, team.user_id):
        return search_contacts(q, Filters.of(filters), after, limit, **own).contact_ids


def test_who_is_in_the_catalogue_is_found_before_anything_is_bought(team, mark) -> None:
    anna = add(mark, first_name="Anna", last_name="Müller", title="Head of Sales")
    bob = add(mark, first_name="Bob", last_name="Stone", title="CTO")
    assert found(team, mark) == [bob, anna]
    assert found(team, f"mueller {mark}") == [anna]
    assert found(team, f"cto {mark.upper()}") == [bob]
    assert found(team, f"cto {mark[:-1]}x") == [bob]  # nobody has the words, and he nearly does
    with scope(team.workspace_id, team.user_id):
        assert search_contacts(f"cto {mark[:-1]}x", Filters()).close
        assert str(count_contacts(mark, Filters(), cap=1)) == "1+"


def test_filters_mean_what_they_mean_in_a_search_for_leads(team, mark) -> None:
    company = {"industry": "Software", "size": "51-200"}
    anna = add(mark, company, title="Head of Sales", seniority="head", department="Sales", country="Germany", phone="1")
    bob = add(mark, {"industry": "Retail"}, title="CTO", seniority="c_level", city="Lyon", email=f"b@{mark}.example")
    assert found(team, mark, industries=["software"]) == [anna]
    assert found(team, mark, job_titles=["cto", "none"]) == [bob]
    assert found(team, mark, exclude_job_titles=["sales"]) == [bob]
    assert found(team, mark, company_sizes=["51-200"], seniorities=["head"], departments=["Sales"]) == [anna]
    assert found(team, mark, exclude_company_sizes=["51-200"]) == [bob]
    assert found(team, mark, locations=["DE"]) == [anna]
    assert found(team, mark, locations=["lyon, France"]) == [bob]
    assert found(team, mark, keywords=["retail"]) == [bob]
    assert found(team, mark, has_email=True) == [bob]
    assert found(team, mark, has_phone=True, has_email=False) == [anna]
    assert found(team, mark, industries=["'; DROP TABLE contacts; --"]) == []


def test_an_address_is_found_by_its_domain_and_never_by_its_person(team, mark) -> None:
    anna = add("none", first_name="Anna", email=f"sekret.{mark}@{mark[::-1]}.example")
    assert found(team, f"{mark[::-1]}.example") == [anna]
    assert found(team, f"sekret.{mark}") == []
    assert found(team, f"sekret.{mark}@{mark[::-1]}.example") == []


def test_what_changes_is_found_by_what_it_is_by_now(team, mark) -> None:
    contact = add(mark, first_name="Anna", last_name="Before")
    as_owner("UPDATE contacts SET last_name = 'After' WHERE id = %s", (contact,))
    assert (found(team, f"{mark} before"), found(team, f"{mark} after")) == ([], [contact])
    as_owner("UPDATE organizations SET name = 'Renamed' WHERE name = %s", (f"Firm {mark}",))
    assert found(team, mark) == []
    as_owner("UPDATE organizations SET name = %s WHERE name = 'Renamed'", (mark,))
    as_owner("UPDATE contacts SET suppressed = true WHERE id = %s", (contact,))
    assert found(team, mark) == []


def test_who_is_hidden_here_is_hidden_from_here_alone(team, other_team, mark) -> None:
    anna, bob = add(mark), add(mark)
    as_owner("INSERT INTO hidden_contacts (workspace_id, contact_id) VALUES (%s, %s)", (team.workspace_id, anna))
    as_owner(
        "INSERT INTO hidden_companies (workspace_id, organization_id)"
        " SELECT %s, organization_id FROM contacts WHERE id = %s",
        (team.workspace_id, bob),
    )
    assert found(team, mark) == []
    assert found(other_team, mark) == [bob, anna]


def test_what_is_owned_can_be_left_out(team, other_team, mark) -> None:
    (lead_id,) = plant(team, *people(1))
    ((contact,),) = as_owner("SELECT contact_id FROM leads WHERE id = %s", (lead_id,))
    as_owner("UPDATE contacts SET last_name = %s WHERE id = %s", (mark, contact))
    assert found(team, mark, owned=True) == [contact]
    assert found(team, mark, owned=False) == []
    assert found(other_team, mark, owned=False) == [contact]


def test_pages_follow_each_other_and_no_scope_sees_nobody(team, mark) -> None:
    made = [add(mark) for _ in range(5)][::-1]
    first = found(team, mark, limit=2)
    assert first + found(team, mark, after=first[-1], limit=9) == made
    with transaction():
        assert search_contacts(mark, Filters()).contact_ids == []
        assert count_contacts(mark, Filters()).number == 0


def test_until_the_table_is_filled_search_finds_all_the_same(team, mark) -> None:
    made = [add(mark) for _ in range(3)][::-1]
    as_owner("DELETE FROM contact_search")
    as_owner("UPDATE search_fills SET finished_at = NULL, at = DEFAULT WHERE name = 'contacts'")
    assert found(team, mark) == made
    assert fill() >= 3
    assert as_owner("SELECT finished_at IS NOT NULL FROM search_fills WHERE name = 'contacts'") == [(True,)]
    assert as_owner("SELECT count(*) FROM contact_search WHERE contact_id = ANY (%s)", (made,)) == [(3,)]
    assert found(team, mark) == made


def test_what_nobody_may_call_is_closed(team) -> None:
    with pytest.raises(Exception, match="permission denied"), scope(team.workspace_id, team.user_id):
        database.execute("SELECT doc FROM contact_search")


def test_who_is_somebodys_own_is_not_in_the_catalogue(team, mark) -> None:
    contact = add(mark)
    as_owner("UPDATE contacts SET private_to = %s WHERE id = %s", (uuid4(), contact))
    assert found(team, mark) == []
    as_owner("UPDATE contacts SET private_to = NULL WHERE id = %s", (contact,))
    assert found(team, mark) == [contact]


def test_a_company_is_hidden_with_what_is_below_it(team, other_team, mark) -> None:
    under = add(mark, {"domain": f"shop.{mark}.example"})
    as_owner(
        "INSERT INTO hidden_companies (workspace_id, domain) VALUES (%s, %s)", (team.workspace_id, f"{mark}.example")
    )
    nowhere = add(mark, {"domain": None, "name_key": f"firm {mark}"})
    assert found(team, mark) == [nowhere]
    assert found(other_team, mark) == [nowhere, under]
