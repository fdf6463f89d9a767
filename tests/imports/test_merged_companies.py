"""A file that names a company by the domain of a row that stands behind another means the one that stands for both."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from reachly.oversight import as_owner as operator
from tests.imports.made import csv_of, imported, leads, upload
from tests.planted import as_owner


@pytest.fixture
def firm() -> dict[str, UUID | str]:
    """One company with two domains, and the merge that made it so."""
    domains = [f"{uuid4().hex}.example" for _ in range(2)]
    kept, gone = (
        as_owner("INSERT INTO organizations (name, domain) VALUES ('Firm', %s) RETURNING id", (domain,))[0][0]
        for domain in domains
    )
    merged = operator().merge("organization", kept, gone)
    assert merged.id
    return {"kept": kept, "gone": gone, "first": domains[0], "second": domains[1], "merge": merged.id}


def test_people_come_to_the_company_that_stands_for_both(team, firm) -> None:
    imported(team, csv_of(f"Ada,Lovelace,ada@{firm['second']},Firm,{firm['second']},"))
    assert leads(team, "organization_id, company_domain") == [
        {"organization_id": firm["kept"], "company_domain": firm["second"]}
    ]


def test_an_exclusion_hides_who_works_at_either_and_each_domain_it_names(team, firm) -> None:
    imported(team, csv_of(f"Ada,Lovelace,ada@{firm['first']},Firm,{firm['first']},"))
    imported(team, upload(team, csv_of(firm["second"], header="Website"), use="exclude"))
    assert leads(team, "hidden") == [{"hidden": True}]
    imported(team, upload(team, csv_of(str(firm["first"]), "other.example", header="Website"), use="exclude"))
    hidden = "SELECT domain, organization_id FROM hidden_companies WHERE workspace_id = %s"
    assert set(as_owner(hidden, (team.workspace_id,))) == {
        (firm["second"], firm["kept"]),
        (firm["first"], None),
        ("other.example", None),
    }
    assert operator().split(UUID(str(firm["merge"]))).outcome == "done"


def test_one_file_with_both_domains_hides_both(team, firm) -> None:
    lines = (str(firm["second"]), str(firm["first"]))
    imported(team, upload(team, csv_of(*lines, header="Website"), use="exclude"))
    assert operator().split(UUID(str(firm["merge"]))).outcome == "done"
    imported(team, csv_of(*(f"Ada,Lovelace,{name}@{name},Firm,{name}," for name in lines)))
    assert [row["hidden"] for row in leads(team, "hidden")] == [True, True]
