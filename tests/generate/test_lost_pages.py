"""A page of a forward-only search whose answer never came: what is bought again, and what people get."""

from __future__ import annotations

from reachly.settings import settings
from tests.engine.work import balances, events, job
from tests.generate.finding import find, rows, sources, work

CUT = {"kind": "cut", "operation": "clay.run_search", "times": 1}


def told(team, job_id) -> list[str]:
    """The lines of the job's story."""
    return [str(event["data"].get("text")) for event in events(team, job_id)]


def test_the_search_goes_on_behind_a_lost_page_and_buys_none_again(make_team, outside) -> None:
    team = make_team(1000)
    outside.play(faults=[CUT | {"after": 1}])
    job_id = find(team, 60, "clay", filters={"seniorities": ["manager"]})
    assert work(job_id, 60) == "succeeded"
    assert job(team, job_id)["progress_done"] == 60
    assert "A page of Clay was lost" in told(team, job_id)
    assert outside.told()["operations"]["clay.create_search"]["calls"] == 1
    steps = rows(team, "SELECT step FROM provider_calls WHERE job_id = %s AND operation = 'search'", job_id)
    assert len(steps) == len({row["step"] for row in steps})
    assert balances(team)["spent"] == 60


def test_who_was_on_a_lost_page_is_found_by_a_second_search_where_the_rest_is_not_enough(make_team, outside) -> None:
    narrow = {"industries": ["Software"], "seniorities": ["c_level"], "locations": ["Germany"]}
    settings().clay_page_size = 10
    whole, torn = make_team(1000), make_team(1000)
    first = find(whole, 900, "clay", filters=narrow)
    assert work(first, 60) == "succeeded"
    found = job(whole, first)["progress_done"]
    assert found > 10
    outside.play(faults=[CUT | {"after": 1}])
    second = find(torn, 900, "clay", filters=narrow)
    assert work(second, 60) == "succeeded"
    assert job(torn, second)["progress_done"] == found
    assert outside.told()["operations"]["clay.create_search"]["calls"] == 3  # one, and two
    assert sources(torn, second)["clay"]["state"] == "finished"
    assert balances(torn)["spent"] == balances(whole)["spent"]
