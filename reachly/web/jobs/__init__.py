"""`/jobs` and `/jobs/ID`: what runs, what ran, how far it is, and stopping or going on with it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from jobs.broker import wake
from reachly import retry
from reachly.database import scope
from reachly.engine import look, stop
from reachly.engine.request import NotEnoughCredits, TooManyOpen
from reachly.export import ListGone
from reachly.profiles import CannotRun
from reachly.spending import CapReached
from reachly.web.asked import fragment, go, members_only
from reachly.web.jobs import listing, shown, words
from reachly.web.session import me
from reachly.web.shell import known, unless_known

bp = members_only(Blueprint("jobs", __name__))


@bp.get("/jobs")
def jobs() -> ResponseReturnValue:
    """The workspace's jobs that match; with htmx the list alone, the tabs beside it, and its address in the bar."""
    asked = listing.Asked.of(request.args)
    with scope(*me()):
        names = listing.page(asked)
    if fragment():
        tabs = render_template("jobs/_tabs.html", **names, oob=True)
        response = make_response(render_template("jobs/_list.html", **names) + tabs)
        response.headers["HX-Push-Url"] = asked.url()
        return response
    return render_template("jobs.html", **names)


@bp.get("/jobs/<uuid:job_id>")
def job(job_id: UUID) -> ResponseReturnValue:
    """One job, as it is now; the page renews itself while the job is open."""
    seen = _see(job_id)
    return render_template("job.html", **seen.names(), balance_every=0 if not seen.job.finished else 5)


@bp.get("/jobs/<uuid:job_id>/row")
def row(job_id: UUID) -> ResponseReturnValue:
    """The job's line in the list."""
    seen = _see(job_id)
    tag = look.etag(seen.job, "row")
    return unless_known(tag, lambda _tag: render_template("jobs/_row.html", job=shown.brief(seen.job, seen.by)))


@bp.get("/jobs/<uuid:job_id>/<any(status, leads, events):part>")
def part(job_id: UUID, part: str) -> ResponseReturnValue:
    """One fragment of the job's page: its state, its latest leads or its story.

    For whoever polls, it asks on by itself, the slower the older the job; 304 while nothing changed.
    """
    with scope(*me()):
        job = look.job(job_id)
        if job is None:
            abort(404)
        every = pace(job.created_at) if "poll" in request.args else 0
        state = (look.etag(job, part), every)
        names = {} if known(state) else shown.see(job, {part}).names()
    return unless_known(
        state, lambda tag: render_template(f"jobs/_{part}.html", **names, every=every, tag=tag), store=False
    )


@bp.post("/jobs/<uuid:job_id>/cancel")
def cancel(job_id: UUID) -> ResponseReturnValue:
    """Stop the job: what it brought stays, what it held comes back. Stopping one that has ended changes nothing."""
    try:
        stop.cancel(*me(), job_id)
    except stop.NoSuchJob:
        abort(404)
    except stop.JobEnded:
        if not fragment():
            flash("This job has ended already.", "info")
    if fragment():
        return render_template("jobs/_status.html", **_see(job_id).names())
    return redirect(f"/jobs/{job_id}", 303)


@bp.post("/jobs/<uuid:job_id>/retry")
def go_on(job_id: UUID) -> ResponseReturnValue:
    """Start a new job where this one stopped; pressed twice it is one."""
    try:
        wanted = retry.retry(*me(), job_id)
    except stop.NoSuchJob:
        abort(404)
    except retry.NothingToRetry:
        return _back(job_id, "There is nothing to go on with: this job brought all it could.")
    except NotEnoughCredits as short:
        lacks = words.many(short.required - short.available, "credit")
        return _back(
            job_id, f"Going on may cost {short.required:,} and {short.available:,} are available: {lacks} short."
        )
    except (TooManyOpen, CapReached, CannotRun, ListGone) as full:
        return _back(job_id, full.words)
    wake(wanted)
    return go(f"/jobs/{wanted.job_id}")


def _see(job_id: UUID) -> shown.Seen:
    with scope(*me()):
        job = look.job(job_id)
        if job is None:
            abort(404)
        return shown.see(job)


def pace(since: datetime) -> int:
    """Seconds between two asks about a job that began then."""
    age = (datetime.now(UTC) - since).total_seconds()
    return 1 if age < 120 else 2 if age < 600 else 5


def _back(job_id: UUID, said: str) -> ResponseReturnValue:
    flash(said, "error")
    return go(f"/jobs/{job_id}")
