"""How the state before each act is made."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import redis

from bench.crashpoints import recovery
from bench.crashpoints.arena import PATIENCE
from bench.crashpoints.people import Team, as_owner, join
from jobs.actors import KINDS
from reachly.engine.claim import take
from reachly.engine.outcomes import Succeeded
from reachly.engine.run import run
from reachly.oversight import as_admin
from reachly.settings import settings

FEW = {"industries": ["Software"], "seniorities": ["c_level", "vp", "director"], "locations": ["Germany", "France"]}
"""People of two small pages at either provider, some of them known to both."""
GENERATE = "/api/leads/generate"
UNLOCK = "/api/leads/unlock"


@dataclass(slots=True)
class Stage:
    """A prepared state: whose, what the act is told, and what is remembered for afterwards."""

    team: Team
    arguments: dict[str, Any]
    kept: dict[str, Any] = field(default_factory=dict)


def wanted(limit: int = 25, *sources: str) -> dict[str, Any]:
    """The body of a request for leads."""
    return {"filters": FEW, "limit": limit, "sources": list(sources or ("lusha", "clay")), "reveal": ["email"]}


def asked(team: Team, body: dict[str, Any] | None = None, key: str | None = None, path: str = GENERATE) -> str:
    """Ask for a job without any disturbance; its id."""
    answer = team.post(path, body or wanted(), key)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    return answer.get_json()["job"]["id"]


def to_request(body: dict[str, Any], path: str = GENERATE, first: bool = False) -> Callable[[str], Stage]:
    """Somebody who is about to ask, or who asked already and does it again with the same key."""

    def prepare(sandbox: str) -> Stage:
        team = join(sandbox)
        key = uuid4().hex
        if first:
            asked(team, body, key, path)
        return Stage(team, {"team": team.told(), "path": path, "body": body, "key": key})

    return prepare


def to_cancel(make: Callable[[Team, str], None]) -> Callable[[str], Stage]:
    """Somebody with a job that ``make`` brought somewhere, about to cancel it."""

    def prepare(sandbox: str) -> Stage:
        team = join(sandbox)
        job_id = asked(team, wanted(25, "lusha"))
        make(team, job_id)
        return Stage(team, {"team": team.told(), "path": f"/api/jobs/{job_id}/cancel"})

    return prepare


def waiting(team: Team, job_id: str) -> None:
    """As far as a provider that has no time for it for an hour."""
    team.play(faults=[{"kind": "429", "operation": "lusha.enrich", "after": 1, "retry_after": 3600}])
    assert run(job_id, KINDS, "before") == "waiting"


def running(team: Team, job_id: str) -> None:
    """Some steps far, and in the hands of a worker."""
    looks = iter((False, False, False))
    run(job_id, KINDS, "before", lambda: next(looks, True))
    assert take(job_id, "before") is not None


def to_work(
    body: dict[str, Any], begin: Callable[[Team, str], None] = lambda *_: None, **faults: Any
) -> Callable[[str], Stage]:
    """A job that ``begin`` brought somewhere, about to be worked on while a provider plays ``faults``."""

    def prepare(sandbox: str) -> Stage:
        team = join(sandbox)
        job_id = asked(team, body)
        if faults:
            team.play(**faults)
        begin(team, job_id)
        return Stage(team, {"team": team.told(), "job_id": job_id})

    return prepare


def pending(team: Team, job_id: str) -> None:
    """As far as the wait for what a provider works on, and the wait is over."""
    assert run(job_id, KINDS, "before") == "waiting"
    time.sleep(PATIENCE[0])


def found_all(team: Team, job_id: str) -> None:
    """Everybody there is was found, which is fewer than wanted, and the worker died before it could say so."""
    claim = take(job_id, "before")
    assert claim is not None
    while not isinstance(KINDS[claim.kind](claim), Succeeded):
        continue
    recovery.time_passes(team)


def poison(team: Team, job_id: str) -> None:
    """It stopped five workers, and got no further between them."""
    running(team, job_id)
    team.rows("UPDATE jobs SET crashes = 5, crashed_done = progress_done WHERE id = %s RETURNING id", job_id)
    recovery.time_passes(team)


def to_send(sandbox: str) -> Stage:
    """A job that was never sent, one whose wait is over, and one whose worker died."""
    team = join(sandbox)
    asked(team, wanted(5, "lusha"))
    due, dead = (asked(team, wanted(5, "lusha")) for _ in range(2))
    claim = take(due, "before")
    assert claim is not None
    assert take(dead, "before") is not None
    team.rows(
        "UPDATE jobs SET status = 'waiting', wake_at = clock_timestamp(), lease_until = NULL"
        " WHERE id = %s RETURNING id",
        due,
    )
    recovery.time_passes(team)
    return Stage(team, {})


def stopped(sandbox: str) -> Stage:
    """A job that was cancelled midway, about to be started again."""
    team = join(sandbox)
    job_id = asked(team, wanted(25, "lusha"))
    running(team, job_id)
    assert team.post(f"/api/jobs/{job_id}/cancel").status_code == 202
    recovery.until_quiet(team)
    return Stage(team, {"team": team.told(), "path": f"/api/jobs/{job_id}/retry"})


def _with_leads(team: Team) -> None:
    asked(team, wanted(25, "lusha"))
    assert recovery.until_quiet(team)


def exporting(sandbox: str) -> Stage:
    """An export of some leads, about to be worked on."""
    team = join(sandbox)
    _with_leads(team)
    job_id = asked(team, {"format": "csv"}, None, "/api/leads/export")
    return Stage(team, {"team": team.told(), "job_id": job_id})


def _locked(sandbox: str) -> Team:
    """Somebody whose leads' phones are nowhere but at providers."""
    team = join(sandbox)
    asked(team, wanted(8, "lusha"))
    assert recovery.until_quiet(team)
    as_owner(
        "UPDATE contacts SET phone = NULL WHERE id IN (SELECT contact_id FROM leads WHERE workspace_id = %s)",
        team.workspace_id,
    )
    return team


