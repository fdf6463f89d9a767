"""Nobody who is hidden is delivered or paid, whenever it was hidden, and the job counts them apart."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

from reachly.database import as_json, one
from reachly.engine.claim import take
from reachly.engine.request import Wish, request
from reachly.generate.pages import PageRun
from reachly.generate.rows import row
from reachly.hidden import Company, hide_companies, hide_contacts
from reachly.leads import LeadQuery, count
from reachly.providers.values import Company as Employer
from reachly.providers.values import Person
from tests.generate.finding import find, rows, sources, work
from tests.hidden.made import organization


def _brought(team, job) -> list[dict[str, Any]]:
    return rows(team, "SELECT * FROM leads WHERE job_id = %s ORDER BY id", job)


def _job(team, job) -> dict[str, Any]:
    return rows(team, "SELECT * FROM jobs WHERE id = %s", job)[0]


def test_who_is_hidden_before_is_neither_asked_for_nor_paid(team, other_team, outside) -> None:
    job = find(other_team, 6)
    work(job)
    known = _brought(other_team, job)
    hide_contacts(team.workspace_id, team.user_id, [known[0]["contact_id"]])
    hide_companies(team.workspace_id, team.user_id, [Company(domain=known[1]["company_domain"])])
    put_away = {lead["contact_id"] for lead in known if lead["company_domain"] == known[1]["company_domain"]}
    put_away.add(known[0]["contact_id"])
    job = find(team, 6)
    assert work(job) == "succeeded"
    told = _job(team, job)
    assert not put_away & {lead["contact_id"] for lead in _brought(team, job)}
    assert told["result"]["delivered"] == told["credits_spent"] == 6
    assert told["result"]["hidden"] == sources(team, job)["lusha"]["hidden"] >= len(put_away)
    events = rows(team, "SELECT data FROM job_events WHERE job_id = %s", job)
    assert sum(event["data"].get("hidden", 0) for event in events) == 0, "they were asked for and paid by the house"
    assert any("hidden by you" in str(event["data"].get("detail")) for event in events)


def test_who_is_hidden_while_the_provider_is_asked_is_not_delivered(team, outside, monkeypatch) -> None:
    choose, hidden = PageRun._choose, []

    def and_hide(self, people, most, before):
        chosen = choose(self, people, most, before)
        if not hidden:
            hidden.extend({person.company.domain for person in chosen[0][:2]})
            hide_companies(team.workspace_id, team.user_id, [Company(domain=domain) for domain in hidden])
        return chosen

    monkeypatch.setattr(PageRun, "_choose", and_hide)
    job = find(team, 5)
    assert work(job) == "succeeded"
    brought, told = _brought(team, job), _job(team, job)
    assert len(brought) == told["credits_spent"] == 5
    assert not {lead["company_domain"] for lead in brought} & set(hidden)
    assert told["result"]["hidden"] >= 1
    assert told["credits_released"] == told["credits_held"] - 5


def _delivery(team, *people: Person):
    claim = take(
        request(
            team.workspace_id,
            team.user_id,
            Wish("generate_leads", "bulk", "x", {}, 9, 9, {"email": 1}, sources=(("lusha", False),)),
        ).job_id,
        "test",
    )
    assert claim is not None
    told = as_json([row(person, "lusha", uuid4(), n, True) for n, person in enumerate(people)])

    def deliver() -> dict[str, Any]:
        outcome = one(
            "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, '{email}', 9, 0, '{\"email\": 1}', '{}')",
            (claim.id, claim.attempt, told),
        )
        assert outcome is not None
        return outcome

    return claim, deliver


def _person(domain: str | None = None, company: str = "Firm") -> Person:
    mark = uuid4().hex[:8]
    return Person(
        provider_id=mark,
        first_name="Ann",
        last_name=f"Lee {mark}",
        email=f"{mark}@mail.example",
        company=Employer(company, domain),
    )


def test_companies_are_known_by_subdomain_and_by_name(team) -> None:
    domain, name = f"{uuid4().hex[:8]}.example", f"Only Name {uuid4().hex[:6]}"
    organization(domain)
    hide_companies(team.workspace_id, team.user_id, [Company(domain=domain), Company(name=name.upper())])
    claim, deliver = _delivery(team, _person(f"eu.{domain}"), _person(domain), _person(None, name), _person(None))
    with claim.transaction():
        assert deliver()["delivered"] == 1
    assert sources(team, claim.id)["lusha"]["hidden"] == 3


def test_hiding_and_delivering_at_once_end_as_if_one_came_first(team) -> None:
    for first in ("hide", "deliver"):
        domain = f"{uuid4().hex[:8]}.example"
        claim, deliver = _delivery(team, _person(domain))

        def hide(domain=domain) -> None:
            hide_companies(team.workspace_id, team.user_id, [Company(domain=domain)])

        if first == "deliver":
            with claim.transaction():
                assert deliver()["delivered"] == 1
                other = threading.Thread(target=hide)
                other.start()
                other.join(0.2)
                assert other.is_alive(), "who hides waits for what is being delivered, and finds it"
            other.join(10)
            assert not other.is_alive()
        else:
            hide()
            with claim.transaction():
                assert deliver()["delivered"] == 0
        claim.end("cancelled")
        if first == "hide":
            assert _brought(team, claim.id) == []
            continue
        [lead] = _brought(team, claim.id)
        assert lead["credits"] == 1, "what was delivered before it was hidden stays paid"
        assert count(team.workspace_id, team.user_id, LeadQuery(job_id=claim.id)).number == 0
        claim, deliver = _delivery(team, _person(domain))
        with claim.transaction():
            assert deliver()["delivered"] == 0
        claim.end("cancelled")
