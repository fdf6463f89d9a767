"""Jobs as the templates want them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from reachly.engine import attempts, look
from reachly.models import Export, Job, JobAttempt, JobEvent, JobSource, Lead
from reachly.retry import can_retry, over
from reachly.settings import settings
from reachly.web.find.form import Form
from reachly.web.jobs import words
from reachly.web.jobs.attempts import fold

LEADS_SHOWN = 20
EVENTS_SHOWN = 40
PARTS = frozenset({"status", "leads", "events"})
"""The fragments of a job's page; each is read without what only the others need."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One job with what its page tells, read in one transaction."""

    job: Job
    by: str
    sources: list[JobSource]
    leads: list[Lead]
    leads_count: int
    events: list[JobEvent]
    earlier: int
    export: Export | None
    taken: list[JobAttempt]
    calls: list[attempts.Unanswered]
    related: attempts.Related
    over: bool = False
    """Whether what it did was taken back as a whole."""

    def names(self) -> dict[str, Any]:
        """What ``job.html`` and its fragments need."""
        return {
            "job": self._job(),
            "leads": [_lead(lead) for lead in self.leads],
            "events": [words.event_row(event, self.job) for event in self.events],
            "earlier": self.earlier,
            "attempts": fold(self.job, self.taken, self.calls),
        }

    def _job(self) -> dict[str, Any]:
        job = self.job
        running = [source for source in self.sources if source.state == "running"]
        left = max(0, job.progress_total - job.progress_done)
        return brief(job, self.by) | {
            "started_at": job.started_at,
            "finished_at": job.finished_at,
            "left": words.time_left(job),
            "percent": job.percent,
            "checking": min(left, settings().lusha_page_size) if job.status == "running" and running else 0,
            "sources": [words.source_row(source, job) for source in self.sources],
            "credits": {
                "held_at_start": job.credits_held,
                "spent": job.credits_spent,
                "back": job.credits_released if job.finished else job.credits_held - job.credits_spent,
            },
            "summary": words.TAKEN_BACK if self.over else words.summary(job),
            "error": {"message": job.error_message, "todo": words.TODO.get(job.error_code or "", "")}
            if job.status == "failed"
            else None,
            "cancel_requested": bool(job.cancel_requested_at),
            "can_retry": can_retry(job, self.sources) and not self.over,
            "keeps": words.many(job.progress_done, "lead")
            if job.kind == "generate_leads" and job.progress_done
            else "",
            "leads_url": _leads(job, self.leads_count),
            "export_url": _leads(job, self.leads_count, "/exports/new"),
            "import_url": f"/imports/{job.params['import']}" if job.kind == "import_leads" else None,
            "again_url": _search_again(job),
            "leads_count": self.leads_count,
            "download": self._download(),
            "idempotency_key": f"retry:{job.id}",
            "goes_on_from": _link(self.related.before),
            "went_on_as": _link(self.related.after),
        }

    def _download(self) -> dict[str, Any] | None:
        export = self.export
        if export is None:
            return None
        address = f"/exports/{export.id}/download"
        return {"url": address, "rows": export.rows, "bytes": export.bytes, "expires_at": export.expires_at}


def _leads(job: Job, number: int, path: str = "/leads") -> str:
    """Where a job's leads are listed; those whose fields it unlocked are found by their job's."""
    return f"{path}?job_id={job.id}" if job.kind != "enrich_leads" else f"{path}?unlocked_by={job.id}"


def _search_again(job: Job) -> str | None:
    """The search form as this job was asked for; none where the job was no search, or was one without filters."""
    asked = job.params if job.kind == "generate_leads" else {}
    if not asked.get("filters"):
        return None
    filters = {facet: list(values) for facet, values in asked["filters"].items()}
    sources = list(asked.get("sources", ()))
    return Form(
        filters, asked.get("limit", job.progress_total), sources, sources, list(asked.get("reveal", ()))
    ).address()


def _link(related: tuple[UUID, int] | None) -> dict[str, str] | None:
    return {"url": f"/jobs/{related[0]}", "label": f"Job {related[1]}"} if related else None


def brief(job: Job, by: str) -> dict[str, Any]:
    """What a line in the list of jobs needs."""
    return {
        "id": str(job.id),
        "short": f"Job {job.number}",
        "title": job.name or f"Job {job.number}",
        "kind": job.kind,
        "status": job.status,
        "status_text": "Stopping" if job.cancel_requested_at and not job.finished else None,
        "waits_for": job.wait_reason if job.status in ("queued", "waiting") else None,
        "open": not job.finished,
        "by": by,
        "created_at": job.created_at,
        "done": job.progress_done,
        "total": job.progress_total,
        "noun": words.KINDS.get(job.kind, "done"),
        "credits": {"spent": job.credits_spent, "held_at_start": job.credits_held},
    }


def see(job: Job, parts: Collection[str] = PARTS) -> Seen:
    """The job with what these parts of its page tell; inside a scope."""
    finds = job.kind in ("generate_leads", "enrich_leads")
    told, status = "events" in parts, "status" in parts
    events = look.latest_events(job.id, EVENTS_SHOWN) if told else []
    return Seen(
        job=job,
        by=look.names([job.user_id]).get(job.user_id, "somebody") if status else "",
        sources=look.sources(job.id) if finds and parts != {"events"} else [],
        leads=look.latest_leads(job, LEADS_SHOWN) if finds and "leads" in parts else [],
        leads_count=look.lead_count(job) if finds and parts != {"events"} else 0,
        events=events,
        earlier=look.event_count(job.id) - EVENTS_SHOWN if len(events) == EVENTS_SHOWN else 0,
        export=Export.get_or_none(Export.job_id == job.id, Export.deleted_at.is_null())
        if status and not finds
        else None,
        taken=attempts.attempts(job) if told else [],
        calls=attempts.unanswered(job) if told and finds else [],
        related=attempts.related(job) if status and (job.retry_of or job.finished) else attempts.Related(),
        over=status and over(job),
    )


def _lead(lead: Lead) -> dict[str, Any]:
    return {
        "id": str(lead.id),
        "name": lead.name,
        "title": lead.title,
        "company": lead.company,
        "industry": lead.industry,
        "email": lead.email,
        "email_status": lead.email_status,
        "source": words.label(lead.source),
        "credits": lead.credits,
        "found_at": lead.updated_at,
        "sample": lead.sample,
    }
