"""Filters of a contact search, each beside what it means in plain words about one person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reachly.sandbox.lusha.vocabulary import SENIORITY_IDS
from reachly.sandbox.world import World
from reachly.sandbox.world import columns as c
from reachly.sandbox.world.people import Person
from reachly.sandbox.world.text import fold, says

Fits = Callable[[World, Person], bool]


def people(**criteria: Any) -> dict[str, Any]:
    return {"contacts": {"include": criteria}}


def firms(**criteria: Any) -> dict[str, Any]:
    return {"companies": {"include": criteria}}


def _emails(world: World, person: Person) -> int:
    return world.columns.emails[person.index]


def _phones(world: World, person: Person) -> int:
    return world.columns.phones[person.index]


def _called(person: Person, *parts: str) -> bool:
    names = f"{person.full_name} {' '.join(person.latin)}"
    return all(says(names, part) for part in parts)


CASES: list[tuple[str, dict[str, Any], Fits]] = [
    ("nothing", {}, lambda w, p: True),
    (
        "title",
        people(jobTitles=["sales manager", "head marketing"]),
        lambda w, p: says(p.title, "sales manager") or says(p.title, "head marketing"),
    ),
    (
        "exact title",
        people(jobTitlesExactMatch=["chief technology officer"]),
        lambda w, p: p.title == "Chief Technology Officer",
    ),
    ("title as stored", people(normalizedJobTitles=["data scientist"]), lambda w, p: says(p.title, "data scientist")),
    ("country", people(countries=["DE", "fr"]), lambda w, p: p.country.code in ("DE", "FR")),
    ("city", people(locations=[{"city": "berlin"}]), lambda w, p: p.city.name == "Berlin"),
    (
        "state and country",
        people(locations=[{"state": "Texas", "country": "United States"}]),
        lambda w, p: p.city.state == "Texas",
    ),
    ("accents", people(locations=[{"city": "Sao Paulo"}]), lambda w, p: p.city.name == "São Paulo"),
    ("continent", people(locations=[{"continent": "Oceania"}]), lambda w, p: p.country.continent == "Oceania"),
    ("a city elsewhere", people(locations=[{"city": "Berlin", "country": "France"}]), lambda w, p: False),
    ("seniority", people(seniorityIds=[6, 9]), lambda w, p: SENIORITY_IDS[p.seniority] in (6, 9)),
    ("department", people(departments=["Human Resources"]), lambda w, p: p.department == "Human Resources"),
    (
        "work e-mail",
        people(existingDataPoints=["work_email"]),
        lambda w, p: _emails(w, p) in (c.WORK, c.WORK_AND_PRIVATE),
    ),
    (
        "either datum",
        people(existingDataPoints=["private_email", "mobile_phone"]),
        lambda w, p: (
            _emails(w, p) in (c.PRIVATE, c.WORK_AND_PRIVATE) or _phones(w, p) in (c.MOBILE, c.MOBILE_AND_DIRECT)
        ),
    ),
    (
        "both data",
        people(existingDataPoints=["email", "direct_phone"], existingDataPointsCondition="and"),
        lambda w, p: _emails(w, p) != c.NONE and _phones(w, p) in (c.DIRECT, c.MOBILE_AND_DIRECT),
    ),
    (
        "may be called",
        people(existingDataPoints=["no_dnc_phone"]),
        lambda w, p: _phones(w, p) != c.NONE and not w.columns.do_not_call[p.index],
    ),
    (
        "name",
        people(names=["jose garcia", "Müller"]),
        lambda w, p: _called(p, "jose", "garcia") or _called(p, "muller"),
    ),
    (
        "text",
        people(searchText="procurement nordlicht"),
        lambda w, p: says(
            f"{p.title} {p.full_name} {' '.join(p.latin)} {p.organization.name}", "procurement nordlicht"
        ),
    ),
    ("skill", people(skills=["gdpr"]), lambda w, p: "gdpr" in p.skills),
    (
        "former title",
        people(previousJobTitle=["recruiter"]),
        lambda w, p: p.former is not None and says(p.former[1], "recruiter"),
    ),
    (
        "changed job",
        {**people(jobChangedAfterDate="2026-01-01"), **firms(mainIndustriesIds=[26])},
        lambda w, p: p.since >= "2026-01-01" and p.organization.industry.name == "Software",
    ),
    ("unknown word", people(departments=["Engineering"]), lambda w, p: False),
    ("no data", people(certifications=["CFA"]), lambda w, p: False),
    ("company name", firms(names=["nordlicht"]), lambda w, p: "nordlicht" in fold(p.organization.name)),
    (
        "domain",
        firms(domains=["https://www.nordlicht-bank.example/about"]),
        lambda w, p: p.organization.domain == "nordlicht-bank.example",
    ),
    ("company city", firms(locations=[{"city": "Vienna"}]), lambda w, p: p.organization.city.name == "Vienna"),
    (
        "size",
        firms(sizes=[{"min": 51, "max": 200}, {"min": 10001}]),
        lambda w, p: 51 <= p.organization.headcount <= 200 or p.organization.headcount >= 10001,
    ),
    ("revenue", firms(revenues=[{"min": 1, "max": 1_000_000}]), lambda w, p: p.organization.revenue == 0),
    (
        "industry label",
        firms(industriesLabels=["Banking", "SaaS"]),
        lambda w, p: p.organization.industry.name == "Banking" or p.organization.branch_name == "SaaS",
    ),
    ("main industry", firms(mainIndustriesIds=[3]), lambda w, p: p.organization.industry.name == "Automotive"),
    ("branch", firms(subIndustriesIds=[2602]), lambda w, p: p.organization.branch_name == "Cyber Security"),
    (
        "keyword",
        firms(keywords=["solar"]),
        lambda w, p: any("solar" in fold(text) for text in (*p.organization.keywords, p.organization.description)),
    ),
    ("exact keyword", firms(exactKeywords=["wind"]), lambda w, p: "wind" in p.organization.keywords),
    (
        "one technology",
        firms(technologies=["Python", "React"]),
        lambda w, p: bool({"Python", "React"} & set(p.organization.technologies)),
    ),
    (
        "all technologies",
        firms(technologies=["Python", "React"], technologiesCondition="and"),
        lambda w, p: {"Python", "React"} <= set(p.organization.technologies),
    ),
    ("founded", firms(foundedYear=[{"min": 2020}]), lambda w, p: p.organization.founded >= 2020),
    ("business model", firms(businessModel=["B2G"]), lambda w, p: "B2G" in p.organization.models),
    ("company type", firms(companyType=["Non Profit"]), lambda w, p: p.organization.type == "Non Profit"),
    ("sic", firms(sicCodes=["7372"]), lambda w, p: p.organization.industry.name == "Software"),
    (
        "former company",
        firms(previousCompanyDomains=["nordlicht-bank.example"]),
        lambda w, p: p.former is not None and p.former[0].domain == "nordlicht-bank.example",
    ),
    (
        "without",
        {
            "contacts": {
                "include": {"countries": ["DE"]},
                "exclude": {"departments": ["Sales"], "seniorityIds": [2, 3]},
            },
            "companies": {"exclude": {"mainIndustriesIds": [26], "domains": ["nordlicht-bank.example"]}},
        },
        lambda w, p: (
            p.country.code == "DE"
            and p.department != "Sales"
            and SENIORITY_IDS[p.seniority] not in (2, 3)
            and p.organization.industry.name != "Software"
            and p.organization.domain != "nordlicht-bank.example"
        ),
    ),
    (
        "both sides",
        {
            **people(departments=["Sales"], countries=["US"]),
            **firms(industriesLabels=["Software"], sizes=[{"min": 11, "max": 50}]),
        },
        lambda w, p: (
            p.department == "Sales"
            and p.country.code == "US"
            and p.organization.industry.name == "Software"
            and 11 <= p.organization.headcount <= 50
        ),
    ),
    (
        "empty lists",
        {"contacts": {"include": {"departments": [], "countries": ["NZ"]}, "exclude": {"names": []}}},
        lambda w, p: p.country.code == "NZ",
    ),
]
