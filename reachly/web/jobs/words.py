"""Jobs in words that people understand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from reachly.models import Job, JobEvent, JobSource
from reachly.providers.registry import PROVIDERS

KINDS = {
    "generate_leads": "leads found",
    "export_leads": "rows written",
    "import_leads": "rows read",
    "enrich_leads": "fields unlocked",
}
TONES = {"plain": "neutral", "good": "ok", "warn": "warn", "bad": "error", "active": "active"}
TODO = {
    "provider_key_refused": "Put a working key in under Sources, then go on from here.",
    "provider_quota_spent": "Top the account up at the provider, then go on from here.",
    "provider_busy": "Go on from here when it has recovered.",
    "provider_contract_broken": "Tell whoever runs this server; other sources are not affected.",
}
ENDINGS = {"succeeded": ("Finished", "good"), "failed": ("Failed", "bad"), "cancelled": ("Stopped", "plain")}
_FAILED = {
    "provider_key_refused": "Key refused",
    "provider_quota_spent": "Out of credits",
    "provider_busy": "Not answering",
}


TAKEN_BACK = "What this import wrote was taken back since; the import's page says what came of it."


def many(number: int, thing: str) -> str:
    """``1 lead``, ``1,240 leads``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def label(source: str) -> str:
    """A source as people know it."""
    if source in ("catalogue", "import"):
        return source.capitalize()
    return PROVIDERS[source].label if source in PROVIDERS else source


def time_left(job: Job, now: datetime | None = None) -> str | None:
    """How long it may take still, from how fast it has been so far; why it waits, when it waits."""
    if job.finished:
        return None
    if job.status == "waiting":
        return job.wait_reason
    if job.status == "queued" or not job.started_at:
        return job.wait_reason or ("goes on in a moment" if job.started_at else "starts in a moment")
    spent = ((now or datetime.now(UTC)) - job.started_at).total_seconds()
    if job.progress_done <= 0 or spent < 2 or not job.progress_total:
        return None
    left = (job.progress_total - job.progress_done) * spent / job.progress_done
    if left < 10:
        return "a few seconds left"
    if left < 90:
        return f"about {max(10, round(left / 10) * 10)} s left"
    if left < 5400:
        return f"about {round(left / 60)} min left"
    return f"about {round(left / 3600)} h left"


def source_row(source: JobSource, job: Job) -> dict[str, Any]:
    """One line of the table of sources."""
    code = job.checkpoint.get("sources", {}).get(source.source, {}).get("failed", {}).get("code", "")
    until = None
    if source.state == "failed":
        state, kind = _FAILED.get(code, "Failed"), "error"
    elif source.state == "finished":
        enough = job.progress_done >= job.progress_total
        state, kind = ("Finished" if enough else "No more to find"), "ok"
    elif job.finished:
        state, kind = ("Not needed" if source.state == "queued" else "Done"), "neutral"
    elif source.state == "waiting":
        state, kind, until = "Paused", "warn", source.resumes_at
        if until is None or until - datetime.now(UTC) < timedelta(minutes=1):
            state, until = "Resumes in a moment", None
    else:
        state, kind = {"queued": ("Next in line", "neutral"), "running": ("Running", "active")}[source.state]
    tells = source.message if source.state == "failed" or (source.state == "waiting" and not job.finished) else None
    return {
        "label": label(source.source),
        "state": state,
        "kind": kind,
        "until": until,
        "found": source.found,
        "misses": source.misses,
        "owned": source.owned,
        "credits": source.credits,
        "why": tells,
        "todo": TODO.get(code, "") if source.state == "failed" else "It goes on by itself." if tells else None,
    }


def event_row(event: JobEvent, job: Job) -> dict[str, Any]:
    """One line of the job's story."""
    if event.kind == "done":
        text, tone = ENDINGS.get(event.data.get("status", ""), ("Ended", "plain"))
        back = event.data.get("released") or 0
        more = f"{many(back, 'credit')} came back" if back else None
    else:
        text, tone, more = event.data.get("text", ""), event.data.get("tone", "plain"), event.data.get("detail") or None
    return {
        "at": event.created_at,
        "text": text,
        "more": more,
        "kind": TONES.get(tone, "neutral"),
        "loud": tone != "plain" or event.kind == "done",
    }


def _unlocked(job: Job) -> str | None:
    """How a job ended that was to unlock fields."""
    brought = many(job.progress_done, "field")
    back = f" {many(job.credits_released, 'credit')} came back." if job.credits_released else ""
    if job.status == "cancelled":
        return f"Stopped. {brought} unlocked until then.{back}"
    if job.status != "succeeded" or job.progress_done >= job.progress_total:
        return None
    missed = job.progress_total - job.progress_done
    failed = (job.result or {}).get("failed_sources") or []
    why = f" {' and '.join(label(name) for name in failed)} could not go on." if failed else ""
    misses = f"{many(missed, 'field')} nobody has, which is free."
    return f"{brought} unlocked. {misses}{why}{back}"


def summary(job: Job) -> str | None:
    """How a job ended that did not fail, in a sentence or two."""
    back = f"{many(job.credits_released, 'credit')} came back."
    if job.kind == "import_leads":
        return _imported(job)
    if job.kind == "enrich_leads":
        return _unlocked(job)
    if job.kind != "generate_leads":
        return "Stopped; no file was kept." if job.status == "cancelled" else None
    brought = many(job.progress_done, "lead")
    if job.status == "cancelled":
        kept = f"Stopped. {brought} found until then {'is' if job.progress_done == 1 else 'are'} yours."
        kept = kept if job.progress_done else "Stopped before anything was found."
        return f"{kept} {back}" if job.credits_released else kept
    left_out = _left_out((job.result or {}).get("hidden") or 0)
    if job.status != "succeeded" or job.progress_done >= job.progress_total:
        return left_out.strip() or None if job.status == "succeeded" else None
    failed = (job.result or {}).get("failed_sources") or []
    most = job.params.get("max_credits")
    if most is not None and job.credits_held - job.credits_spent < sum(job.prices.values()) and not failed:
        said = f"{brought} found. Your limit of {many(most, 'credit')} for this job leaves too little for another."
        return said + left_out
    if not job.progress_done:
        said = "Nobody new matched, so it cost nothing."
        owned = (job.result or {}).get("duplicates") or 0
        return said + (f" {owned:,} who match are yours already." if owned else "") + left_out
    why = "There were no more to be had"
    if failed:
        why = f"{' and '.join(label(name) for name in failed)} could not go on"
    return f"{brought} found. {why}{f', so {back}' if job.credits_released else '.'}{left_out}"


def _left_out(hidden: int) -> str:
    """Who was passed over because the workspace hides them."""
    return f" {hidden:,} you hide {'was' if hidden == 1 else 'were'} left out, not charged." if hidden else ""


def _imported(job: Job) -> str | None:
    if job.status == "cancelled":
        return "Stopped. What was read until then is imported; the import's page goes on with it or takes it back."
    told = job.result or {}
    if job.status != "succeeded":
        return None
    if job.params.get("act") == "undo":
        return f"Taken back: {many(told.get('gone', 0), 'lead')} gone, {told.get('restored', 0):,} as before."
    names = ("new", "updated", "same", "refused")
    said = ", ".join(f"{told.get(name, 0):,} {name}" for name in names)
    return f"{'Nothing was imported yet. It would be' if told.get('dry') else 'Imported'}: {said}."
