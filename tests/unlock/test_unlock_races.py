"""Unlocking while jobs deliver the same people: nobody waits for ever, and each field is paid once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from uuid import uuid4

from reachly import catalogue, unlock
from reachly.database import as_json, connected, execute, one, scope
from reachly.engine.claim import Claim, take
from reachly.generate.rows import row
from reachly.providers.values import Company, Person
from tests.conftest import Team
from tests.engine.work import ask as ask_job
from tests.generate.finding import rows
from tests.planted import as_owner
from tests.unlock.held import balance, held, lead, sound


def _race(acts: list[Callable[[], object]]) -> None:
    start, wrong = threading.Barrier(len(acts)), list[BaseException]()

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            with connected():
                act()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong


def _deliver(claim: Claim, people: list[Person]) -> None:
    told = as_json([row(person, "lusha", uuid4(), at, True) for at, person in enumerate(people)])
    with claim.transaction():
        one(
            "SELECT * FROM deliver_page(%s, %s, 'lusha', %s::jsonb, '{email}', %s, 0, %s::jsonb, '{}'::jsonb)",
            (claim.id, claim.attempt, told, len(people), as_json({"email": 1})),
        )


def _racers() -> list[Person]:
    mark = f"race{uuid4().hex[:8]}"
    return [
        Person(
            provider_id=f"{mark}-{n}",
            first_name="Ada",
            last_name=f"Racer {mark} {n}",
            linkedin_url=f"https://www.linkedin.com/in/{mark}-{n}",
            company=Company("Race Works", f"{mark}.example", "Software", "51-200"),
            email=f"racer{n}@{mark}.example",
        )
        for n in range(8)
    ]


def _claimed(team: Team) -> Claim:
    claim = take(ask_job(team, hold=8, total=8, prices={"email": 1}, sources=(("lusha", False),)).job_id, "racer")
    assert claim is not None
    return claim


def _deliver_and_unlock(team: Team, other: Team) -> None:
    """Everybody is in the catalogue, by another workspace's job, and a locked lead here; then all come at once."""
    people, first, second = _racers(), _claimed(team), _claimed(team)
    _deliver(_claimed(other), people)
    contacts = [each["contact_id"] for each in rows(other, "SELECT contact_id FROM leads")]
    catalogue.keep(team.workspace_id, team.user_id, contacts)
    asks = [
        partial(unlock.ask, team.workspace_id, team.user_id, contacts[part::2][::way], ["email"])
        for part in (0, 1)
        for way in (1, -1)
    ]
    _race([*asks, partial(_deliver, first, people), partial(_deliver, second, people[::-1])])
    for claim in (first, second):
        claim.end("succeeded")


def test_a_page_of_results_and_unlocks_of_the_same_people_pay_once(make_team) -> None:
    team: Team = make_team(400)
    for _ in range(4):
        _deliver_and_unlock(team, make_team(20))
    paid = rows(team, "SELECT sum(credits) AS credits, count(*) AS fields FROM unlocks")[0]
    assert (paid["fields"], paid["credits"]) == (32, 32)
    assert balance(team) == balance(team) | {"available": 500 - 32, "held": 0, "spent": 32}
    assert sound(team) == []


def test_saving_the_same_people_at_once_makes_each_a_lead_once(team: Team) -> None:
    contacts = [held() for _ in range(12)]
    added: list[int] = []
    _race(
        [
            lambda way=way: added.append(catalogue.keep(team.workspace_id, team.user_id, contacts[::way]).added)
            for way in (1, -1, 1, -1, 1, -1)
        ]
    )
    assert sum(added) == 12
    with scope(team.workspace_id, team.user_id):
        assert one("SELECT count(*) AS many FROM leads") == {"many": 12}


def _bounce_and_unlock(team: Team) -> None:
    contact = held(phone="+4915112345678")
    lead_id = lead(team, contact)
    unlock.ask(team.workspace_id, team.user_id, [contact], ["email"])
    again = partial(unlock.ask, team.workspace_id, team.user_id, [contact], ["email", "phone"])
    _race([*[partial(unlock.bounced, team.workspace_id, team.user_id, lead_id)] * 3, *[again] * 3])


def test_a_bounce_and_an_unlock_of_one_lead_at_once_leave_the_books_right(team: Team) -> None:
    for _ in range(3):
        _bounce_and_unlock(team)
    assert balance(team)["available"] == 85
    assert sound(team) == []


def test_who_saves_waits_for_who_hides_before_any_row_is_taken(team: Team) -> None:
    contact = held()
    lead_id = lead(team, contact)
    as_owner("UPDATE leads SET deleted_at = now() WHERE id = %s", (lead_id,))
    both = [contact, held()]
    saving = threading.Thread(target=lambda: catalogue.keep(team.workspace_id, team.user_id, both))
    with connected(), scope(team.workspace_id, team.user_id):
        one("SELECT pg_advisory_xact_lock(hashtextextended('hidden:' || %s, 0))", (str(team.workspace_id),))
        saving.start()
        waits = "SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        for _ in range(100):
            time.sleep(0.05)
            if waiter := one(waits):
                break
        assert waiter, "who saves waits for who hides"
        one("SELECT set_config('lock_timeout', '500ms', true)")
        assert execute("UPDATE leads SET updated_at = now() WHERE id = %s", (lead_id,)).rowcount == 1
    saving.join()
