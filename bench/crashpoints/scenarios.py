"""What is tried: how the state before the act is made, and what the person's program does after a death."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import redis

from bench.crashpoints import recovery
from bench.crashpoints.arena import PATIENCE, Arena
from bench.crashpoints.people import Team, as_owner, join
from jobs.actors import KINDS
from jobs.broker import send
from reachly.engine.claim import take
from reachly.engine.forget import forget
from reachly.engine.outcomes import Succeeded
from reachly.engine.run import run
from reachly.engine.sweep import sweep
from reachly.export.expire import expire
from reachly.settings import settings

FEW = {"industries": ["Software"], "seniorities": ["c_level", "vp", "director"], "locations": ["Germany", "France"]}
"""People of two small pages at either provider, some of them known to both."""
GENERATE = "/api/leads/generate"
UNLOCK = "/api/leads/unlock"
EVERYTHING = ("postgres", "news", "queue", "storage")


@dataclass(slots=True)
class Stage:
    """A prepared state: whose, what the act is told, and what is remembered for afterwards."""

    team: Team
    arguments: dict[str, Any]
    kept: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing a process does. ``afterwards`` is the rest of the story and tells what is wrong with it, ``ends`` is
    what the last job comes to where nobody dies.
    """

    name: str
    act: str
    prepare: Callable[[str], Stage]
    afterwards: Callable[[Stage, Arena], list[str]]
    channels: tuple[str, ...] = EVERYTHING
    ends: str = "succeeded"


def wanted(limit: int = 25, *sources: str) -> dict[str, Any]:
    """The body of a request for leads."""
    return {"filters": FEW, "limit": limit, "sources": list(sources or ("lusha", "clay")), "reveal": ["email"]}


def asked(team: Team, body: dict[str, Any] | None = None, key: str | None = None, path: str = GENERATE) -> str:
    """Ask for a job without any disturbance; its id."""
    answer = team.post(path, body or wanted(), key)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    return answer.get_json()["job"]["id"]


def quiet(stage: Stage, _: Arena) -> list[str]:
    """The product recovers by itself."""
    return [] if recovery.until_quiet(stage.team) else ["there is still an open job"]


# Requests


def _requested(body: dict[str, Any], path: str = GENERATE, first: bool = False) -> Callable[[str], Stage]:
    def prepare(sandbox: str) -> Stage:
        team = join(sandbox)
        key = uuid4().hex
        if first:
            asked(team, body, key, path)
        return Stage(team, {"team": team.told(), "path": path, "body": body, "key": key})

    return prepare


def _same_again(stage: Stage, arena: Arena) -> list[str]:
    """Whoever got no answer asks again with the same key, before and after the job was worked on."""
    wrong = []
    told = stage.arguments
    ids = set()
    for _ in range(2):
        answer = stage.team.post(told["path"], told["body"], told["key"])
        if answer.status_code != 202:
            return [f"asked again with the same key: {answer.status_code} {answer.get_data(as_text=True)[:200]}"]
        ids.add(answer.get_json()["job"]["id"])
        wrong += quiet(stage, arena)
    return wrong if len(ids) == 1 else [*wrong, "one key has two jobs"]


# Cancelling


def _to_cancel(make: Callable[[Team, str], None]) -> Callable[[str], Stage]:
    def prepare(sandbox: str) -> Stage:
        team = join(sandbox)
        job_id = asked(team, wanted(25, "lusha"))
        make(team, job_id)
        return Stage(team, {"team": team.told(), "path": f"/api/jobs/{job_id}/cancel"})

    return prepare


def _waiting(team: Team, job_id: str) -> None:
    team.play(faults=[{"kind": "429", "operation": "lusha.enrich", "after": 1, "retry_after": 3600}])
    assert run(job_id, KINDS, "before") == "waiting"


def _running(team: Team, job_id: str) -> None:
    looks = iter((False, False, False))
    run(job_id, KINDS, "before", lambda: next(looks, True))
    assert take(job_id, "before") is not None


