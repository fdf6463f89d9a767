"""`/team` as it is shown: who belongs here, who was invited, what the workspace is called and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reachly import invitations, mail, spending, teams
from reachly.database import scope
from reachly.teams import ROLES
from reachly.web.asked import members_only
from reachly.web.session import me

bp = members_only(Blueprint("team", __name__))


@bp.get("/team")
def team() -> ResponseReturnValue:
    """Everybody, for everybody of them; what changes something is for who may."""
    return page()


def page(
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    fresh: Mapping[str, str] | None = None,
) -> str:
    """The page; with what was typed, where that has to be mended, and with a link that is shown this once."""
    who = me()
    everybody = teams.people(*who)
    caps = {cap.user_id: cap for cap in spending.caps(*who)}
    owner = current_user.role == "owner"
    with scope(*who):
        waiting = invitations.standing() if current_user.runs else []
    return render_template(
        "team.html",
        people=[_row(one, caps.get(one.user_id)) for one in everybody],
        roles=[{"value": role, "label": role.capitalize(), "says": says} for role, says in ROLES.items()],
        invitations=waiting,
        others=[one for one in everybody if one.user_id != current_user.user_id] if owner else [],
        offer=teams.offered(*who),
        me=current_user.user_id,
        runs=current_user.runs,
        owner=owner,
        sending=mail.sending(),
        errors=errors or {},
        typed=typed or {},
        fresh=fresh,
    )


def _row(one: teams.Colleague, cap: spending.Cap | None) -> dict[str, Any]:
    you = one.user_id == current_user.user_id
    theirs = one.role != "owner" and current_user.runs
    return {
        "id": one.user_id,
        "name": one.name,
        "email": one.email,
        "role": one.role,
        "since": one.since,
        "seen_at": one.seen_at,
        "you": you,
        "off": not one.active,
        "changeable": theirs and not current_user.demo,
        "removable": theirs and not you and not current_user.demo,
        "used": cap.used if cap else 0,
        "cap": cap.credits if cap else None,
        "close": bool(cap and cap.close),
    }
