"""`/operations`: for administrators, what is stuck, what waits, what nobody knows, and what may be done about it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from jobs.broker import send
from reachly import mail
from reachly.oversight import Desk, NotAdmin, Picked, as_admin, picked
from reachly.web import errors
from reachly.web.asked import chosen, fragment, go, members_only, text
from reachly.web.oversight import duplicates, shown, words
from reachly.web.oversight.overview import overview
from reachly.web.session import me

bp = members_only(Blueprint("oversight", __name__))
PAGE = 50
REASON = 300


@bp.before_request
def _administrators_only() -> None:
    if not current_user.is_admin:
        abort(403)


@bp.errorhandler(NotAdmin)
def _not_any_more(_error: NotAdmin) -> Response:
    return errors.page(403)


@bp.get("/operations")
def standing() -> ResponseReturnValue:
    """How it goes: queues, workers, the sweep, providers, stores."""
    told = _desk().overview()
    return render_template("operations.html", **_frame("overview", told), **overview(told))


@bp.get("/operations/<any(stuck, waiting):which>")
def jobs(which: str) -> ResponseReturnValue:
    """Open jobs that want to be looked at, or all that wait; oldest first."""
    desk = _desk()
    found = desk.jobs(which, chosen(request.args.get("after"), UUID), PAGE + 1)
    more = len(found) > PAGE
    found = found[:PAGE]
    return render_template(
        "operations.html",
        **_frame(which, desk.overview()),
        jobs=[shown.job(one) for one in found],
        page={"previous": _first(which), "next": f"/operations/{which}?after={found[-1].job_id}" if more else None},
    )


@bp.get("/operations/unknown")
def unknown() -> ResponseReturnValue:
    """Calls that nobody got an answer to: those to be looked into, or those somebody did."""
    desk, looked = _desk(), request.args.get("looked") == "yes"
    found = desk.unknown(looked, chosen(request.args.get("before"), UUID), PAGE + 1)
    more = len(found) > PAGE
    found = found[:PAGE]
    address = f"/operations/unknown?{'looked=yes&' if looked else ''}"
    return render_template(
        "operations.html",
        **_frame("unknown", desk.overview()),
        calls=[shown.call(one) for one in found],
        looked=looked,
        page={"previous": _first("unknown"), "next": f"{address}before={found[-1].call_id}" if more else None},
    )


@bp.get("/operations/record")
def record() -> ResponseReturnValue:
    """What operators did, when, and why they say they did."""
    desk = _desk()
    found = desk.acts(chosen(request.args.get("before"), UUID), PAGE + 1)
    more = len(found) > PAGE
    found = found[:PAGE]
    return render_template(
        "operations.html",
        **_frame("record", desk.overview()),
        acts=[shown.act(one) for one in found],
        page={"previous": _first("record"), "next": f"/operations/record?before={found[-1].id}" if more else None},
    )


@bp.get("/operations/mail")
def mails() -> ResponseReturnValue:
    """Mail that waits or was given up; where none can go out, all of it waits."""
    desk = _desk()
    found = desk.mails(PAGE)
    return render_template("operations.html", **_frame("mail", desk.overview()), mails=found, sending=mail.sending())


@bp.post("/operations/retry")
def retry() -> ResponseReturnValue:
    """Have the picked jobs tried again at once; one that is at work, or moved on meanwhile, is left alone."""
    desk, outcomes = _desk(), []
    for one in _picked():
        done = desk.retry(one, text(request.form.get("reason"), REASON))
        outcomes.append(done.outcome)
        if done.outcome == "sent" and done.queue is not None and done.job_id is not None:
            send(done.queue, done.job_id)
    flash(*words.tried(outcomes))
    return go(_back())


@bp.post("/operations/release")
def release() -> ResponseReturnValue:
    """Give the picked jobs up: they end as failed, keep what they brought, and what they held goes back.

    Without a reason it only asks, naming each job and what will happen to it.
    """
    wanted, reason = _picked(), text(request.form.get("reason"), REASON)
    if "reason" not in request.form:
        return _question(wanted)
    if not reason:
        return _question(wanted, "Say why: the people of the workspace read it."), 422
    desk = _desk()
    flash(*words.given_up([desk.release(one, reason) for one in wanted]))
    return go(_back())


@bp.post("/operations/looked")
def looked() -> ResponseReturnValue:
    """Note that somebody looked into these calls, and what came of it."""
    note = text(request.form.get("note"), REASON)
    calls = [call_id for value in request.form.getlist("calls")[:PAGE] if (call_id := chosen(value, UUID))]
    if not note:
        flash("Write down what you found, so that nobody has to look again.", "error")
    else:
        desk = _desk()
        flash(*words.noted([desk.look(call_id, note).outcome for call_id in calls]))
    return go("/operations/unknown")


def _question(wanted: list[Picked], wrong: str = "") -> str:
    found = _desk().these(wanted) if wanted else []
    names = {
        "jobs": [shown.job(one) for one in found],
        "gone": len(wanted) - len(found),
        "back": _back(),
        "wrong": wrong,
    }
    if fragment():
        return render_template("operations/_release.html", **names)
    return render_template(
        "dialog.html",
        **names,
        fragment="operations/_release.html",
        active="operations",
        heading="Give jobs up",
    )


def _desk() -> Desk:
    return as_admin(*me())


duplicates.routes(bp, _desk)


def _picked() -> list[Picked]:
    return picked(request.values.getlist("jobs"))


def _back() -> str:
    """The list that the act came from."""
    asked = request.values.get("back", "")
    return f"/operations/{asked}" if asked in ("stuck", "waiting") else "/operations/stuck"


def _first(which: str) -> str | None:
    """The way back of a list that only knows how to go on: its beginning."""
    return f"/operations/{which}" if request.args.get("after") or request.args.get("before") else None


def _frame(section: str, told: dict[str, int]) -> dict[str, object]:
    return {"section": section, "tabs": words.tabs(section, told)}
