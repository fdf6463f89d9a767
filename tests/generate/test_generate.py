"""Finding leads against providers that speak their real contracts over HTTP."""

from __future__ import annotations

import pytest

from reachly import provider_keys
from reachly.engine.request import NotEnoughCredits
from reachly.estimate import estimate
from reachly.filters import Filters
from reachly.generate.asking import Search
from reachly.settings import settings
from tests.engine.work import balances, job
from tests.generate.finding import SOFTWARE, find, rows, sources, work


def test_leads_arrive_and_each_is_paid_once(team, outside) -> None:
    job_id = find(team, 40)
    assert work(job_id) == "succeeded"
    leads = rows(team, "SELECT * FROM leads")
    assert len(leads) == 40
    assert all(lead["email"] and lead["phone"] is None and lead["sample"] for lead in leads)
    assert all(lead["provenance"]["email"]["source"] == "lusha" for lead in leads)
    assert balances(team) == {"available": 60, "held": 0, "spent": 40}
    assert rows(team, "SELECT count(*) AS n FROM transactions WHERE kind = 'capture'") == [{"n": 40}]
    assert rows(team, "SELECT count(*) AS n FROM unlocks WHERE credits = 1 AND field = 'email'") == [{"n": 40}]


def test_misses_are_not_charged_and_an_exhausted_search_succeeds_with_what_there_is(make_team, outside) -> None:
    team = make_team(1000)
    job_id = find(team, 900)
    assert work(job_id) == "succeeded"
    row = job(team, job_id)
    found, told = row["progress_done"], row["result"]
    assert 0 < found < 900
    assert told["delivered"] == found
    assert told["exhausted_sources"] == ["lusha"]
    assert told["misses"] > 0
    assert (row["credits_spent"], row["credits_released"]) == (found, 900 - found)
    assert balances(team) == {"available": 1100 - found, "held": 0, "spent": found}


def test_a_phone_costs_only_where_it_was_found(make_team, outside) -> None:
    team = make_team(1000)
    job_id = find(team, 50, reveal=("email", "phone"))
    assert work(job_id) == "succeeded"
    with_phone = len(rows(team, "SELECT 1 AS x FROM leads WHERE phone IS NOT NULL"))
    assert 0 < with_phone < 50
    assert job(team, job_id)["credits_held"] == 300
    assert balances(team)["spent"] == 50 + 5 * with_phone


def test_what_the_workspace_owns_is_neither_bought_nor_counted_again(make_team, outside) -> None:
    team = make_team(1000)
    assert work(find(team, 60)) == "succeeded"
    charged = outside.told()["lusha"]["used"]
    second = find(team, 30)
    assert work(second) == "succeeded"
    assert len(rows(team, "SELECT DISTINCT contact_id FROM leads")) == 90
    assert balances(team)["spent"] == 90
    assert sources(team, second)["lusha"]["owned"] >= 60
    # The provider was paid for the search pages again, and for no person twice.
    assert outside.told()["lusha"]["used"] - charged < 50


def test_the_same_person_from_two_sources_is_one_lead(make_team, outside) -> None:
    team = make_team(1000)
    job_id = find(team, 900, "lusha", "clay")
    assert work(job_id, 60) == "succeeded"
    both = sources(team, job_id)
    assert both["lusha"]["found"] > 0
    assert both["clay"]["found"] > 0
    assert both["clay"]["owned"] > 0
    doubled = rows(team, "SELECT lower(email) FROM leads WHERE email IS NOT NULL GROUP BY 1 HAVING count(*) > 1")
    assert doubled == []
    assert job(team, job_id)["credits_spent"] == len(rows(team, "SELECT 1 AS x FROM leads"))


def test_sources_are_asked_in_the_order_chosen(make_team, outside) -> None:
    team = make_team()
    job_id = find(team, 10, "clay", "lusha")
    assert work(job_id) == "succeeded"
    assert sources(team, job_id)["lusha"]["found"] == 0
    assert {lead["source"] for lead in rows(team, "SELECT source FROM leads")} == {"clay"}