def to_unlock(sandbox: str) -> Stage:
    """Somebody about to ask for the phones of their leads."""
    team = _locked(sandbox)
    told = {"team": team.told(), "path": UNLOCK, "body": {"fields": ["phone"]}, "key": uuid4().hex}
    return Stage(team, told)


def unlocking(sandbox: str) -> Stage:
    """A job for phones, about to be worked on while a provider fails once."""
    team = _locked(sandbox)
    job_id = asked(team, {"fields": ["phone"]}, None, UNLOCK)
    team.play(faults=[{"kind": "5xx", "operation": "lusha.enrich"}])
    return Stage(team, {"team": team.told(), "job_id": job_id})


def alike(sandbox: str) -> Stage:
    """An operator with leads of two people, both paid for, about to say that they are one."""
    team = join(sandbox)
    asked(team, wanted(5, "lusha"))
    assert recovery.until_quiet(team)
    as_owner("UPDATE users SET role = 'admin' WHERE id = %s", team.user_id)
    kept, gone = (str(row["contact_id"]) for row in team.rows("SELECT contact_id FROM leads ORDER BY email LIMIT 2"))
    return Stage(team, {"team": team.told(), "kept": kept, "gone": gone})


def merged(sandbox: str) -> Stage:
    """An operator who said so, about to take it back."""
    stage = alike(sandbox)
    kept, gone = (UUID(stage.arguments[name]) for name in ("kept", "gone"))
    done = as_admin(stage.team.workspace_id, stage.team.user_id).merge("contact", kept, gone)
    assert done.outcome == "done", done.outcome
    stage.arguments["merge_id"] = str(done.id)
    return stage


def expired(sandbox: str) -> Stage:
    """A file whose time has come."""
    stage = exporting(sandbox)
    assert recovery.until_quiet(stage.team)
    as_owner("UPDATE exports SET expires_at = now() WHERE workspace_id = %s", stage.team.workspace_id)
    return Stage(stage.team, {})


def old(sandbox: str) -> Stage:
    """A job that ended three months ago, with its answers and its key."""
    team = join(sandbox)
    asked(team, wanted(5, "lusha"), uuid4().hex)
    assert recovery.until_quiet(team)
    as_owner(
        "UPDATE jobs SET finished_at = now() - interval '90 days', created_at = now() - interval '91 days'"
        " WHERE workspace_id = %s",
        team.workspace_id,
    )
    return Stage(team, {})


def queued(sandbox: str) -> Stage:
    """Two jobs whose messages lie in the queue."""
    redis.Redis.from_url(settings().redis_at(0)).flushdb()
    team = join(sandbox)
    for _ in range(2):
        asked(team, wanted(5, "lusha"))
    return Stage(team, {"team": team.told(), "jobs": 2})
