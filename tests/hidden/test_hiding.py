"""Who is hidden is gone from everywhere at once, stays in the tables, and comes back whole."""

from __future__ import annotations

from uuid import uuid4

import peewee
import pytest

from reachly import actions, leads
from reachly.database import rows, scope
from reachly.engine import look
from reachly.export import ExportWish, ask, preview
from reachly.hidden import Company, company_of, hide_companies, hide_contacts, show_companies, show_contacts
from reachly.hidden import shown as condition
from reachly.hidden.listing import companies
from reachly.leads import LeadQuery, NoSuchLead
from reachly.leads.values import values_beginning
from tests.hidden.made import at, contacts, organization
from tests.planted import as_owner, found, people, plant
from tests.web.browsing import Browser


def shown(team, **query) -> set[str]:
    """Who is in the list; what is written on each lead must be what the tables of the hidden say."""
    truth = condition("l.contact_id", "l.organization_id", "l.company_domain")
    with scope(team.workspace_id, team.user_id):
        assert rows(f"SELECT id FROM leads l WHERE hidden = ({truth})") == []
    page = leads.page(team.workspace_id, team.user_id, LeadQuery(**query))
    return {lead.first_name for lead in page.leads}


def test_a_hidden_person_is_gone_everywhere_and_comes_back(team) -> None:
    ids = plant(team, *people(3, country="Norway", industry="Fishing"))
    [gone] = contacts(team, ids[1])
    done = hide_contacts(team.workspace_id, team.user_id, [gone], "a customer")
    assert done.count == 1
    assert shown(team) == shown(team, q="First") == {"First0000", "First0002"}
    assert shown(team, lead_ids=tuple(ids)) == {"First0000", "First0002"}
    assert leads.count(team.workspace_id, team.user_id, LeadQuery()).number == 2
    [(country, many)] = leads.facets(team.workspace_id, team.user_id)["country"]
    assert (country, str(many)) == ("Norway", "2")
    assert leads.neighbours(team.workspace_id, team.user_id, LeadQuery(), ids[2]).next == ids[0]
    with pytest.raises(NoSuchLead):
        leads.get(team.workspace_id, team.user_id, ids[1])
    with scope(team.workspace_id, team.user_id):
        assert values_beginning("industry", "fish", 5) == [("Fishing", 2)]
    assert len(preview(team.workspace_id, team.user_id, ExportWish(), 10)) == 3
    assert ">2<" in Browser(team).get("/jobs").text
    assert show_contacts(team.workspace_id, team.user_id, [gone]).count == 1
    assert len(shown(team)) == 3


def test_a_deletion_of_all_that_match_leaves_the_hidden_as_they_are(team) -> None:
    ids = plant(team, *people(3))
    hide_contacts(team.workspace_id, team.user_id, contacts(team, ids[0]))
    assert leads.delete(team.workspace_id, team.user_id, LeadQuery()).count == 2
    show_contacts(team.workspace_id, team.user_id, contacts(team, ids[0]))
    assert shown(team) == {"First0000"}


def test_a_job_page_counts_and_shows_only_who_is_not_hidden(team) -> None:
    job_id = found(team, "Search", 3)
    with scope(team.workspace_id, team.user_id):
        job = look.job(job_id)
        assert job is not None
        [first, *_] = look.latest_leads(job)
    hide_contacts(team.workspace_id, team.user_id, [first.contact_id])
    with scope(team.workspace_id, team.user_id):
        assert look.lead_count(job) == 2
        assert first.id not in {lead.id for lead in look.latest_leads(job)}


@pytest.mark.parametrize(
    ("hidden", "gone"),
    [
        ("acme", {"own", "sub", "deep"}),
        ("eu.acme", {"sub", "deep"}),
        ("me", set()),
        ("deep.eu.acme", {"deep"}),
    ],
)
def test_a_hidden_domain_takes_its_subdomains_along_and_nobody_else(team, hidden: str, gone: set[str]) -> None:
    mark = f"{uuid4().hex[:8]}.example"
    for name, domain in (("own", "acme"), ("sub", "eu.acme"), ("deep", "deep.eu.acme"), ("other", "notacme")):
        at(team, None, name, domain=f"{domain}.{mark}")
    hide_companies(team.workspace_id, team.user_id, [Company(domain=f"{hidden}.{mark}")])
    assert shown(team) == {"own", "sub", "deep", "other"} - gone


