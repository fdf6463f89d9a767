"""From one workspace to another."""

from __future__ import annotations

from uuid import UUID

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reachly import workplaces
from reachly.web.asked import chosen, go
from reachly.web.session import move_to
from reachly.web.team.page import bp


@bp.post("/workspaces/switch")
def switch() -> ResponseReturnValue:
    """Work in another workspace from now on, in all tabs of this browser."""
    wanted = chosen(request.form.get("workspace"), UUID)
    if wanted is None or not move_to(wanted):
        flash("You do not belong to that workspace any more.", "warn")
        return go("/leads")
    places = workplaces.mine(wanted, current_user.user_id)
    name = next((place.name for place in places if place.id == wanted), "")
    flash(f"You are in {name} now.", "ok")
    return go("/leads")
