"""Pages of the same people stored at the same time: each person once, each field paid once, nobody waits for ever."""

from __future__ import annotations

import threading
import time
from uuid import UUID, uuid4

from reachly.database import as_json, connected, one, scope
from reachly.engine.claim import Claim, take
from reachly.generate.rows import row
from reachly.lists.row import in_turn
from reachly.providers.values import Company, Person
from reachly.settings import settings
from tests.conftest import Team
from tests.engine.work import ask, balances, job
from tests.generate import finding
from tests.generate.finding import rows
from tests.lists.kept import filled, order
from tests.planted import as_owner


def _people(mark: str, count: int) -> list[Person]:
    company = Company("Race Works", f"{mark}.example", "Software", "51-200")
    return [
        Person(
            provider_id=f"{mark}-{number}",
            first_name="Ada",
            last_name=f"Racer {mark} {number}",
            linkedin_url=f"https://www.linkedin.com/in/{mark}-{number}",
            company=company,
            email=f"racer{number}@{mark}.example",
        )
        for number in range(count)
    ]


def _claimed(team: Team, total: int) -> Claim:
    asked = ask(team, hold=total, total=total, prices={"email": 1}, sources=(("lusha", False),))
    claim = take(asked.job_id, "racer")
    assert claim is not None
    return claim


def _deliver(claim: Claim, people: list[Person]) -> dict:
    told = as_json([row(person, "lusha", uuid4(), at, True) for at, person in enumerate(people)])
    with connected(), claim.transaction():
        outcome = one(
            "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, %s, %s, 0, %s::jsonb, '{}'::jsonb)",
            (claim.id, claim.attempt, told, ["email"], len(people), as_json({"email": 1})),
        )
    assert outcome is not None
    return outcome


def _race(work: list[tuple[Claim, list[Person]]]) -> list[dict]:
    start = threading.Barrier(len(work))
    outcomes: list[dict] = []
    wrong: list[BaseException] = []

    def run(claim: Claim, people: list[Person]) -> None:
        start.wait()
        try:
            outcomes.append(_deliver(claim, people))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=one_of) for one_of in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    return outcomes


def test_two_jobs_of_one_workspace_deliver_each_person_once_between_them(make_team, monkeypatch) -> None:
    monkeypatch.setattr(settings(), "workspace_running_interactive", 4)
    for _ in range(5):
        team = make_team(1000)
        people = _people(uuid4().hex[:10], 120)
        claims = [_claimed(team, 200) for _ in range(4)]
        outcomes = _race([(claim, people if at % 2 else people[::-1]) for at, claim in enumerate(claims)])
        assert sum(outcome["delivered"] for outcome in outcomes) == 120
        assert sum(outcome["owned"] for outcome in outcomes) == 360
        assert len(rows(team, "SELECT id FROM leads")) == 120
        assert balances(team)["spent"] == 120
        assert sum(job(team, claim.id)["progress_done"] for claim in claims) == 120


def test_workspaces_that_meet_the_same_people_in_other_order_share_them(make_team) -> None:
    for _ in range(5):
        teams = [make_team(1000) for _ in range(4)]
        people = _people(uuid4().hex[:10], 80)
        _race([(_claimed(team, 100), people if at % 2 else people[::-1]) for at, team in enumerate(teams)])
        seen: list[set[UUID]] = [
            {lead["contact_id"] for lead in rows(team, "SELECT contact_id FROM leads")} for team in teams
        ]
        assert all(contacts == seen[0] for contacts in seen)
        assert len(seen[0]) == 80
        assert all(balances(team)["spent"] == 80 for team in teams)


def test_a_page_for_a_list_waits_for_its_turn_before_it_takes_anybodys_row(team: Team, outside) -> None:
    made, _ = filled(team, 1)
    job_id = finding.find(team, 3)
    as_owner("UPDATE jobs SET params = params || jsonb_build_object('list_id', %s::text) WHERE id = %s", (made, job_id))
    ended: list[str] = []

    def work() -> None:
        with connected():
            ended.append(finding.work(job_id))

    worker = threading.Thread(target=work)
    with connected(), scope(team.workspace_id, team.user_id):
        in_turn(made)
        worker.start()
        waits = (
            "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        for _ in range(200):
            time.sleep(0.05)
            if waiter := one(waits):
                break
        assert waiter, "the page waits for whoever puts leads onto the list"
        taken = (
            "SELECT count(*) AS n FROM pg_locks"
            " WHERE pid = %s AND relation = 'contacts'::regclass AND mode LIKE 'Row%%'"
        )
        assert one(taken, (waiter["pid"],)) == {"n": 0}
    worker.join()
    assert ended == ["succeeded"]
    assert len(order(team, made)) == 4
