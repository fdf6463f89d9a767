"""The addresses of profiles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from jobs.broker import wake
from reachly import lists, profiles
from reachly.answers import Answer, digest_of, once
from reachly.engine.request import NotEnoughCredits, TooManyOpen
from reachly.generate.asking import title
from reachly.profiles import Kept, NoSuchProfile, Profile
from reachly.profiles.schedule import known_zone
from reachly.sources import sources_of
from reachly.spending import CapReached
from reachly.web import undo
from reachly.web.asked import chosen, go, identifier, members_only, text, turning
from reachly.web.find import may_fill
from reachly.web.find.form import Form
from reachly.web.find.form import read as read_search
from reachly.web.profiles import forms, shown
from reachly.web.session import me

bp = members_only(Blueprint("profiles", __name__))
PAGE = 30


@bp.get("/profiles")
def all_profiles() -> ResponseReturnValue:
    """The searches that are kept, the newest first."""
    page = profiles.page(*me(), chosen(request.args.get("after"), UUID), PAGE)
    known = sources_of(*me())
    cards = [shown.card(each, profiles.price(*me(), each.id, each.kept, known), str(uuid4())) for each in page.profiles]

    def url(**more: Any) -> str:
        return f"/profiles?after={more['after']}" if more.get("after") else "/profiles"

    turned = turning(url, str(page.next) if page.next else None)
    return render_template("profiles.html", profiles=cards, page=turned, said=f"{len(cards):,} shown")


@bp.post("/profiles")
def save() -> ResponseReturnValue:
    """Keep the search of the form at ``/find``, as a new profile or, with ``profile``, in place of that one's."""
    form = read_search(request.form, sources_of(*me()), typed=True)
    search = form.search()
    zone = text(request.form.get("time_zone"))
    wanted = Kept(
        time_zone=zone if zone and known_zone(zone) else "UTC",
        name=form.name or title(search.filters),
        filters=search.filters,
        limit=search.limit,
        reveal=search.reveal,
        sources=search.sources,
        run_credits=search.max_credits,
        list_id=search.list_id if search.list_id and may_fill(search.list_id) else None,
    )
    problems = [*form.errors.values(), *wanted.problems().values()]
    if problems:
        flash(problems[0], "warn")
        return go(form.address())
    known = chosen(request.form.get("profile"), UUID)
    if known:
        before = _found(known).kept
        kept = replace(
            before,
            name=form.name or before.name,
            filters=wanted.filters,
            limit=wanted.limit,
            reveal=wanted.reveal,
            sources=wanted.sources,
            run_credits=wanted.run_credits,
            list_id=wanted.list_id if "list" in request.form else before.list_id,
        )
        profiles.change(*me(), known, kept)
        flash("The profile has this search now.", "ok")
        return go(f"/profiles/{known}")
    return go(f"/profiles/{_made(wanted, form)}")


@bp.get("/profiles/<profile_id>")
def one(profile_id: str) -> ResponseReturnValue:
    """One profile: when it runs, what it may cost, and its last runs."""
    found = _found(identifier(profile_id))
    return _page(found, forms.typed(found.kept), {})


@bp.post("/profiles/<profile_id>")
def change(profile_id: str) -> ResponseReturnValue:
    """Save the form; refused, it comes back as it was typed."""
    found = _found(identifier(profile_id))
    wanted, told = forms.read(request.form, found.kept)
    try:
        profiles.change(*me(), found.id, wanted)
    except profiles.Unsound as wrong:
        return _page(found, told, wrong.problems), 422
    flash("Saved.", "ok")
    return redirect("/profiles", 303)


@bp.post("/profiles/<profile_id>/run")
def run(profile_id: str) -> ResponseReturnValue:
    """Run it now and go to the job."""
    key = f"profile:{(request.form.get('idempotency_key') or str(uuid4()))[:80]}"
    try:
        asked = profiles.run(*me(), identifier(profile_id), key)
    except NoSuchProfile:
        abort(404)
    except profiles.StillRunning as busy:
        return go(f"/jobs/{busy.job_id}")
    except NotEnoughCredits as short:
        words = f"A run may cost up to {short.required:,} credits and {short.available:,} are available."
    except (profiles.CannotRun, CapReached, TooManyOpen) as refused:
        words = refused.words
    else:
        wake(asked)
        return go(f"/jobs/{asked.job_id}")
    flash(words, "warn")
    return go("/profiles")


@bp.post("/profiles/<profile_id>/pause")
def pause(profile_id: str) -> ResponseReturnValue:
    """Stop running by itself, or go on."""
    found = _found(identifier(profile_id))
    paused = request.form.get("paused") == "yes"
    profiles.change(*me(), found.id, replace(found.kept, paused=paused))
    flash("Paused. It runs only when asked." if paused else "It runs by itself again.", "ok")
    return go("/profiles")


@bp.post("/profiles/<profile_id>/delete")
def delete(profile_id: str) -> ResponseReturnValue:
    """Delete it; what it brought stays."""
    found = _found(identifier(profile_id))
    undo.offer(profiles.delete(*me(), found.id), f"Profile “{found.kept.name}” deleted")
    return go("/profiles")


def _made(wanted: Kept, form: Form) -> UUID:
    """The new profile's id; the same press again finds the first one's."""

    def act() -> Answer:
        return Answer(201, body=str(profiles.create(*me(), wanted)))

    asked = ("profile", wanted.name, wanted.filters.as_dict(), wanted.limit, list(wanted.reveal), list(wanted.sources))
    key = f"profile:{form.key}:{digest_of(asked).hex()[:20]}"
    return UUID(once(*me(), key, asked, act).body if form.key else act().body)


def _found(profile_id: UUID) -> Profile:
    try:
        return profiles.get(*me(), profile_id)
    except NoSuchProfile:
        abort(404)


def _page(found: Profile, form: dict[str, Any], errors: dict[str, str]) -> str:
    price = profiles.price(*me(), found.id, found.kept, sources_of(*me()))
    kept_lists = [each for each in lists.lists(*me(), None, 100).lists if each.editable]
    return render_template(
        "profile.html",
        profile=shown.card(found, price, str(uuid4())),
        runs=[shown.run(each) for each in profiles.runs(*me(), found.id)],
        form=form,
        errors=errors,
        lists=[(str(each.id), each.name) for each in kept_lists],
        **shown.choices(),
    )
