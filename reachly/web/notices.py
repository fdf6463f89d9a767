"""`/notices`: what a person was told, read once they have looked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from reachly import notices, workplaces
from reachly.notices import Notice
from reachly.web.asked import chosen, go, identifier, members_only, turning
from reachly.web.session import me, move_to

bp = members_only(Blueprint("notices", __name__))
SIGNS = {
    "invitations": "mail",
    "members": "users-round",
    "ownership": "users-round",
    "credits": "database",
    "jobs": "clock",
    "lists": "list",
}


@bp.get("/notices")
def notices_page() -> ResponseReturnValue:
    """The newest first; whoever sees them has read them."""
    who = me()
    page = notices.recent(*who, after=chosen(request.args.get("after"), UUID))
    names = {place.id: place.name for place in workplaces.mine(*who)}
    if notices.read(*who):
        g.pop("shell", None)
    return render_template(
        "notices.html",
        notices=[_row(notice, names) for notice in page.notices],
        page=turning(_url, str(page.next) if page.next else None),
    )


@bp.post("/notices/<notice_id>")
def open_notice(notice_id: str) -> ResponseReturnValue:
    """Go where a notice leads, into its workspace where that is another one."""
    notice = notices.get(*me(), identifier(notice_id))
    if notice is None:
        abort(404)
    if notice.workspace_id != current_user.workspace_id and not move_to(notice.workspace_id):
        return redirect("/notices", 303)
    return go(notice.link or "/notices")


def _row(notice: Notice, names: dict[Any, str]) -> dict[str, Any]:
    here = notice.workspace_id == current_user.workspace_id
    return {
        "id": notice.id,
        "words": notice.words,
        "at": notice.created_at,
        "fresh": notice.read_at is None,
        "icon": SIGNS.get(notice.kind.partition(".")[0], "bell"),
        "link": notice.link if here or notice.workspace_id in names else "",
        "here": here,
        "workspace": "" if here else names.get(notice.workspace_id, ""),
    }


def _url(after: str | None = None, via: Any = ()) -> str:
    pairs = ([("after", after)] if after else []) + [("via", each) for each in via]
    return "/notices" + (f"?{urlencode(pairs)}" if pairs else "")
