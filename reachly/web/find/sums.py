"""The estimate and the sources as the search page shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from reachly.catalogue import CatalogueQuery
from reachly.estimate import Estimated, SourceEstimate, estimate, unasked
from reachly.generate.asking import Search
from reachly.sources import Source
from reachly.spending import Cap
from reachly.web.find.button import button
from reachly.web.find.form import Form

WAITING = "A search takes longer, waits by itself, and costs no more."
STATES = {
    "ready": ("Ready", "ok"),
    "no_key": ("No key", "neutral"),
    "key_unreadable": ("Key unreadable", "error"),
    "paused": ("Paused", "warn"),
}


def shown(workspace_id: Any, user_id: Any, form: Form, sources: list[Source]) -> dict[str, Any]:
    """What ``find/_estimate.html`` needs: asks the sources, unless nothing was chosen that they could be asked."""
    search = form.search()
    problems = list(dict.fromkeys(form.errors.values()))
    if search.filters.empty or not search.sources:
        return _nothing(workspace_id, user_id, form, sources) | {"problems": problems, "go": button(form)}
    told = estimate(workspace_id, user_id, search)
    sums = _sums(told, search.limit)
    silent = [each.source.label for each in told.sources if each.matches is None and not each.problem]
    if told.matches == 0 and silent:
        sums = _sums(told, search.limit, known=False)
        problems.append(
            f"Nobody known matches; {' and '.join(silent)} cannot tell before a search. Nobody found costs nothing."
        )
    problems += [f"{each.source.label}: {each.problem}" for each in told.sources if each.problem]
    slow = [each.source.label for each in told.sources if each.source.slow and not each.problem]
    if slow:
        problems.append(f"{' and '.join(slow)} answer{'' if slow[1:] else 's'} slowly at the moment. {WAITING}")
    go = button(form, sums)
    if silent or any(each.problem for each in told.sources) or not go["ready"]:
        sums["fewer"] = False
    return sums | {
        "open": False,
        "go": go,
        "owned": told.already_owned,
        "held": _held(told, search),
        "sources": [_source(each, told.credits_per_lead) for each in told.sources],
        "problems": problems,
    }


def _held(told: Estimated, search: Search) -> dict[str, Any]:
    """How many the catalogue has already, and where they are looked at."""
    pairs = CatalogueQuery(filters=search.filters, owned=False).pairs
    known = told.in_catalogue
    return {"value": known.number, "exact": not known.capped, "url": f"/catalogue?{urlencode(pairs)}"}


def _sums(told: Estimated, limit: int, known: bool = True) -> dict[str, Any]:
    matches = told.matches if known else None
    new = None if matches is None else max(0, matches - told.already_owned)
    wanted = limit if new is None else min(limit, new)
    per_lead = told.credits_per_lead
    most = min(told.available, told.allowed)
    affordable = min(limit, max(0, most) // per_lead) if per_lead else limit
    return {
        "matches": None if matches is None else {"value": matches, "exact": False},
        "wanted": wanted,
        "left": None if new is None else new - wanted,
        "credits_max": told.credits_max,
        "available": told.available,
        "short_by": max(0, told.credits_max - most),
        "capped": _capped(told.cap) if told.cap and most < min(told.available, told.credits_max) else None,
        "affordable": min(affordable, new) if new else affordable,
        "fewer": new is not None and 0 < new < limit and told.enough,
        "at": datetime.now(UTC),
    }


def _capped(cap: Cap) -> str:
    """Why less may be spent than there is."""
    whose = "your" if cap.user_id else "this workspace's"
    return (
        f"Of {whose} limit of {cap.credits or 0:,} credits a month {cap.left or 0:,} are left."
        " The owner of the workspace can raise it under Credits."
    )


def _nothing(workspace_id: Any, user_id: Any, form: Form, sources: list[Source]) -> dict[str, Any]:
    """What it costs, before anybody is asked."""
    search = form.search()
    chosen = [source for source in sources if source.name in search.sources]
    told = unasked(workspace_id, user_id, search, chosen)
    return _sums(told, search.limit) | {
        "open": search.filters.empty,
        "owned": 0,
        "sources": [_source(SourceEstimate(source, None), told.credits_per_lead) for source in chosen],
    }


def _source(each: SourceEstimate, per_lead: int) -> dict[str, Any]:
    note, kind = "", "ok"
    if each.source.state == "paused":
        note, kind = "paused", "warn"
    elif each.source.slow:
        note, kind = "slow", "warn"
    elif each.problem:
        note, kind = "not asked", "warn"
    price = "your key" if each.source.own_key else f"{per_lead} each"
    return {"label": each.source.label, "matches": each.matches, "price": price, "note": note, "kind": kind}


def rows(form: Form, sources: list[Source], per_lead: int) -> list[dict[str, Any]]:
    """What ``find/_sources.html`` needs, in the order they are asked."""
    known = {source.name: source for source in sources}
    return [_row(known[name], name in form.on, per_lead) for name in form.order if name in known]


def _row(source: Source, on: bool, per_lead: int) -> dict[str, Any]:
    state, kind = STATES[source.state]
    if source.state == "ready" and source.slow:
        state, kind = "Slow", "warn"
    if source.reason:
        detail = source.reason
    elif source.slow:
        detail = "Answers slowly at the moment; a search takes longer"
    elif source.own_key:
        detail = "Connected with your own key"
    else:
        detail = "Connected" if source.counts else "Connected, does not tell how many match"
    return {
        "name": source.name,
        "label": source.label,
        "detail": detail,
        "state": state,
        "kind": kind,
        "price": "0 credits" if source.own_key else f"{per_lead} per lead",
        "on": on,
        "usable": source.usable,
    }