def test_a_company_is_hidden_by_its_row_by_its_domain_and_by_its_name(team) -> None:
    domain = f"{uuid4().hex[:8]}.example"
    first, nameless = organization(domain), organization(name="Blåbær Søn", name_key=f"blabær søn {uuid4().hex[:6]}")
    at(team, first, "by-row")
    at(team, None, "by-domain", domain=domain)
    at(team, nameless, "by-name")
    at(team, organization(f"other-{domain}"), "other", domain=f"other-{domain}")
    done = hide_companies(team.workspace_id, team.user_id, [Company(first), Company(nameless), Company(domain=domain)])
    assert done.count == 2
    assert shown(team) == {"other"}
    assert actions.undo(team.workspace_id, team.user_id, done.action_id).count == 2
    assert len(shown(team)) == 4


def test_a_company_without_domain_that_comes_to_be_later_is_known_by_its_name(team) -> None:
    key = f"later {uuid4().hex[:8]}"
    assert hide_companies(team.workspace_id, team.user_id, [Company(name=key.title())]).count == 1
    at(team, organization(name=key.title(), name_key=key), "later")
    at(team, organization(name=key.title(), domain=f"{key[6:]}.example"), "another", domain=f"{key[6:]}.example")
    assert shown(team) == {"another"}


def test_hiding_twice_hides_once_and_what_names_nothing_hides_nothing(team) -> None:
    [one] = contacts(team, *plant(team, *people(1)))
    assert [hide_contacts(team.workspace_id, team.user_id, [one, one]).count for _ in range(2)] == [1, 0]
    assert hide_contacts(team.workspace_id, team.user_id, [uuid4()]).action_id is None
    assert hide_companies(team.workspace_id, team.user_id, [Company(), Company(domain="localhost")]).count == 0
    kinds = [act.kind for act in actions.feed(team.workspace_id, team.user_id).actions]
    assert kinds == ["contacts.hide"]


def test_hiding_and_bringing_back_are_both_taken_back(team) -> None:
    ids = contacts(team, *plant(team, *people(3)))
    hide_contacts(team.workspace_id, team.user_id, ids[:1], "before")
    done = hide_contacts(team.workspace_id, team.user_id, ids)
    assert done.count == 2
    assert actions.undo(team.workspace_id, team.user_id, done.action_id).count == 2
    assert shown(team) == {"First0001", "First0002"}
    back = show_contacts(team.workspace_id, team.user_id, ids)
    assert (back.count, len(shown(team))) == (1, 3)
    assert actions.undo(team.workspace_id, team.user_id, back.action_id).count == 1
    with scope(team.workspace_id, team.user_id):
        [kept] = rows("SELECT reason, user_id FROM hidden_contacts")
    assert kept == {"reason": "before", "user_id": team.user_id}
    company = hide_companies(team.workspace_id, team.user_id, [Company(domain="acme.example", name="Acme")])
    with scope(team.workspace_id, team.user_id):
        [row] = rows("SELECT id, created_at FROM hidden_companies WHERE action_id = %s", (company.action_id,))
    shown_again = show_companies(team.workspace_id, team.user_id, [row["id"]])
    actions.undo(team.workspace_id, team.user_id, shown_again.action_id)
    with scope(team.workspace_id, team.user_id):
        assert rows("SELECT id, created_at FROM hidden_companies WHERE domain = 'acme.example'") == [row]


def test_each_act_stands_in_the_feed_of_whom_it_touched(team) -> None:
    first, second = contacts(team, *plant(team, *people(2)))
    hide_contacts(team.workspace_id, team.user_id, [first])
    told = [actions.feed(team.workspace_id, team.user_id, contact_id=who).actions for who in (first, second)]
    assert [[act.kind for act in acts] for acts in told] == [["contacts.hide"], []]


