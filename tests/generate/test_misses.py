"""Whom a source had nothing of is not asked for again for a while, and who must not be contacted never."""

from __future__ import annotations

import json

import pytest

from reachly import provider_keys
from reachly.engine.forget import forget
from reachly.generate.pages import PageRun
from reachly.providers.lusha.readers import person
from reachly.settings import settings
from tests.engine.work import job
from tests.generate.finding import find, rows, work
from tests.planted import as_owner

NARROW = {"industries": ["Software"], "seniorities": ["c_level"], "locations": ["Germany", "France"]}


def asked(team, provider: str = "clay") -> int:
    """How often the provider was asked for somebody's fields."""
    sent = "SELECT count(*)::int AS n FROM provider_calls WHERE provider = %s AND operation = 'enrich'"
    return rows(team, sent, provider)[0]["n"]


def remembered(team) -> int:
    """How many misses are remembered."""
    return as_owner("SELECT count(*)::int FROM misses WHERE workspace_id = %s", (team.workspace_id,))[0][0]


def older(team, days: int) -> None:
    """Its misses are so many days older."""
    by = f"UPDATE misses SET missed_at = missed_at - interval '{days} days' WHERE workspace_id = %s"
    as_owner(by, (team.workspace_id,))


def everybody(team, *sources: str) -> dict:
    """Ask for more than there are, and give the job as it ended."""
    job_id = find(team, 300, *sources, filters=NARROW)
    assert work(job_id, 60) == "succeeded"
    return job(team, job_id)


def test_misses_are_not_asked_for_again_for_thirty_days(make_team, outside) -> None:
    team = make_team(1000)
    first = everybody(team, "clay")
    assert first["result"]["misses"] >= remembered(team) > 0
    before = asked(team)
    again = everybody(team, "clay")
    assert asked(team) == before
    assert (again["progress_done"], again["result"]["misses"]) == (0, remembered(team))
    older(team, 29)
    everybody(team, "clay")
    assert asked(team) == before
    older(team, 2)
    everybody(team, "clay")
    assert asked(team) > before


def test_another_source_and_another_workspace_are_asked(make_team, outside) -> None:
    team, other_team = make_team(1000), make_team(1000)
    everybody(team, "clay")
    everybody(other_team, "clay")
    assert asked(other_team) == asked(team) > 0
    everybody(team, "lusha")
    assert asked(team, "lusha") > 0


def test_with_another_key_all_are_asked_for_again(make_team, outside) -> None:
    team = make_team(1000)
    everybody(team, "clay")
    before, kept = asked(team), remembered(team)
    assert not provider_keys.remove(team.workspace_id, team.user_id, "clay")
    assert remembered(team) == kept > 0, "who removes nothing forgets nothing"
    provider_keys.save(team.workspace_id, team.user_id, "clay", outside.key)
    assert remembered(team) == 0
    everybody(team, "clay")
    assert asked(team) > before
    assert remembered(team) > 0
    provider_keys.remove(team.workspace_id, team.user_id, "clay")
    assert remembered(team) == 0


def test_what_failed_or_was_not_asked_for_is_no_miss(make_team, outside) -> None:
    """Who brings a phone and no address, because there is no function for addresses, may have one."""
    settings().clay_email_routine = None
    team = make_team(5000)
    job_id = find(team, 60, "clay", reveal=("email", "phone"), filters=NARROW)
    work(job_id, 60)
    assert asked(team) > 0
    assert remembered(team) == 0


def test_who_must_not_be_contacted_is_not_asked_for_whoever_asks(team, other_team, outside) -> None:
    assert work(find(other_team, 10, filters=NARROW)) == "succeeded"
    [never, *_] = rows(other_team, "SELECT contact_id, email FROM leads ORDER BY id")
    as_owner("UPDATE contacts SET suppressed = true WHERE id = %s", (never["contact_id"],))
    answers = rows(other_team, "SELECT body FROM provider_calls WHERE operation = 'enrich' AND status = 'answered'")
    people = [one for answer in answers for one in json.loads(bytes(answer["body"]))["results"]]
    [known_as] = [one["id"] for one in people if never["email"] in json.dumps(one)]
    assert work(find(team, 10, filters=NARROW)) == "succeeded"
    calls = rows(team, "SELECT request FROM provider_calls WHERE operation = 'enrich'")
    wanted = {each for call in calls for each in call["request"]["json"]["ids"]}
    assert len(wanted) >= 10
    assert known_as not in wanted
    assert len(rows(team, "SELECT id FROM leads")) == 10
    assert rows(team, "SELECT sum(suppressed)::int AS n FROM job_sources")[0]["n"] >= 1
    as_owner("UPDATE contacts SET suppressed = false WHERE id = %s", (never["contact_id"],))


def test_a_step_that_starts_over_asks_for_the_same_people_and_passes_over_nobody(team, outside, monkeypatch) -> None:
    """Another job bought whom its stored answer is about: they are there already, and the next in turn is asked for."""
    mine = find(team, 2, filters=NARROW)

    def dies(*_: object) -> None:
        raise RuntimeError("between the answer and what is made of it")

    with monkeypatch.context() as broken:
        broken.setattr(PageRun, "_take", dies)
        with pytest.raises(AssertionError):
            work(mine, 1)
    assert work(find(team, 2, filters=NARROW)) == "succeeded"
    as_owner("UPDATE jobs SET wake_at = clock_timestamp() WHERE id = %s", (mine,))
    assert work(mine) == "succeeded"
    assert (job(team, mine)["progress_done"], len(rows(team, "SELECT id FROM leads"))) == (2, 4)
    [page] = rows(team, "SELECT body FROM provider_calls WHERE operation = 'search' AND job_id = %s", mine)
    people = [person(row) for row in json.loads(bytes(page["body"]))["results"]]
    worth = [one.provider_id for one in people if not one.suppressed and (not one.has or "email" in one.has)]
    calls = rows(team, "SELECT request FROM provider_calls WHERE operation = 'enrich' ORDER BY requested_at")
    asked_for = [each for call in calls for each in call["request"]["json"]["ids"]]
    assert set(asked_for) == set(worth[: len(set(asked_for))]), "somebody was passed over"
    seen = [one.provider_id for one in people].index(asked_for[-1]) + 1
    hopeless = [one for one in people[:seen] if one.provider_id not in worth and not one.suppressed]
    assert job(team, mine)["result"]["misses"] == len(hopeless) + remembered(team)


def test_old_misses_are_forgotten(make_team, outside) -> None:
    team = make_team(1000)
    everybody(team, "clay")
    kept = remembered(team) - 1
    old = "UPDATE misses SET missed_at = now() - interval '31 days' WHERE workspace_id = %s AND contact_id ="
    as_owner(f"{old} (SELECT contact_id FROM misses WHERE workspace_id = %s LIMIT 1)", (team.workspace_id,) * 2)
    forget()
    assert remembered(team) == kept
