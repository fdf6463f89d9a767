"""Two companies of the catalogue become one: their people, who hid them, and what jobs find at either."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import uuid4

import pytest

from reachly.actions import undo
from reachly.generate.pages import PageRun
from reachly.hidden import Company, hide_companies, show_companies
from tests.generate.finding import find, rows, work
from tests.oversight.alike import everything, organization, person, save, seen
from tests.planted import as_owner


def test_companies_become_one_with_their_people_and_two_again(team, other_team, desk) -> None:
    kept = organization("Acme", domain=f"{uuid4().hex}.example")
    gone = organization("Acme GmbH", name_key=uuid4().hex, industry="Steel", country="Germany")
    anna = person("acme", organization_id=gone)
    save(team, anna)
    as_owner(
        "INSERT INTO hidden_companies (workspace_id, organization_id, name) VALUES (%s, %s, 'Acme')",
        (other_team.workspace_id, gone),
    )
    before = everything()
    assert desk.merge("organization", gone, kept).outcome == "domain"
    assert everything() == before
    done = desk.merge("organization", kept, gone, "same name")
    assert (done.outcome, done.leads) == ("done", 1)
    assert as_owner("SELECT organization_id FROM contacts WHERE id = %s", (anna,)) == [(kept,)]
    assert rows(team, "SELECT id, industry FROM organizations WHERE id IN (%s, %s)", str(kept), str(gone)) == [
        {"id": kept, "industry": "Steel"}
    ]
    assert rows(other_team, "SELECT organization_id AS id FROM hidden_companies") == [{"id": kept}]
    assert desk.split(done.id).outcome == "done"
    assert everything() == before


def test_people_found_at_a_company_that_stands_behind_another_work_at_that_one(team, desk, outside) -> None:
    assert work(find(team, 4)) == "succeeded"
    kept, gone = (
        row["id"]
        for row in rows(team, "SELECT id FROM organizations WHERE domain IS NOT NULL AND merged_into IS NULL LIMIT 2")
    )
    done = desk.merge("organization", kept, gone)
    assert work(find(team, 12)) == "succeeded"
    assert as_owner("SELECT count(*) FROM leads WHERE organization_id = %s", (gone,)) == [(0,)]
    assert as_owner("SELECT count(*) FROM contacts WHERE organization_id = %s", (gone,)) == [(0,)]
    assert desk.split(done.id).outcome == "done"


def test_a_company_that_stands_behind_another_is_hidden_by_its_own_domain(
    team, other_team, desk, outside, monkeypatch
) -> None:
    assert work(find(other_team, 12)) == "succeeded"
    choose, merged = PageRun._choose, []

    def and_hide(self, people, most, before):
        chosen = choose(self, people, most, before)
        if not merged:
            domain = chosen[0][0].company.domain
            found = "SELECT id FROM organizations WHERE merged_into IS NULL AND domain"
            [(gone,)], [(kept,), *_] = as_owner(f"{found} = %s", (domain,)), as_owner(f"{found} <> %s", (domain,))
            merged.extend([desk.merge("organization", kept, gone), domain])
            hide_companies(team.workspace_id, team.user_id, [Company(domain=domain)])
        return chosen

    monkeypatch.setattr(PageRun, "_choose", and_hide)
    assert work(find(team, 5)) == "succeeded"
    done, domain = merged
    assert done.outcome == "done"
    brought = rows(team, "SELECT company_domain FROM leads")
    assert len(brought) == 5
    assert domain not in {row["company_domain"] for row in brought}
    assert desk.split(done.id).outcome == "done"


@pytest.fixture
def firms() -> SimpleNamespace:
    """Two companies with one person each."""
    mark = uuid4().hex[:12]
    domains = (f"{mark}.example", f"other-{mark}.example")
    kept, gone = (organization("Firm", domain=domain) for domain in domains)
    people = tuple(person("firm", first_name=mark, organization_id=firm) for firm in (kept, gone))
    return SimpleNamespace(mark=mark, ids=(kept, gone), domains=domains, people=people)


def in_catalogue(team, firms) -> set:
    """Who of the two is in the catalogue for the team."""
    found = rows(team, "SELECT contact_id FROM catalogue_search(%s, '{}', NULL, 50)", firms.mark)
    return {row["contact_id"] for row in found}


@pytest.mark.parametrize("saved", [True, False])
def test_the_domain_of_the_one_behind_hides_both_until_they_are_two_again(team, desk, firms, saved: bool) -> None:
    one, other = firms.people
    if saved:
        save(team, one, other)
    done = desk.merge("organization", *firms.ids)
    hide = [Company(domain=firms.domains[1])]
    assert hide_companies(team.workspace_id, team.user_id, hide).count == 1
    assert hide_companies(team.workspace_id, team.user_id, hide).count == 0
    assert in_catalogue(team, firms) == set()
    assert seen(team) == []
    assert desk.split(done.id).outcome == "done"
    assert in_catalogue(team, firms) == {one}
    assert [row["contact_id"] for row in seen(team)] == ([one] if saved else [])


def test_each_domain_that_is_named_stays_hidden_when_they_are_two_again(team, desk, firms) -> None:
    save(team, *firms.people)
    done = desk.merge("organization", *firms.ids)
    hide = [Company(domain=domain) for domain in (*firms.domains, *firms.domains)]
    assert hide_companies(team.workspace_id, team.user_id, hide).count == 2
    assert hide_companies(team.workspace_id, team.user_id, hide).count == 0
    assert desk.split(done.id).outcome == "done"
    assert in_catalogue(team, firms) == set()
    assert seen(team) == []


def test_what_was_shown_again_and_is_hidden_again_after_a_split_is_the_one_that_was_named(team, desk, firms) -> None:
    one, other = firms.people
    save(team, one, other)
    done = desk.merge("organization", *firms.ids)
    who = (team.workspace_id, team.user_id)
    hide_companies(*who, [Company(domain=firms.domains[1])])
    [hidden] = rows(team, "SELECT id FROM hidden_companies")
    shown = show_companies(*who, [hidden["id"]])
    assert desk.split(done.id).outcome == "done"
    assert undo(*who, shown.action_id).count == 1
    assert in_catalogue(team, firms) == {one}
    assert [row["contact_id"] for row in seen(team)] == [one]
