"""Clay's search: requests within its specification, rows from its samples, a position that only moves forward."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reachly.filters import FACETS, Filters
from reachly.providers.clay import Clay
from reachly.providers.clay.catalogue import Catalogue
from reachly.providers.clay.readers import person, profile_key
from reachly.providers.clay.requests import Impossible, people_filters
from reachly.providers.failures import ContractBroken, NotFound
from reachly.providers.values import Answer, Company
from reachly.vocabulary import COMPANY_SIZES, SENIORITIES

FREE = st.text(min_size=1, max_size=30)
CHOICES = {
    "company_sizes": st.sampled_from([size.value for size in COMPANY_SIZES]),
    "seniorities": st.sampled_from([option.value for option in SENIORITIES]),
}
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        f"{side}{facet}": st.lists(CHOICES.get(facet, FREE), max_size=4)
        for facet in FACETS
        for side in ("", "exclude_")
    },
).map(Filters.of)
NO_CATALOGUE = Answer(404, {}, b'{"message":"Not found"}')


def fields(**allowed: list[str]) -> dict:
    listed = [
        {"name": name, "type": "list", **({"allowed_values": values} if values else {})}
        for name, values in allowed.items()
    ]
    return {"source_type": "people", "fields": listed, "guidance": {"behavior": [], "field_guidance": []}}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters=FILTERS, limit=st.integers(-5, 10_000))
def test_every_search_is_within_the_specification(filters, limit, clay_request, played, contract):
    known = contract("clay.filters.json")["people"]["fields"]
    send = played(NO_CATALOGUE, {"search_id": "srch/1"}, {"data": [], "has_more": False})
    try:
        Clay(send, page_size=500).search(filters, None, limit)
    except ContractBroken:
        assert filters.exclude_departments  # the one thing Clay cannot be asked without its own list
    for call in send.calls:
        clay_request(call)
        if call.operation == "create_search":
            assert set(call.json["filters"]) <= set(known)
            assert all(call.json["filters"].values())


def test_the_documented_sample_goes_from_filters_to_a_person(played, contract):
    sample = contract("clay.samples.json")["constructed"]
    send = played(NO_CATALOGUE, sample["create"]["response"], sample["run"]["response"])
    filters = Filters(job_titles=("growth engineer",), locations=("San Francisco, California, United States",))
    page = Clay(send).search(filters, None, 50)
    assert send.calls[1].json["filters"] == {
        "job_title_keywords": ["growth engineer"],
        "locations": ["San Francisco, California, United States"],
    }
    assert (send.calls[2].path, send.calls[2].json) == ("/search/filters-mode/srch_sim1/run", sample["run"]["request"])
    (found,) = page.people
    assert found.provider_id == "linkedin.com/in/ada-sim"
    assert (found.full_name, found.first_name, found.last_name) == ("Ada Sim", "Ada", "Sim")
    assert (found.title, found.company) == (
        "Growth Engineer",
        Company("Simco", "simco.test", website="https://simco.test"),
    )
    assert (found.city, found.state, found.country) == ("San Francisco", "California", "United States")
    assert (page.cursor, page.total, page.credits) == (None, None, None)


def test_the_documented_query_mode_rows_are_read_as_well(contract):
    row = contract("clay.samples.json")["constructed"]["query_mode_people_run"]["response"]["data"][0]
    found = person(row)
    assert (found.first_name, found.last_name, found.title) == ("Ada", "Sim", "CTO")
    assert (found.city, found.country, found.company.name) == ("Berlin", "Germany", "Simco")
    assert found.provider_id == "ada sim|simco"


@given(
    st.dictionaries(
        st.sampled_from(
            ["name", "url", "structured_location", "domain", "matched_experience", "location", "company_size"]
        ),
        st.none() | st.integers() | st.text(max_size=20) | st.dictionaries(st.text(max_size=5), st.text(max_size=5)),
    )
)
def test_no_shape_of_a_row_breaks_the_reader(row):
    found = person(row)
    assert found is None or found.provider_id


def test_a_profile_has_one_key_however_its_address_is_written():
    written = (
        "https://www.linkedin.com/in/Ada-Sim/",
        "http://de.linkedin.com/in/ada-sim?x=1",
        "linkedin.com/in/ada-sim",
    )
    assert {profile_key(address) for address in written} == {"linkedin.com/in/ada-sim"}


def test_the_next_page_is_asked_of_the_same_search_and_never_repeated_by_itself(played):
    send = played(NO_CATALOGUE, {"search_id": "s1"}, {"data": [{"name": "A B"}], "has_more": True})
    page = Clay(send).search(Filters(), None, 20)
    assert page.cursor == {"search_id": "s1", "page": 1, "restarts": 0}
    again = Clay(send).search(Filters(), page.cursor, 20)
    assert again.cursor["page"] == 2
    assert [call.operation for call in send.calls] == ["vocabulary", "create_search", "search", "search"]
    assert {call.repeat for call in send.calls if call.operation == "search"} == {"never"}


def test_an_expired_search_begins_again_and_at_last_gives_up(played):
    gone = Answer(404, {}, b'{"message":"Search not found"}')
    send = played(gone, NO_CATALOGUE, {"search_id": "s2"}, {"data": [{"name": "A B"}], "has_more": True})
    page = Clay(send).search(Filters(), {"search_id": "s1", "page": 4, "restarts": 0}, 20)
    assert page.cursor == {"search_id": "s2", "page": 1, "restarts": 1}
    with pytest.raises(NotFound):
        Clay(played(gone)).search(Filters(), {"search_id": "s1", "page": 4, "restarts": 3}, 20)


def test_what_is_wanted_and_left_out_at_once_matches_nobody_and_asks_nothing(played):
    filters = Filters(seniorities=("vp",), exclude_seniorities=("vp",))
    send = played(NO_CATALOGUE)
    page = Clay(send).search(filters, None, 20)
    assert (page.people, page.cursor, page.total) == ((), None, 0)
    assert [call.operation for call in send.calls] == ["vocabulary"]
    assert Clay(send).estimate(filters).matches == 0
    assert Clay(send).estimate(Filters()).matches is None


def test_domains_that_clay_cannot_leave_out_are_left_out_here(played):
    rows = [{"name": "A B", "domain": "www.rival.test"}, {"name": "C D", "domain": "good.test"}, {"name": "E F"}]
    send = played(NO_CATALOGUE, {"search_id": "s1"}, {"data": rows, "has_more": False})
    page = Clay(send).search(Filters(exclude_company_domains=("https://Rival.test",)), None, 20)
    assert [one.full_name for one in page.people] == ["C D", "E F"]


def test_values_are_spelled_as_the_workspace_spells_them():
    catalogue = Catalogue(
        fields(company_sizes=["501-1,000 employees", "501-1,000"], job_functions=["Sales", "Marketing", "Legal"])
    )
    assert people_filters(Filters(company_sizes=("501-1000",)), catalogue) == {"company_sizes": ["501-1,000"]}
    left = people_filters(Filters(exclude_departments=("marketing",)), catalogue)
    assert left == {"job_functions": ["Sales", "Legal"]}
    with pytest.raises(ContractBroken, match="no filter for keywords"):
        people_filters(Filters(keywords=("ai",)), catalogue)


def test_words_find_their_like_and_what_clay_lacks_matches_nobody():
    catalogue = Catalogue(
        fields(job_functions=["engineering", "sales"], company_industries_include=["Software Development"])
    )
    found = people_filters(
        Filters(departments=("Engineering & Technical", "Legal"), industries=("Software",)), catalogue
    )
    assert found == {"job_functions": ["engineering"], "company_industries_include": ["Software Development"]}
    with pytest.raises(Impossible):
        people_filters(Filters(departments=("Legal",)), catalogue)
    left = people_filters(Filters(exclude_departments=("Legal", "Sales")), catalogue)
    assert left == {"job_functions": ["engineering"]}
    countries = Catalogue(
        fields(location_countries_include=["Germany"], location_countries_exclude=["Germany"], locations=[])
    )
    assert people_filters(Filters(exclude_locations=("France",)), countries) == {}
    with pytest.raises(Impossible):
        people_filters(Filters(locations=("France",)), countries)


def test_leaving_out_ranks_and_sizes_means_asking_for_all_the_others():
    asked = people_filters(Filters(exclude_seniorities=("vp", "founder"), exclude_company_sizes=("1-10",)), Catalogue())
    ranks = asked["job_title_seniority_levels_v2"]
    assert not {"vp", "founder", "owner"} & set(ranks)
    assert {"c-suite", "director", "unknown", "mid-level"} <= set(ranks)
    assert "11-50" in asked["company_sizes"]
    assert not {"1", "2-10"} & set(asked["company_sizes"])
    with pytest.raises(Impossible):
        people_filters(Filters(company_sizes=("1-10",), exclude_company_sizes=("1-10",)), Catalogue())


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (("Germany", "FR"), {"location_countries_include": ["Germany", "France"]}),
        (("Berlin", "France"), {"locations": ["Berlin", "France"]}),
    ],
)
def test_places_go_into_one_field(written, asked):
    assert people_filters(Filters(locations=written), Catalogue()) == asked


def test_a_search_without_an_id_and_a_refusal_say_so(played):
    with pytest.raises(ContractBroken):
        Clay(played(NO_CATALOGUE, {})).search(Filters(), None, 20)
    assert Clay(played({"user": {"id": "u", "name": None}, "workspace": {"id": "w"}})).account().credits_left is None
