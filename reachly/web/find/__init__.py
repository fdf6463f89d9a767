"""`/find`: describe whom you look for, see what it would bring and cost, press the button."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from jobs.broker import wake
from reachly import lists, profiles
from reachly.database import as_json, scope
from reachly.engine.request import NotEnoughCredits, Requested, TooManyOpen
from reachly.generate.asking import (
    Earlier,
    Search,
    ask,
    asked_before,
    lead_prices,
    most_per_lead,
    per_lead,
    price_list,
    too_little,
)
from reachly.sources import Source, sources_of
from reachly.spending import CapReached
from reachly.web.asked import fragment, go, identifier, members_only, text
from reachly.web.find import sums
from reachly.web.find.button import most
from reachly.web.find.form import LONGEST_VALUE, REVEALS, Form, read
from reachly.web.find.suggest import FACETS, suggestions
from reachly.web.limits import limited
from reachly.web.session import me

bp = members_only(Blueprint("find", __name__))
MOST_LISTS = 100


@bp.get("/find")
def find() -> ResponseReturnValue:
    """The form, filled with what the address says."""
    sources = _sources()
    if list(request.args) == ["profile"]:
        return redirect(kept_search(identifier(request.args["profile"]), sources))
    form = read(request.args, sources, typed=False)
    form.key = _key()
    if not request.args:
        form.errors.clear()
    return _page(form, sources, estimate=None)


@bp.post("/find")
def start() -> ResponseReturnValue:
    """Start the job and go to it; refused, the form comes back as it was typed, with the reason beside each field."""
    sources = _sources()
    form = read(request.form, sources, typed=True)
    search = form.search()
    if search.filters.empty and not form.errors:
        form.errors[""] = "Say whom you look for: choose at least one filter."
    little = too_little(search, per_lead(*me(), search, sources))
    if little and "max_credits" not in form.errors:
        form.errors["max_credits"] = little
    if search.list_id is not None and not may_fill(search.list_id):
        form.errors["list"] = "There is no such list that you may change. Choose another one, or none."
    if form.errors:
        return _refused(form, sources, 422)
    key = _job_key(form)
    earlier = asked_before(*me(), search, key)
    if earlier and "again" not in request.form:
        return _refused(form, sources, 422, earlier)
    try:
        wanted = _ask(search, key)
    except NotEnoughCredits:
        return _refused(form, sources, 402)
    except CapReached as reached:
        return _refused(form, sources, 402, words=reached.words)
    except (TooManyOpen, profiles.CannotRun) as full:
        return _refused(form, sources, 422, words=full.words)
    session["find_key"] = secrets.token_urlsafe(12)
    wake(wanted)
    return go(f"/jobs/{wanted.job_id}")


@bp.post("/find/estimate")
@limited("estimates")
def estimate() -> ResponseReturnValue:
    """What the search would bring and cost; free. The browser's address follows, so that it can be shared."""
    sources = _sources()
    form = read(request.form, sources, typed=True)
    told = sums.shown(*me(), form, sources)
    if not fragment():
        return _page(form, sources, told)
    response = make_response(render_template("find/_estimate.html", **_names(form, sources), estimate=told, oob=True))
    response.headers["HX-Replace-Url"] = form.address()
    return response


@bp.post("/find/sources")
def reorder() -> ResponseReturnValue:
    """The form with one source moved, where no script does it."""
    sources = _sources()
    form = read(request.form, sources, typed=True)
    return _page(form, sources, estimate=None)


@bp.get("/find/suggest")
def suggest() -> ResponseReturnValue:
    """Suggestions for what is being typed into one facet."""
    facet = request.args.get("facet", "")
    if facet not in FACETS:
        abort(404)
    with scope(*me()):
        found = suggestions(facet, text(request.args.get("q"), LONGEST_VALUE))
    return render_template("find/_suggestions.html", facet=facet, suggestions=found)


def _ask(search: Search, key: str) -> Requested:
    """The job, as a run of the profile that filled the form and within what its month leaves, where one did."""
    who = me()
    if search.profile_id is not None:
        try:
            return profiles.ask_within(*who, search, key)
        except profiles.NoSuchProfile:
            search = replace(search, profile_id=None)
    return ask(*who, search, key)


def _lists() -> list[lists.List]:
    """Those that may be filled and changed last."""
    return lists.lists(*me(), limit=MOST_LISTS, editable=True).lists


def may_fill(list_id: UUID) -> bool:
    """Whether this person may put on a list what a search finds."""
    try:
        return lists.get(*me(), list_id).editable
    except lists.NoSuchList:
        return False


def kept_search(profile_id: UUID, sources: list[Source]) -> str:
    """The address that fills the form with what a profile looks for."""
    try:
        kept = profiles.get(*me(), profile_id).kept
    except profiles.NoSuchProfile:
        abort(404)
    usable = [source.name for source in sources if source.usable]
    form = Form(
        filters={facet: list(values) for facet, values in kept.filters.as_dict().items()},
        limit=kept.limit,
        on=[name for name in kept.sources if name in usable] or usable,
        reveal=list(kept.reveal),
        name=kept.name,
        max_credits=kept.run_credits,
        profile=str(profile_id),
        list=str(kept.list_id or ""),
    )
    return form.address()


def _sources() -> list[Source]:
    return sources_of(*me())


def _key() -> str:
    """The key of the next search of this browser: the same in all its tabs until one of them has started it."""
    if "find_key" not in session:
        session["find_key"] = secrets.token_urlsafe(12)
    return session["find_key"]


def _job_key(form: Form) -> str:
    """One job per form and content: a second press is the first job, a changed search is another."""
    search = form.search()
    told: list[Any] = [search.filters.as_dict(), search.limit, search.sources, search.reveal]
    told += [] if search.max_credits is None else [search.max_credits]
    asked = as_json(told if search.list_id is None else [*told, str(search.list_id)])
    return f"find:{form.key or _key()}:{hashlib.blake2b(asked.encode(), digest_size=10).hexdigest()}"


def _refused(
    form: Form, sources: list[Source], status: int, earlier: Earlier | None = None, words: str = ""
) -> ResponseReturnValue:
    """The form as it was typed, with what stands in the way: beside its field, or as ``words`` above the button."""
    told = sums.shown(*me(), form, sources)
    told["problems"] = [problem for problem in told["problems"] if problem not in form.errors.values()]
    names = _names(form, sources) | {"estimate": told, "earlier": earlier, "refused": words}
    return render_template("find/_form.html" if fragment() else "find.html", **names), status


def _page(form: Form, sources: list[Source], estimate: dict[str, Any] | None) -> str:
    return render_template("find.html", **_names(form, sources), estimate=estimate)


def _names(form: Form, sources: list[Source]) -> dict[str, Any]:
    form.key = form.key or _key()
    with scope(*me()):
        prices = lead_prices(price_list(), REVEALS)
    chosen = {field: prices[field] for field in form.reveal}
    priced = [source for source in sources if not source.own_key]
    per_lead = most_per_lead(chosen, priced) if priced else 0
    return form.names() | {
        "prices": prices,
        "sources": sums.rows(form, sources, per_lead),
        "lists": [{"id": str(one.id), "name": one.name} for one in _lists()],
        "credits_max": most(form, sources, prices),
    }
