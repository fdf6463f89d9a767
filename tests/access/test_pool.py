"""Many at once on few connections: whatever a transaction before did, however it ended, nobody reads another's rows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random

import peewee

from reachly import database
from reachly.database import connected, scope, scoped, transaction
from tests.conftest import Team, new_team
from tests.planted import people, plant

THREADS = 12
MINE = (
    "SELECT DISTINCT workspace_id FROM leads UNION SELECT workspace_id FROM accounts"
    " UNION SELECT workspace_id FROM memberships UNION SELECT id FROM workspaces"
)


class Broke(Exception):
    """What somebody's request raises in the middle."""


def _one(teams: list[Team], draw: Random) -> list[str]:
    """A request as any is: reads, writes, breaks off, asks nonsense; what it saw that it should not have."""
    team, other = draw.sample(teams, 2)
    wrong: list[str] = []

    def look(whose: Team, how: str) -> None:
        seen = {row["workspace_id"] for row in database.rows(MINE)}
        if seen != {whose.workspace_id}:
            wrong.append(f"{how}: {whose.workspace_id} saw {seen}")

    kind = draw.choice(("read", "break", "nonsense", "other within", "one message", "nobody"))
    if kind == "one message":
        row = scoped(team.workspace_id, team.user_id, "SELECT array_agg(DISTINCT workspace_id) AS seen FROM leads")
        if row is None or set(row["seen"]) != {team.workspace_id}:
            wrong.append(f"{kind}: {row}")
        return wrong
    if kind == "nobody":
        with transaction():
            if seen := database.rows(MINE):
                wrong.append(f"{kind}: {seen}")
        return wrong
    with suppress(Broke, peewee.PeeweeException), connected():
        with scope(team.workspace_id, team.user_id):
            look(team, kind)
            if kind == "break":
                raise Broke
            if kind == "nonsense":
                database.execute("SELECT 1/0")
            if kind == "other within":
                with suppress(Broke), scope(other.workspace_id, other.user_id):
                    look(other, kind)
                    if draw.random() < 0.5:
                        raise Broke
                look(team, f"after {kind}")
        if seen := database.rows(MINE):
            wrong.append(f"after {kind}: {seen}")
    return wrong


def test_no_connection_carries_a_scope_over_to_whoever_has_it_next(many: int) -> None:
    teams = [new_team() for _ in range(6)]
    for team in teams:
        plant(team, *people(2))
    each = many * 10 // THREADS + 1

    def work(seed: int) -> list[str]:
        draw = Random(seed)
        return [told for _ in range(each) for told in _one(teams, draw)]

    with ThreadPoolExecutor(THREADS) as threads:
        found = [told for said in threads.map(work, range(THREADS)) for told in said]
    assert found == []
