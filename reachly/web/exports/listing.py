"""The list of files: those being written with how far they are, those that are there, those that are over."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import render_template, request

from reachly.database import scope
from reachly.engine import look
from reachly.export import FORMATS, MODES, NoSuchExport, get, listing
from reachly.leads import BadCursor
from reachly.models import Job
from reachly.settings import settings
from reachly.web.asked import turning
from reachly.web.session import me

LATEST_JOBS = 50


def page() -> str:
    """The page; where the address leads to no page of the list, its first one."""
    cursor = request.args.get("after")
    try:
        found = listing(*me(), cursor)
    except BadCursor:
        cursor = None
        found = listing(*me())
    told = [of_export(export) for export in found.exports]
    if not cursor:
        told = sorted([*told, *unfinished()], key=lambda row: row["created_at"], reverse=True)
    return render_template(
        "exports.html",
        exports=told,
        page=turning(_url, found.next_cursor),
        said=f"{len(told):,} shown" if cursor or found.next_cursor else f"1–{len(told):,} of {len(told):,}",
        days=f"{settings().export_days:g}",
    )


def _url(**more: Any) -> str:
    words = urlencode([(name, value) for name, value in more.items() if value], doseq=True)
    return f"/exports?{words}" if words else "/exports"


def unfinished() -> list[dict[str, Any]]:
    """The latest jobs that have made no file: not yet, or not at all."""
    with scope(*me()):
        jobs = look.jobs(kind="export_leads", limit=LATEST_JOBS)
    return [of_job(job) for job in jobs if job.status != "succeeded"]


def of_its_job(job: Job) -> dict[str, Any]:
    """The row of a job: its file where there is one."""
    export_id = (job.result or {}).get("export_id")
    if export_id is None:
        return of_job(job)
    try:
        return of_export(get(*me(), export_id))
    except NoSuchExport:
        return of_job(job)


def of_export(export: Any) -> dict[str, Any]:
    """The row of a file, as :func:`reachly.export.listing` gives it."""
    return {
        "id": str(export.job_id),
        "title": export.job_name,
        "format_label": label(export.format, export.mode),
        "by": export.person,
        "job_id": str(export.job_id),
        "job_status": "succeeded",
        "job_done": export.rows,
        "job_total": export.rows,
        "open": False,
        "rows": export.rows,
        "bytes": export.bytes,
        "sha256": export.sha256,
        "snapshot_at": export.snapshot_at,
        "expires_at": export.expires_at,
        "expired": export.expired,
        "url": f"/exports/{export.id}/download",
        "manifest_url": f"/exports/{export.id}/manifest",
        "again_url": f"/exports/{export.id}/again",
        "again_key": str(uuid4()),
        "downloads": export.downloads,
        "created_at": export.created_at,
    }


def of_job(job: Job) -> dict[str, Any]:
    """The row of a job that has made no file."""
    nothing = dict.fromkeys(
        ("rows", "bytes", "sha256", "snapshot_at", "expires_at", "url", "manifest_url", "again_url", "again_key")
    )
    return nothing | {
        "id": str(job.id),
        "title": job.name,
        "format_label": label(job.params.get("format", "csv"), job.params.get("mode", "exact")),
        "by": None,
        "job_id": str(job.id),
        "job_status": job.status,
        "job_done": job.progress_done,
        "job_total": job.progress_total,
        "open": not job.finished,
        "expired": False,
        "downloads": 0,
        "created_at": job.created_at,
    }


def label(format_: str, mode: str) -> str:
    """A file's format in words."""
    return MODES[mode] if format_ == "csv" else FORMATS[format_]
