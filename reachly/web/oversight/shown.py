"""Jobs, calls and acts as the operators' templates want them."""

from __future__ import annotations

from typing import Any

from reachly.oversight import Act, Call, OpenJob
from reachly.web.jobs.attempts import short
from reachly.web.jobs.words import label, many
from reachly.web.oversight import words

MERGED = {"contact": "Two people", "organization": "Two companies"}
KINDS = {"generate_leads": "Find leads", "export_leads": "Export", "enrich_leads": "Unlock"}


def job(one: OpenJob) -> dict[str, Any]:
    """A line among open jobs; ``pick`` is what names it in a form."""
    return {
        "pick": f"{one.job_id}:{one.attempt}",
        "title": f"Job {one.number}",
        "workspace": one.workspace,
        "kind": KINDS.get(one.kind, one.kind.replace("_", " ").capitalize()),
        "queue": one.queue,
        "status": one.status,
        "why": words.why(one.why, one.crashes),
        "reason": one.wait_reason,
        "until": one.wake_at,
        "attempt": one.attempt,
        "crashes": one.crashes,
        "waits": one.waits,
        "worker": short(one.worker) if one.worker else None,
        "created_at": one.created_at,
        "done": one.progress_done,
        "total": one.progress_total,
        "keeps": many(one.progress_done, "lead") if one.kind == "generate_leads" else "nothing",
        "back": one.credits_left,
        "last_event": one.last_event,
        "last_event_at": one.last_event_at,
    }


def call(one: Call) -> dict[str, Any]:
    """A line among calls without an answer."""
    cost = "on the workspace's own key" if one.own_key else "not known"
    if not one.own_key and one.may_have_cost is not None:
        cost = f"up to {many(one.may_have_cost, 'credit')} there"
    return {
        "id": str(one.call_id),
        "provider": label(one.provider),
        "operation": one.operation.replace("_", " "),
        "workspace": one.workspace,
        "job": f"Job {one.number}" if one.number else "No job",
        "job_status": one.job_status,
        "attempt": one.attempt,
        "repeat": words.REPEATS[one.repeat],
        "cost": cost,
        "error": one.error,
        "at": one.requested_at,
        "looked_at": one.looked_at,
        "note": one.look_note,
    }


def act(one: Act) -> dict[str, Any]:
    """A line of the record."""
    outcome = one.outcome
    detail = ""
    if one.act == "release":
        detail = f"{many(outcome.get('delivered', 0), 'lead')} kept, {many(outcome.get('credits', 0), 'credit')} back"
    elif one.act == "look":
        detail = f"{label(outcome.get('provider', ''))}, {outcome.get('operation', '').replace('_', ' ')}"
    elif one.act in ("merge", "split"):
        detail = f"{many(outcome['leads'], 'lead')} of {many(outcome['workspaces'], 'workspace')}"
    elif outcome.get("status"):
        detail = f"was {outcome['status']}, attempt {outcome.get('attempt', 0)}"
    return {
        "at": one.at,
        "who": one.who or "Command line",
        "act": words.ACTS[one.act],
        "kind": {"release": "error", "retry": "active"}.get(one.act, "info"),
        "job": MERGED[outcome["kind"]]
        if one.act in ("merge", "split")
        else f"Job {one.number}"
        if one.number
        else "No job",
        "workspace": one.workspace or "",
        "detail": detail,
        "reason": one.reason or "No reason given",
    }