def test_what_one_workspace_hides_another_one_sees(team, other_team) -> None:
    theirs = plant(other_team, *people(1, company_domain="shared.example"))
    hide_companies(team.workspace_id, team.user_id, [Company(domain="shared.example")])
    hide_contacts(team.workspace_id, team.user_id, contacts(other_team, *theirs))
    assert shown(other_team) == {"First0000"}
    assert show_contacts(other_team.workspace_id, other_team.user_id, contacts(other_team, *theirs)).count == 0


def test_who_only_looks_hides_nobody(team) -> None:
    from tests.planted import as_owner

    [one] = contacts(team, *plant(team, *people(1)))
    as_owner("UPDATE memberships SET role = 'viewer' WHERE user_id = %s", (team.user_id,))
    with pytest.raises(peewee.ProgrammingError):
        hide_contacts(team.workspace_id, team.user_id, [one])
    assert shown(team) == {"First0000"}


def test_a_file_asked_for_before_has_nobody_who_was_hidden_after(team) -> None:
    from reachly.engine.run import run
    from reachly.export.step import step

    ids = plant(team, *people(3))
    job = ask(team.workspace_id, team.user_id, ExportWish()).job_id
    hide_contacts(team.workspace_id, team.user_id, contacts(team, ids[0]))
    assert run(job, {"export_leads": step}, "test") == "succeeded"
    with scope(team.workspace_id, team.user_id):
        [file] = rows("SELECT rows FROM exports WHERE job_id = %s", (job,))
    assert file["rows"] == 2


def test_the_company_of_a_person_is_known_from_the_lead_or_the_catalogue(team) -> None:
    made = organization("known.example" + uuid4().hex[:4], "Known")
    [lead] = contacts(team, *at(team, made, "somebody"))
    with scope(team.workspace_id, team.user_id):
        assert company_of(lead).organization_id == made
        assert company_of(uuid4()) is None


def test_each_hidden_company_tells_how_many_leads_it_hides_each_once(team, other_team) -> None:
    acme = organization("acme.example")
    at(team, acme, "Ann", "Ben", domain="acme.example")
    at(team, None, "Cem", domain="mail.acme.example")
    at(team, acme, "Dan", domain=None)
    at(team, None, "Eve", "Fay", domain="notacme.example")
    at(other_team, acme, "Gil", domain="acme.example")
    who = team.workspace_id, team.user_id
    hide_companies(*who, [Company(organization_id=acme), Company(domain="notacme.example")])
    (gone,) = at(team, acme, "Hal", domain="acme.example")
    as_owner("UPDATE leads SET deleted_at = now() WHERE id = %s", (gone,))
    assert {each.domain: each.leads for each in companies(*who).hidden} == {"acme.example": 4, "notacme.example": 2}
    ids = [str(each.id) for each in companies(*who).hidden]
    with scope(other_team.workspace_id, other_team.user_id):
        assert rows("SELECT * FROM hidden_company_leads(%s::uuid[], 9)", (ids,)) == []


@pytest.mark.parametrize(
    ("theirs", "kept"), [("Tab\tName", "Tab Name"), ("A\u2028B\n", "A B"), ("x" * 301, "x" * 300), ("\x01", "")]
)
def test_a_company_is_hidden_whatever_a_provider_calls_it(team, theirs: str, kept: str) -> None:
    made = organization(f"{uuid4().hex[:8]}.example", theirs)
    assert hide_companies(team.workspace_id, team.user_id, [Company(organization_id=made)]).count == 1
    with scope(team.workspace_id, team.user_id):
        [row] = rows("SELECT id, name FROM hidden_companies")
    assert row["name"] == kept
    back = show_companies(team.workspace_id, team.user_id, [row["id"]])
    assert actions.undo(team.workspace_id, team.user_id, back.action_id).count == 1
