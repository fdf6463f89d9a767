"""What the person's program does after a death, and what is wrong with the rest of the story."""

from __future__ import annotations

from uuid import UUID

from bench.crashpoints import recovery
from bench.crashpoints.arena import Arena
from bench.crashpoints.stages import Stage
from jobs.broker import send
from reachly import audit
from reachly.engine.forget import forget
from reachly.engine.sweep import sweep
from reachly.export.expire import expire
from reachly.oversight import as_admin


def quiet(stage: Stage, _: Arena) -> list[str]:
    """The product recovers by itself."""
    return [] if recovery.until_quiet(stage.team) else ["there is still an open job"]


def same_again(stage: Stage, arena: Arena) -> list[str]:
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


def cancelled_again(stage: Stage, arena: Arena) -> list[str]:
    """Whoever got no answer asks again; then it has been cancelled, or is."""
    status = stage.team.post(stage.arguments["path"]).status_code
    wrong = [] if status in (202, 409) else [f"cancelled again: {status}"]
    return wrong + quiet(stage, arena)


def retried_again(stage: Stage, arena: Arena) -> list[str]:
    """Whoever got no answer starts it again once more; it is one new job."""
    ids = set()
    for _ in range(2):
        answer = stage.team.post(stage.arguments["path"])
        if answer.status_code != 202:
            return [f"started again: {answer.status_code} {answer.get_data(as_text=True)[:200]}"]
        ids.add(answer.get_json()["job"]["id"])
    return quiet(stage, arena) + ([] if len(ids) == 1 else ["one retry made two jobs"])


def expired_again(stage: Stage, arena: Arena) -> list[str]:
    """The next run of the schedule removes what is left."""
    expire()
    return quiet(stage, arena)


def forgotten(stage: Stage, _: Arena) -> list[str]:
    """The next run forgets the rest: no answer is kept, and the key is free."""
    forget()
    left = stage.team.rows("SELECT id FROM provider_calls WHERE body IS NOT NULL")
    keys = stage.team.rows("SELECT id FROM jobs WHERE idempotency_key IS NOT NULL OR forgotten_at IS NULL")
    return ["answers are not forgotten"] * bool(left) + ["a key is not free"] * bool(keys)


def merged_again(stage: Stage, _: Arena) -> list[str]:
    """Whoever got no answer merges again; then the two are one, until that is taken back."""
    desk = as_admin(stage.team.workspace_id, stage.team.user_id)
    kept, gone = (UUID(stage.arguments[name]) for name in ("kept", "gone"))
    outcome = desk.merge("contact", kept, gone).outcome
    wrong = [] if outcome in ("done", "merged") else [f"merged again: {outcome}"]
    wrong += [str(breach) for breach in audit.run()] + _apart(stage, 1)
    return wrong + _taken_back(stage, str(desk.merges(most=1)[0].id))


def split_again(stage: Stage, _: Arena) -> list[str]:
    """Whoever got no answer takes it back again; then they are two."""
    return _taken_back(stage, stage.arguments["merge_id"])


def _taken_back(stage: Stage, merge_id: str) -> list[str]:
    outcome = as_admin(stage.team.workspace_id, stage.team.user_id).split(UUID(merge_id)).outcome
    return ([] if outcome in ("done", "gone") else [f"taken back: {outcome}"]) + _apart(stage, 2)


def _apart(stage: Stage, number: int) -> list[str]:
    """Not ``number`` leads of the two people, or none that stands by itself."""
    both = [stage.arguments["kept"], stage.arguments["gone"]]
    there = stage.team.rows(
        "SELECT id FROM leads WHERE contact_id = ANY (%s::uuid[]) AND NOT hidden AND deleted_at IS NULL", both
    )
    return [] if len(there) == number else [f"there are {len(there)} leads of the two, not {number}"]


def consumed(stage: Stage, arena: Arena) -> list[str]:
    """The scheduler sends what is open once more, and a fresh worker takes it from the queue."""
    for _ in range(10):
        still = stage.team.rows("SELECT id FROM jobs WHERE finished_at IS NULL")
        if not still:
            return []
        recovery.time_passes(stage.team)
        sweep(send)
        arena.act("consume", stage.arguments | {"jobs": len(still)}, None)
    return ["there is still an open job"]