def test_nobody_matches_and_nothing_is_charged(team, outside) -> None:
    job_id = find(team, 10, filters={"job_titles": ["Keeper of the Unheard-of Seal"]})
    assert work(job_id) == "succeeded"
    assert job(team, job_id)["result"]["delivered"] == 0
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}


def test_a_job_that_could_cost_more_than_there_is_does_not_start(team, outside) -> None:
    with pytest.raises(NotEnoughCredits):
        find(team, 101)
    assert rows(team, "SELECT id FROM jobs") == []


def test_the_estimate_is_free_and_tells_what_is_owned(team, outside) -> None:
    assert work(find(team, 20)) == "succeeded"
    search = Search(Filters.of(SOFTWARE), 50, ("lusha", "clay"), ("email", "phone"))
    told = estimate(team.workspace_id, team.user_id, search)
    assert told.matches is not None
    assert told.matches > 100
    assert {one.source.name: one.matches is None for one in told.sources} == {"lusha": False, "clay": True}
    assert (told.credits_per_lead, told.credits_max, told.available, told.enough) == (6, 300, 80, False)
    assert 15 <= told.already_owned <= 20  # partial profiles tell too little to be counted
    assert balances(team) == {"available": 80, "held": 0, "spent": 20}


def test_what_is_owned_is_counted_as_the_search_means_it(team, outside) -> None:
    assert work(find(team, 10)) == "succeeded"
    told = rows(team, "SELECT DISTINCT company_domain FROM leads WHERE company_domain IS NOT NULL")
    theirs = [lead["company_domain"] for lead in told]

    def owned(**filters: list[str]) -> int:
        search = Search(Filters.of(SOFTWARE | filters), 50, ("clay",))
        return estimate(team.workspace_id, team.user_id, search).already_owned

    every = owned()
    assert owned(industries=["sOFTWARE"]) == every > 0
    assert owned(exclude_company_domains=theirs) < every
    assert owned(keywords=["Keeper of the Unheard-of Seal"]) == 0


def test_an_estimate_is_kept_and_the_provider_asked_once(team, outside) -> None:
    search = Search(Filters.of({"departments": ["Legal"]}), 50, ("lusha",))
    first = estimate(team.workspace_id, team.user_id, search)
    charged = outside.told()["lusha"]["used"]
    assert estimate(team.workspace_id, team.user_id, search).matches == first.matches
    assert outside.told()["lusha"]["used"] == charged


def test_another_workspace_sees_none_of_it(team, other_team, outside) -> None:
    assert work(find(team, 10)) == "succeeded"
    for table in ("leads", "unlocks", "jobs", "job_events", "job_sources", "provider_calls"):
        assert rows(team, f"SELECT 1 AS x FROM {table} LIMIT 1"), table
        assert rows(other_team, f"SELECT 1 AS x FROM {table} LIMIT 1") == [], table


def test_two_workspaces_that_buy_the_same_people_share_the_contacts(team, other_team, outside) -> None:
    assert work(find(team, 15)) == "succeeded"
    assert work(find(other_team, 15)) == "succeeded"
    ours = {lead["contact_id"] for lead in rows(team, "SELECT contact_id FROM leads")}
    theirs = {lead["contact_id"] for lead in rows(other_team, "SELECT contact_id FROM leads")}
    assert ours == theirs
    assert balances(other_team)["spent"] == 15


def test_a_source_without_a_key_is_named_and_the_other_goes_on(team, outside) -> None:
    settings().lusha_api_key = None
    job_id = find(team, 5, "lusha", "clay")
    assert work(job_id) == "succeeded"
    told = sources(team, job_id)
    assert told["lusha"]["state"] == "failed"
    assert "No Lusha key" in told["lusha"]["message"]
    assert told["clay"]["found"] == 5


def test_an_own_clay_key_runs_its_own_functions_and_costs_no_credits(team, outside) -> None:
    settings().clay_email_routine = "function:t_of_another_account"
    provider_keys.save(team.workspace_id, team.user_id, "clay", outside.key, {"email_routine": "function:t_work_email"})
    job_id = find(team, 5, "clay")
    assert work(job_id) == "succeeded"
    assert sources(team, job_id)["clay"]["found"] == 5
    assert balances(team) == {"available": 100, "held": 0, "spent": 0}
