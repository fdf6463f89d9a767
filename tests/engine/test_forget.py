"""What jobs no longer need goes, and what people rely on stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from reachly import database
from reachly.database import as_json, owner_database, scope
from reachly.engine.forget import forget
from reachly.engine.stop import cancel
from reachly.settings import settings
from tests.conftest import Team
from tests.engine.work import ask, job
from tests.generate.finding import find, rows, work

LONG_AGO = timedelta(days=31)


def _age(job_id: UUID, by: timedelta) -> None:
    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql(
            "UPDATE jobs SET created_at = created_at - %s, finished_at = finished_at - %s WHERE id = %s",
            (by, by, job_id),
        )


def _calls(team: Team, job_id: UUID) -> list[dict[str, Any]]:
    return rows(team, "SELECT id, status, request, body FROM provider_calls WHERE job_id = %s", job_id)


def test_answers_of_a_job_that_ended_long_ago_are_emptied_and_its_leads_stay(team, outside) -> None:
    job_id = find(team, 5)
    assert work(job_id) == "succeeded"
    leads = rows(team, "SELECT id, email, provenance FROM leads ORDER BY id")
    assert all(call["body"] for call in _calls(team, job_id) if call["status"] == "answered")
    _age(job_id, LONG_AGO)
    forget()
    calls = _calls(team, job_id)
    assert calls
    assert [(call["request"], call["body"]) for call in calls] == [({}, None)] * len(calls)
    assert rows(team, "SELECT id, email, provenance FROM leads ORDER BY id") == leads
    assert leads[0]["provenance"]["email"]["call"] in {str(call["id"]) for call in calls}


def test_young_and_open_jobs_keep_their_answers(team, outside) -> None:
    young = find(team, 5)
    assert work(young) == "succeeded"
    still_open = ask(team).job_id
    with scope(team.workspace_id, team.user_id):
        database.execute(
            "INSERT INTO provider_calls (workspace_id, job_id, step, provider, operation, repeat, body)"
            " VALUES (%s, %s, 's', 'lusha', 'search', 'free', 'kept')",
            (team.workspace_id, still_open),
        )
    _age(young, timedelta(days=29))
    _age(still_open, LONG_AGO)
    forget()
    assert any(call["body"] for call in _calls(team, young))
    assert [bytes(call["body"]) for call in _calls(team, still_open)] == [b"kept"]


def test_what_a_stopped_job_waited_for_goes_with_its_answers_and_the_rest_of_its_state_stays(team) -> None:
    job_id = ask(team).job_id
    state = {"sources": {"lusha": {"pages": 2, "pending": {"token": {"came": [{"id": "1"}]}}}}}
    cancel(team.workspace_id, team.user_id, job_id)
    with scope(team.workspace_id, team.user_id):
        database.execute("UPDATE jobs SET checkpoint = %s::jsonb WHERE id = %s", (as_json(state), job_id))
    forget()
    assert job(team, job_id)["checkpoint"] == state
    _age(job_id, LONG_AGO)
    forget()
    assert job(team, job_id)["checkpoint"] == {"sources": {"lusha": {"pages": 2}}}


def test_results_of_a_table_go_with_the_job_they_came_for(team) -> None:
    job_id = ask(team).job_id
    with scope(team.workspace_id, team.user_id):
        database.execute(
            "INSERT INTO callbacks (workspace_id, job_id, run, item, body) VALUES (%s, %s, 'r', 'i', '{}')",
            (team.workspace_id, job_id),
        )
    cancel(team.workspace_id, team.user_id, job_id)
    forget()
    assert len(rows(team, "SELECT run FROM callbacks WHERE job_id = %s", job_id)) == 1
    _age(job_id, LONG_AGO)
    forget()
    assert rows(team, "SELECT run FROM callbacks WHERE job_id = %s", job_id) == []


def test_a_key_is_free_again_after_its_time_but_not_that_of_a_retry(team) -> None:
    old, young, retried = ask(team, "api:old").job_id, ask(team, "api:young").job_id, ask(team, "retry:it").job_id
    for job_id in (old, retried):
        _age(job_id, timedelta(hours=settings().idempotency_hours, minutes=1))
    forget()
    assert [job(team, each)["idempotency_key"] for each in (old, young, retried)] == [None, "api:young", "retry:it"]
    assert ask(team, "api:old").job_id != old
    assert ask(team, "api:young").job_id == young
    assert ask(team, "retry:it").job_id == retried


def test_one_round_forgets_all_that_is_due_however_much_came(team) -> None:
    keys = [ask(team, f"api:{number}").job_id for number in range(5)]
    for job_id in keys:
        _age(job_id, timedelta(hours=settings().idempotency_hours, minutes=1))
    owner = owner_database(settings())
    with owner.connection_context():
        owner.execute_sql(
            "INSERT INTO answers (workspace_id, key, digest, created_at)"
            " SELECT %s, 'old:' || n, 'x', now() - interval '2 days' FROM generate_series(1, 7) n",
            (team.workspace_id,),
        )
    forget(most=2)
    assert [job(team, each)["idempotency_key"] for each in keys] == [None] * 5
    assert rows(team, "SELECT key FROM answers WHERE key LIKE 'old:%%'") == []
