"""Whoever is put out sees no more of what they were watching."""

from __future__ import annotations

from typing import Any

from reachly import teams
from tests.conftest import Team
from tests.teams.conftest import at_work, join
from tests.teams.test_roles import looking
from tests.web.browsing import Browser
from tests.web.jobs_made import made, tell
from tests.web.serving import Viewer, cookies, served


def _watch(server: Any, person: Team, job_id: Any) -> Viewer:
    return Viewer(f"{server.url}/jobs/{job_id}/stream", {"cookies": cookies(Browser(person))})


def test_streams_of_whoever_is_put_out_end_and_those_of_others_can_be_had_again(team: Team) -> None:
    bob = join(team)
    job_id = made(team)
    with served() as server:
        mine, theirs = _watch(server, team, job_id), _watch(server, looking(team, bob), job_id)
        for viewer in (mine, theirs):
            viewer.wait(lambda seen: len(seen.told) == 4, 30)
        teams.remove(at_work(team), bob.user_id)
        theirs.wait(lambda seen: seen.ended)
        tell(team, job_id, "more")
        again = _watch(server, team, job_id)
        again.wait(lambda seen: len(seen.told) == 4)
