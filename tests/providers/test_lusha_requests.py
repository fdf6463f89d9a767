"""What we send to Lusha is what its specification takes, whatever is filtered for."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reachly.filters import FACETS, Filters
from reachly.providers.lusha import Lusha
from reachly.providers.lusha.industries import Industries
from reachly.providers.lusha.requests import page_size, prospecting_filters
from reachly.providers.values import Answer, Person
from reachly.vocabulary import COMPANY_SIZES, COUNTRIES, DEPARTMENTS, INDUSTRIES, SENIORITIES

CATALOGUE = [
    {"main_industry": "Manufacturing", "main_industry_id": 7, "sub_industries": [{"value": "Textiles", "id": 71}]},
    {
        "main_industry": "Technology, Information & Media",
        "main_industry_id": 9,
        "sub_industries": [{"value": "Software Development", "id": 91}, {"value": "Embedded Software", "id": 92}],
    },
]
FREE = st.text(min_size=1, max_size=40)
CHOICES = {
    "company_sizes": st.sampled_from([size.value for size in COMPANY_SIZES]),
    "seniorities": st.sampled_from([option.value for option in SENIORITIES]),
    "departments": st.sampled_from([option.value for option in DEPARTMENTS]),
    "industries": st.sampled_from([option.value for option in INDUSTRIES]) | FREE,
    "locations": st.sampled_from([country.label for country in COUNTRIES] + ["Berlin", "Austin, TX", "Europe"]) | FREE,
}
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        f"{side}{facet}": st.lists(CHOICES.get(facet, FREE), max_size=4)
        for facet in FACETS
        for side in ("", "exclude_")
    },
).map(Filters.of)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS, limit=st.integers(1, 10_000), page=st.none() | st.integers(0, 1000))
def test_every_search_is_within_the_specification(filters, limit, page, lusha_request, played):
    send = played({"values": CATALOGUE, "results": []})
    lusha = Lusha(send)
    lusha.search(filters, None if page is None else {"page": page, "size": 50}, limit)
    lusha.estimate(filters)
    assert [call.operation for call in send.calls if call.operation != "vocabulary"] == ["search", "estimate"]
    for call in send.calls:
        lusha_request(call)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ids=st.lists(st.text(min_size=1, max_size=60), max_size=250, unique=True),
    fields=st.lists(st.sampled_from(["email", "phone"]), min_size=1, max_size=2, unique=True),
)
def test_every_enrichment_is_within_the_specification(ids, fields, lusha_request, played):
    send = played({"results": []})
    Lusha(send).enrich([Person(one) for one in ids], fields)
    for call in send.calls:
        lusha_request(call)
    assert [one for call in send.calls for one in call.json["ids"]] == ids


def test_vocabulary_calls_are_within_the_specification(lusha_request, played):
    send = played({"values": []})
    for kind in ("industries", "departments", "seniorities", "countries", "locations", "company_sizes", "companies"):
        Lusha(send).vocabulary(kind, "berlin")
    assert len(send.calls) == 7
    for call in send.calls:
        lusha_request(call)


def test_facets_become_the_filters_of_the_side_they_belong_to():
    filters = Filters.of(
        {
            "job_titles": ["Head of Sales"],
            "seniorities": ["head", "director", "c_level"],
            "departments": ["Sales"],
            "keywords": ["fintech"],
            "company_sizes": ["51-200", "10001+"],
            "company_domains": ["https://www.Example.com/jobs"],
            "exclude_company_domains": ["competitor.com"],
            "exclude_job_titles": ["Intern"],
        }
    )
    assert prospecting_filters(filters, Industries()) == {
        "contacts": {
            "include": {"jobTitles": ["Head of Sales"], "seniorityIds": [6, 9], "departments": ["Sales"]},
            "exclude": {"jobTitles": ["Intern"]},
        },
        "companies": {
            "include": {
                "domains": ["example.com"],
                "sizes": [{"min": 51, "max": 200}, {"min": 10001}],
                "keywords": ["fintech"],
            },
            "exclude": {"domains": ["competitor.com"]},
        },
    }


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (["Germany", "at"], {"countries": ["DE", "AT"]}),
        (["Germany", "Europe"], {"locations": [{"country": "Germany"}, {"continent": "Europe"}]}),
        (
            ["Berlin, Germany"],
            {"locations": [{"city": "Berlin", "country": "Germany"}, {"state": "Berlin", "country": "Germany"}]},
        ),
        (["Bangladesh"], {"locations": [{"city": "Bangladesh"}, {"state": "Bangladesh"}, {"country": "Bangladesh"}]}),
        (
            ["San Francisco, California, United States"],
            {"locations": [{"city": "San Francisco", "state": "California", "country": "United States"}]},
        ),
        (["Austin, TX"], {"locations": [{"city": "Austin", "state": "Texas", "country": "United States"}]}),
        (
            ["Los Angeles, CA"],
            {
                "locations": [
                    {"city": "Los Angeles", "country": "Canada"},
                    {"state": "Los Angeles", "country": "Canada"},
                    {"city": "Los Angeles", "state": "California", "country": "United States"},
                ]
            },
        ),
        ([" , "], {}),
    ],
)
def test_places_become_countries_or_locations_never_both(written, asked):
    found = prospecting_filters(Filters.of({"locations": written}), Industries())
    assert found.get("contacts", {}).get("include", {}) == asked


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        (["manufacturing"], {"mainIndustriesIds": [7]}),
        (["Textiles", "Software"], {"subIndustriesIds": [71, 91, 92]}),
        (["Manufacturing", "Textiles"], {"industriesLabels": ["Manufacturing", "Textiles"]}),
        (["Beekeeping", "manufacturing"], {"industriesLabels": ["Beekeeping", "Manufacturing"]}),
        ([], {}),
    ],
)
def test_industries_take_the_catalogues_words(names, asked):
    assert Industries(CATALOGUE).criteria(names) == asked


def test_without_a_catalogue_industries_stay_as_they_are(played):
    send = played(Answer(403, {}, b'{"statusCode":403,"message":"plan"}'), {"results": []})
    Lusha(send).search(Filters(industries=("Software",)), None, 10)
    assert send.calls[1].json["filters"] == {"companies": {"include": {"industriesLabels": ["Software"]}}}


@pytest.mark.parametrize(
    ("limit", "most", "size"), [(1, 50, 25), (25, 50, 25), (26, 50, 50), (10_000, 50, 50), (60, 100, 75), (5, 10, 10)]
)
def test_a_page_fills_the_25_rows_that_are_billed_together(limit, most, size):
    assert page_size(limit, most) == size
