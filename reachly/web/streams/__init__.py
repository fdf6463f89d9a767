"""`/jobs/ID/stream`: the fragments of a job's page, sent as they change."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, abort, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from reachly.database import scope
from reachly.engine import look
from reachly.web.asked import members_only
from reachly.web.jobs import shown
from reachly.web.session import me
from reachly.web.shell import BALANCE_EVERY, pulse
from reachly.web.streams.answer import respond
from reachly.web.streams.paint import TOKEN, Easel, Page, Painting
from reachly.web.streams.story import Key

bp = members_only(Blueprint("streams", __name__))


@bp.get("/jobs/<uuid:job_id>/stream")
def stream(job_id: UUID) -> ResponseReturnValue:
    """All fragments at once, then each that changes, then ``done``.

    A fragment is whole and replaces the one before, so whoever comes back needs no more than the present ones.
    """
    with scope(*me()):
        job = look.job(job_id)
    if job is None:
        abort(404)
    page = Page(_easel(), (str(current_user.workspace_id), str(job_id)), generate_csrf())
    page.seen = job.event_seq
    return respond(page)


def paint(app: Flask, key: Key) -> Painting | None:
    """The fragments of a job as all its viewers see them; each viewer's form token is put in later."""
    workspace_id, job_id = key
    with app.test_request_context(f"/jobs/{job_id}"):
        g.csrf_token = TOKEN
        with scope(workspace_id):
            job = look.job(job_id)
            if job is None:
                return None
            seen = shown.see(job)
            beside = pulse()
        names = seen.names()
        parts = {"status": render_template("jobs/_status.html", **names)}
        if seen.job.kind not in ("export_leads", "import_leads"):
            parts["leads"] = render_template("jobs/_leads.html", **names)
        parts["events"] = render_template("jobs/_events.html", **names)
        every = BALANCE_EVERY if seen.job.finished else 0
        parts["balance"] = render_template("_pulse.html", **beside, balance_every=every)
    return Painting(seen.job.event_seq, parts, seen.job.finished)


def _easel() -> Easel:
    """The painter of this process, which starts with the first viewer."""
    extensions = current_app.extensions
    if "easel" not in extensions:
        extensions["easel"] = Easel(current_app._get_current_object(), paint)  # type: ignore[attr-defined]
    return extensions["easel"]
