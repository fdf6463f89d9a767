"""The fold "Attempts" of a job's page: who worked on it, who took over and why, which calls got no answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reachly.engine.attempts import Unanswered
from reachly.models import Job, JobAttempt
from reachly.web.jobs.words import label, many

_REPEATED = {
    "free": "Asked again where it was needed; that costs nothing.",
    "charged": "Asked again where it was needed; you pay only for what arrives.",
    "never": "Not asked again, since that could cost twice; not charged.",
}


def short(worker: str | None) -> str:
    """A worker as people can tell it from others: its machine's name, cut, and its process."""
    if not worker:
        return "a worker"
    host, _, process = worker.rpartition(":")
    return f"{host.split('.')[0][:24]}:{process}" if host else worker[:32]


def fold(job: Job, taken: Sequence[JobAttempt], calls: Sequence[Unanswered]) -> dict[str, Any] | None:
    """What ``jobs/_events.html`` needs of it; ``None`` for a job that went through without anything to tell."""
    if not calls and job.attempt < 2 and job.status != "waiting" and not job.crashes:
        return None
    told = [_again(one) for one in taken]
    if job.started_at and not (taken and taken[-1].attempt > 2):
        told.append(_first(job, taken))
    now = _now(job)
    notes = [f"{job.crashes} crash{'' if job.crashes == 1 else 'es'}"] if job.crashes else []
    notes += [many(job.waits, "wait")] if job.waits else []
    notes += [many(len(calls), "lost call")] if calls else []
    return {
        "count": job.attempt,
        "notes": " · ".join(notes),
        "now": now,
        "taken": told,
        "earlier": max(0, job.attempt - len(told)),
        "calls": [_call(call) for call in calls],
    }


def _first(job: Job, taken: Sequence[JobAttempt]) -> dict[str, Any]:
    worker = taken[-1].found_worker if taken else job.worker
    return {
        "number": 1,
        "worker": short(worker) if worker else None,
        "at": job.started_at,
        "kind": "neutral",
        "why": "Taken up for the first time",
        "until": None,
    }


def _again(one: JobAttempt) -> dict[str, Any]:
    why, kind, until = _why(one)
    return {
        "number": one.attempt,
        "worker": short(one.worker),
        "at": one.taken_at,
        "kind": kind,
        "why": why,
        "until": until,
    }


def _why(one: JobAttempt) -> tuple[str, str, Any]:
    if one.worker == "operator":
        return "An operator gave the job up", "error", None
    before = short(one.found_worker)
    if one.found == "waiting":
        return f"Woke after a wait: {one.found_reason or 'no reason was given'}", "neutral", one.found_due_at
    if one.found == "queued" and one.found_reason:
        return f"Its turn came again: before, {one.found_reason}", "neutral", None
    if one.found == "queued":
        return f"Taken up again: {before} was shut down and handed it back", "neutral", None
    late = max(0, round((one.taken_at - one.found_due_at).total_seconds())) if one.found_due_at else 0
    if one.found_worker == one.worker:
        return f"Took its own job up again after its lease had run out {late} s before", "warn", None
    return f"Took over: {before} stopped answering, its lease had run out {late} s before", "warn", None


def _now(job: Job) -> dict[str, Any] | None:
    if job.status == "waiting":
        return {"why": f"Waiting: {job.wait_reason or 'until it is time'}", "until": job.wake_at}
    if job.status == "queued" and job.attempt:
        why = f"In line: {job.wait_reason}" if job.wait_reason else "Handed back; the next free worker takes it up"
        return {"why": why, "until": None}
    return None


def _call(call: Unanswered) -> dict[str, Any]:
    return {
        "what": f"{label(call.provider)}, {call.operation.replace('_', ' ').replace('/', ' ')}",
        "at": call.requested_at,
        "attempt": call.attempt,
        "said": _REPEATED[call.repeat],
    }
