"""`/credits`: what there is to spend, what is held for which job, and every movement with who, when and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from reachly import credits, spending
from reachly.credits import KINDS, HistoryQuery, Movement
from reachly.database import scope
from reachly.engine import look
from reachly.leads import BadCursor
from reachly.models import Price
from reachly.web import limits_form as limits
from reachly.web.asked import chosen, fragment, identifier, members_only, turning
from reachly.web.leads.address import label
from reachly.web.session import me

bp = members_only(Blueprint("credits", __name__))

DAYS = 30
OFFERED = ("hold", "capture", "release", "refund", "grant", "purchase")
FIELDS = {"email": "e-mail", "phone": "phone"}
FOLDED = ", captures of a job folded"
SOLD = ("lead_email", "lead_phone")
"""What can be bought so far; the list of prices knows more."""


@bp.get("/credits")
def overview() -> ResponseReturnValue:
    """The page; with htmx its list of movements alone, and the address that leads to it again."""
    query, problems = _query()
    try:
        movements = _movements(query) | {"problems": list(problems.values())}
    except BadCursor:
        return redirect(_url(query), 302)
    if fragment():
        file = render_template("credits/_download.html", **movements, oob=True)
        response = make_response(render_template("credits/_movements.html", **movements) + file)
        response.headers["HX-Push-Url"] = _url(query, after=request.args.get("after"), via=request.args.getlist("via"))
        return response
    return render_template("credits.html", **_standing(), **movements)


@bp.get("/credits/history.csv")
def history() -> ResponseReturnValue:
    """The movements that match, as a file for a spreadsheet, sent while it is read."""
    query, _ = _query()
    lines = credits.as_csv(*me(), query)
    response = Response(lines, content_type="text/csv; charset=utf-8")
    name = f"credits-{datetime.now(UTC):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post("/credits/limits")
def set_limits() -> ResponseReturnValue:
    """What may be spent in a month, by the workspace and by each person; the owner sets it."""
    wanted, errors = limits.read(request.form)
    if errors:
        names = _standing() | _movements(HistoryQuery()) | {"problems": []}
        names["limits"] = limits.shown(request.form, errors)
        return render_template("credits.html", **names), 422
    try:
        changed = spending.set_caps(*me(), wanted)
    except spending.NotTheOwner:
        abort(403)
    flash("Limits saved" if changed else "Nothing was changed", "ok")
    return redirect("/credits#limits", 303)


@bp.post("/credits/warnings/<warning_id>")
def read_warning(warning_id: str) -> ResponseReturnValue:
    """Put a warning away; it does not come back this month."""
    spending.put_away(*me(), identifier(warning_id))
    if fragment():
        return ""
    return redirect("/credits#limits", 303)


def _query() -> tuple[HistoryQuery, dict[str, str]]:
    """The filters in the address; a job may also be named by its id, as its own page does."""
    given: MultiDict[str, str] = MultiDict(request.args)
    job_id = chosen(given.get("job"), UUID)
    if job_id:
        with scope(*me()):
            job = look.job(job_id)
        given["job"] = str(job.number) if job else "0"
    return HistoryQuery.from_args(given)


def _url(query: HistoryQuery, path: str = "/credits", **more: Any) -> str:
    words = urlencode([*query.as_args().items(), *((name, value) for name, value in more.items() if value)], doseq=True)
    return f"{path}?{words}" if words else path


def _movements(query: HistoryQuery) -> dict[str, Any]:
    """The names of `credits/_movements.html`. Captures of a job in a row are one line, unless somebody looks closer."""
    who = me()
    grouped = query.job is None and not query.q
    found = credits.history(*who, query, request.args.get("after"), grouped=grouped)
    counted = credits.count(*who, query)
    folded = any(movement.movements > 1 for movement in found.movements)
    alone = HistoryQuery(since=query.since, until=query.until, q=query.q, job=query.job)
    kinds = [("", "All", ()), *((kind, KINDS[kind], (kind,)) for kind in OFFERED)]
    return {
        "movements": [_shown(movement) for movement in found.movements],
        "kinds": [
            {"value": value, "label": words, "here": query.kind == kind, "url": _url(replace(alone, kind=kind))}
            for value, words, kind in kinds
        ],
        "query": query,
        "job_title": f"{query.job}" if query.job is not None else None,
        "page": turning(lambda **more: _url(query, **more), found.next_cursor),
        "said": f"{counted} movement{'' if counted.number == 1 else 's'}{FOLDED if folded else ''}",
        "csv_url": _url(query, "/credits/history.csv"),
    }


def _shown(movement: Movement) -> dict[str, Any]:
    detail, url = _detail(movement)
    return {
        "id": movement.id,
        "at": movement.created_at,
        "kind": movement.kind,
        "for_text": f"Job {movement.job_number}" if movement.job_id else f"{movement.credits:,} credits",
        "for_url": f"/jobs/{movement.job_id}" if movement.job_id else None,
        "detail": detail,
        "detail_url": url,
        "by": _by(movement),
        "available_change": movement.available_change,
        "held_change": movement.held_change,
        "available": movement.available_after,
        "held": movement.held_after,
    }


def _detail(movement: Movement) -> tuple[str, str | None]:
    """What a movement is about, and where that can be seen."""
    if movement.movements > 1:
        bought = (("e-mail", movement.emails), ("phone", movement.phones))
        told = [f"{number:,} {word}{'' if number == 1 else 's'}" for word, number in bought if number]
        closer = _url(HistoryQuery(kind=("capture",), job=movement.job_number))
        return ", ".join(told), closer
    if movement.field:
        url = f"/leads/{movement.lead_id}" if movement.lead_id else None
        return f"{movement.description or 'A lead'}, {FIELDS[movement.field]}", url
    return movement.description, None


def _by(movement: Movement) -> str:
    sources = movement.sources or ((movement.source,) if movement.source else ())
    return ", ".join(label("source", source) for source in sources) or movement.person or "Reachly"


def _standing() -> dict[str, Any]:
    """The figures above the list."""
    who = me()
    days = credits.per_day(*who, 31)
    month = [day for day in days if day.day.month == days[-1].day.month]
    spent = sum(day.spent for day in month)
    shown = [{"day": day.day, "credits": max(day.spent, 0)} for day in days[-DAYS:]]
    with scope(*who):
        prices = list(Price.select().where(Price.action.in_(SOLD)).order_by(Price.label))
    return {
        "limits": limits.shown(),
        "balance": credits.balance(*who),
        "month": {"spent": spent, "days": len(month), "per_day": round(spent / len(month))},
        "held_by": [
            {"title": f"Job {held.job_number}", "url": f"/jobs/{held.job_id}", "credits": held.credits}
            for held in credits.held_by_job(*who)
        ],
        "days": shown,
        "spent_total": sum(day["credits"] for day in shown),
        "prices": prices,
    }
