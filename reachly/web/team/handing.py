"""Handing the workspace over."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reachly import teams
from reachly.web.asked import go, identifier
from reachly.web.roles import OWNS, NotYourRole
from reachly.web.team.page import bp


@bp.post("/team/ownership")
def offer() -> ResponseReturnValue:
    """Offer it to one of the people."""
    try:
        teams.offer(current_user.person, identifier(request.form.get("to")))
    except (teams.NotYours, teams.SharedDemo) as refusal:
        raise NotYourRole(OWNS) from refusal
    except teams.NobodyThere as refusal:
        flash(refusal.words, "warn")
        return go("/team")
    flash("Offered. You stay the owner until it is taken.", "ok")
    return go("/team")


@bp.post("/team/ownership/take")
def take_over() -> ResponseReturnValue:
    """Take what was offered."""
    try:
        teams.take(current_user.person)
    except teams.NotOffered as refusal:
        flash(refusal.words, "warn")
    else:
        flash(f"{current_user.workspace} is yours now.", "ok")
    return go("/team")


@bp.post("/team/ownership/withdraw")
def withdraw() -> ResponseReturnValue:
    """Take the offer back, or turn it down."""
    if teams.withdraw(current_user.person):
        flash("The offer is gone; the owner stays the same.", "ok")
    return go("/team")