def _cancelled_again(stage: Stage, arena: Arena) -> list[str]:
    """Whoever got no answer asks again; then it has been cancelled, or is."""
    status = stage.team.post(stage.arguments["path"]).status_code
    wrong = [] if status in (202, 409) else [f"cancelled again: {status}"]
    return wrong + quiet(stage, arena)


# Work


def _work(
    body: dict[str, Any], begin: Callable[[Team, str], None] = lambda *_: None, **faults: Any
) -> Callable[[str], Stage]:
    def prepare(sandbox: str) -> Stage:
        team = join(sandbox)
        job_id = asked(team, body)
        if faults:
            team.play(**faults)
        begin(team, job_id)
        return Stage(team, {"team": team.told(), "job_id": job_id})

    return prepare


def _pending(team: Team, job_id: str) -> None:
    """As far as the wait for what a provider works on, and the wait is over."""
    assert run(job_id, KINDS, "before") == "waiting"
    time.sleep(PATIENCE[0])


def _found_all(team: Team, job_id: str) -> None:
    """Everybody there is was found, which is fewer than wanted, and the worker died before it could say so."""
    claim = take(job_id, "before")
    assert claim is not None
    while not isinstance(KINDS[claim.kind](claim), Succeeded):
        continue
    recovery.time_passes(team)


def _poison(team: Team, job_id: str) -> None:
    """It stopped five workers, and got no further between them."""
    _running(team, job_id)
    team.rows("UPDATE jobs SET crashes = 5, crashed_done = progress_done WHERE id = %s RETURNING id", job_id)
    recovery.time_passes(team)


def _to_send(sandbox: str) -> Stage:
    """A job that was never sent, one whose wait is over, and one whose worker died."""
    team = join(sandbox)
    asked(team, wanted(5, "lusha"))
    waiting, dead = (asked(team, wanted(5, "lusha")) for _ in range(2))
    claim = take(waiting, "before")
    assert claim is not None
    assert take(dead, "before") is not None
    team.rows(
        "UPDATE jobs SET status = 'waiting', wake_at = clock_timestamp(), lease_until = NULL"
        " WHERE id = %s RETURNING id",
        waiting,
    )
    recovery.time_passes(team)
    return Stage(team, {})


# Retry, export, tidying


def _stopped(sandbox: str) -> Stage:
    team = join(sandbox)
    job_id = asked(team, wanted(25, "lusha"))
    _running(team, job_id)
    assert team.post(f"/api/jobs/{job_id}/cancel").status_code == 202
    recovery.until_quiet(team)
    return Stage(team, {"team": team.told(), "path": f"/api/jobs/{job_id}/retry"})


def _retried_again(stage: Stage, arena: Arena) -> list[str]:
    """Whoever got no answer starts it again once more; it is one new job."""
    ids = set()
    for _ in range(2):
        answer = stage.team.post(stage.arguments["path"])
        if answer.status_code != 202:
            return [f"started again: {answer.status_code} {answer.get_data(as_text=True)[:200]}"]
        ids.add(answer.get_json()["job"]["id"])
    return quiet(stage, arena) + ([] if len(ids) == 1 else ["one retry made two jobs"])


def _with_leads(team: Team) -> None:
    asked(team, wanted(25, "lusha"))
    assert recovery.until_quiet(team)


def _export(sandbox: str) -> Stage:
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


def _to_unlock(sandbox: str) -> Stage:
    team = _locked(sandbox)
    told = {"team": team.told(), "path": UNLOCK, "body": {"fields": ["phone"]}, "key": uuid4().hex}
    return Stage(team, told)


def _unlocking(sandbox: str) -> Stage:
    team = _locked(sandbox)
    job_id = asked(team, {"fields": ["phone"]}, None, UNLOCK)
    team.play(faults=[{"kind": "5xx", "operation": "lusha.enrich"}])
    return Stage(team, {"team": team.told(), "job_id": job_id})


