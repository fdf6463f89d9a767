"""Merges and splits of the catalogue while workspaces find, unlock, save and import the very people and companies."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from uuid import UUID, uuid4

import pytest

from reachly import catalogue, unlock
from reachly.database import connected
from reachly.oversight import Desk
from tests.conftest import Team
from tests.generate.finding import find, rows, work
from tests.imports.made import counts, csv_of, imported
from tests.oversight.alike import breaches, organization, save, seen
from tests.planted import as_owner
from tests.storing import store_in
from tests.unlock.held import balance, held

# People whom no other test finds, and so no other workspace has merged.
LOGISTICS = {"industries": ["Logistics"], "seniorities": ["manager"]}
ROUNDS = 8


def not_busy(act: Callable):
    """What comes of an act once nobody is in its way."""
    for _ in range(60):
        done = act()
        if done.outcome != "busy":
            break
    return done


def merged(desk: Desk, kind: str, kept: UUID, gone: UUID):
    """The merge, once nobody is in its way."""
    return not_busy(lambda: desk.merge(kind, kept, gone))


def beside(desk: Desk, kind: str, pair: tuple[UUID, UUID], acts: list[Callable[[], object]]) -> list:
    """Let the acts happen while the two become one and two again and again; gives what came of them. In the end the
    two are one.
    """

    def again_and_again() -> None:
        for _ in range(ROUNDS):
            done = merged(desk, kind, *pair)
            assert done.outcome == "done"
            assert not_busy(lambda done=done: desk.split(done.id)).outcome == "done"

    def one(act: Callable[[], object]) -> object:
        with connected():
            return act()

    with ThreadPoolExecutor(len(acts) + 1) as threads:
        merging, doing = threads.submit(one, again_and_again), [threads.submit(one, act) for act in acts]
        came_to = [each.result() for each in doing]
        merging.result()
    assert merged(desk, kind, *pair).outcome == "done"
    return came_to


def behind_in_sight(team: Team) -> int:
    """How many leads are of somebody who stands behind another: there may be none."""
    found = as_owner(
        "SELECT count(*) FROM leads l JOIN contacts c ON c.id = l.contact_id WHERE l.workspace_id = %s"
        " AND c.merged_into IS NOT NULL AND NOT l.hidden AND l.deleted_at IS NULL",
        (team.workspace_id,),
    )
    return found[0][0]


def paid_once(team: Team) -> None:
    """Each field of each person has one capture, and the books are right."""
    bought = rows(team, "SELECT count(*) AS n FROM transactions WHERE kind = 'capture' GROUP BY contact_id, field")
    assert {row["n"] for row in bought} == {1}
    assert behind_in_sight(team) == 0
    assert breaches(team) == []


def test_jobs_that_find_them_pay_for_each_once(team, desk, outside) -> None:
    assert work(find(team, 2, filters=LOGISTICS)) == "succeeded"
    first, second = [row["contact_id"] for row in seen(team)]
    again = [lambda: [work(find(team, 4, filters=LOGISTICS)) for _ in range(3)]]
    assert beside(desk, "contact", (first, second), again) == [["succeeded"] * 3]
    paid_once(team)


@pytest.mark.parametrize("both", [True, False], ids=["who has both", "who has the one that goes"])
def test_unlocking_either_pays_for_each_once(team, desk, both: bool) -> None:
    pair = (held(name="Anna"), held(name="Anna", phone="+4915112345678"))
    save(team, *pair[0 if both else 1 :])

    def unlocking(contacts: list[UUID], fields: list[str]) -> None:
        for _ in range(ROUNDS):
            unlock.ask(team.workspace_id, team.user_id, contacts, fields)

    ways = product((list(pair), list(pair[::-1])), (["email"], ["email", "phone"]))
    beside(desk, "contact", pair, [lambda way=way: unlocking(*way) for way in ways])
    spent = rows(team, "SELECT coalesce(sum(credits), 0)::int AS n FROM unlocks")[0]["n"]
    assert balance(team) == balance(team) | {"held": 0, "spent": spent, "available": 100 - spent}
    assert spent
    paid_once(team)
    [lead] = seen(team)
    assert lead["contact_id"] == pair[0]
    assert lead["email"]


def test_saving_either_makes_one_lead(team, other_team, desk) -> None:
    pair = (held(name="Anna"), held(name="Anna"))

    def saving(team: Team, contacts: list[UUID]) -> None:
        for _ in range(ROUNDS):
            catalogue.keep(team.workspace_id, team.user_id, contacts)

    told = product((team, other_team), (list(pair), [pair[1]]))
    beside(desk, "contact", pair, [lambda each=each: saving(*each) for each in told])
    for workspace in (team, other_team):
        assert [row["contact_id"] for row in seen(workspace)] == [pair[0]]
        assert behind_in_sight(workspace) == 0
        assert breaches(workspace) == []


def test_imported_people_work_at_the_company_that_stands_for_both(team, desk, tmp_path, monkeypatch) -> None:
    store_in(tmp_path / "storage", monkeypatch)
    domains = [f"{uuid4().hex}.example" for _ in range(2)]
    kept, gone = (organization("Firm", domain=domain) for domain in domains)

    def importing() -> int:
        done = 0
        for number in range(4):
            lines = [f"First{n},Last{n},p{number}-{n}@{domains[n % 2]},Firm,{domains[n % 2]}," for n in range(20)]
            done += counts(imported(team, csv_of(*lines)))[0]
        return done

    assert beside(desk, "organization", (kept, gone), [importing]) == [80]
    assert as_owner("SELECT count(*) FROM leads WHERE organization_id = %s", (kept,)) == [(80,)]
    for table in ("leads", "contacts"):
        assert as_owner(f"SELECT count(*) FROM {table} WHERE organization_id = %s", (gone,)) == [(0,)]
    assert breaches(team) == []