def _expired(sandbox: str) -> Stage:
    stage = _export(sandbox)
    assert recovery.until_quiet(stage.team)
    as_owner("UPDATE exports SET expires_at = now() WHERE workspace_id = %s", stage.team.workspace_id)
    return Stage(stage.team, {})


def _expired_again(stage: Stage, arena: Arena) -> list[str]:
    expire()
    return quiet(stage, arena)


def _old(sandbox: str) -> Stage:
    team = join(sandbox)
    asked(team, wanted(5, "lusha"), uuid4().hex)
    assert recovery.until_quiet(team)
    as_owner(
        "UPDATE jobs SET finished_at = now() - interval '90 days', created_at = now() - interval '91 days'"
        " WHERE workspace_id = %s",
        team.workspace_id,
    )
    return Stage(team, {})


def _forgotten(stage: Stage, _: Arena) -> list[str]:
    forget()
    left = stage.team.rows("SELECT id FROM provider_calls WHERE body IS NOT NULL")
    keys = stage.team.rows("SELECT id FROM jobs WHERE idempotency_key IS NOT NULL OR forgotten_at IS NULL")
    return ["answers are not forgotten"] * bool(left) + ["a key is not free"] * bool(keys)


def _queued(sandbox: str) -> Stage:
    """Two jobs whose messages lie in the queue."""
    redis.Redis.from_url(settings().redis_at(0)).flushdb()
    team = join(sandbox)
    for _ in range(2):
        asked(team, wanted(5, "lusha"))
    return Stage(team, {"team": team.told(), "jobs": 2})


def _consumed(stage: Stage, arena: Arena) -> list[str]:
    """The scheduler sends what is open once more, and a fresh worker takes it from the queue."""
    for _ in range(10):
        still = stage.team.rows("SELECT id FROM jobs WHERE finished_at IS NULL")
        if not still:
            return []
        recovery.time_passes(stage.team)
        sweep(send)
        arena.act("consume", stage.arguments | {"jobs": len(still)}, None)
    return ["there is still an open job"]


_ONCE_BUSY = [{"kind": "5xx", "operation": "lusha.enrich", "after": 1}]

SCENARIOS = (
    Scenario("request", "post", _requested(wanted()), _same_again),
    Scenario("replay", "post", _requested(wanted(5, "lusha"), first=True), _same_again),
    Scenario("request an export", "post", _requested({"format": "csv"}, "/api/leads/export"), _same_again),
    Scenario("cancel queued", "post", _to_cancel(lambda *_: None), _cancelled_again, ends="cancelled"),
    Scenario("cancel waiting", "post", _to_cancel(_waiting), _cancelled_again, ends="cancelled"),
    Scenario("cancel running", "post", _to_cancel(_running), _cancelled_again, ends="cancelled"),
    Scenario("retry", "post", _stopped, _retried_again),
    Scenario("work", "work", _work(wanted(), faults=_ONCE_BUSY), quiet),
    Scenario("work, collect", "work", _work(wanted(25, "clay"), _pending), quiet),
    Scenario("settle", "work", _work(wanted(25, "lusha"), _found_all), quiet),
    Scenario(
        "fail", "work", _work(wanted(5, "lusha"), faults=[{"kind": "key_refused", "times": None}]), quiet, ends="failed"
    ),
    Scenario("fail by crashes", "work", _work(wanted(25, "lusha"), _poison), quiet, ends="failed"),
    Scenario("stumble", "stumble", _work(wanted(5, "lusha")), quiet),
    Scenario("renew", "renew", _work(wanted(5, "lusha")), quiet),
    Scenario("hand back", "hand_back", _work(wanted(25, "lusha")), quiet),
    Scenario("export", "work", _export, quiet),
    Scenario("request to unlock", "post", _to_unlock, _same_again),
    Scenario("unlock", "work", _unlocking, quiet),
    Scenario("sweep", "sweep", _to_send, quiet),
    Scenario("expire", "expire", _expired, _expired_again),
    Scenario("forget", "forget", _old, _forgotten),
    Scenario("queue", "consume", _queued, _consumed, ("queue",)),
)
